#include "common/id/page_token.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"

namespace cortado::id {
namespace {

// The bytes of a token, before base64url: version (1 byte), seal (8 bytes), cursor (the rest).
constexpr char kVersion = 1;
constexpr size_t kHeaderSize = 9;

// Covers the cursor too, so that a damaged token is told from a good one. The length keeps "a"+"bc" and "ab"+"c" apart.
std::string Seal(absl::string_view cursor, absl::string_view arguments) {
  const uint64_t hash = StableHash(absl::StrCat(arguments.size(), ":", arguments, cursor));
  std::string seal(8, '\0');
  for (size_t i = 0; i < seal.size(); ++i) seal[i] = static_cast<char>(hash >> (8 * i));
  return seal;
}

}  // namespace

std::string MakePageToken(absl::string_view cursor, absl::string_view arguments) {
  if (cursor.empty()) return "";
  return Base64UrlEncode(absl::StrCat(std::string(1, kVersion), Seal(cursor, arguments), cursor));
}

absl::StatusOr<std::string> ParsePageToken(absl::string_view token, absl::string_view arguments) {
  if (token.empty()) return "";
  absl::StatusOr<std::string> bytes = Base64UrlDecode(token);
  if (!bytes.ok() || bytes->size() <= kHeaderSize || bytes->front() != kVersion) {
    return absl::InvalidArgumentError("page_token is not one this service gave: leave it empty to begin again");
  }
  std::string cursor = bytes->substr(kHeaderSize);
  if (absl::string_view(*bytes).substr(1, 8) != Seal(cursor, arguments)) {
    return absl::InvalidArgumentError("page_token belongs to other arguments: leave it empty to begin again");
  }
  return cursor;
}

}  // namespace cortado::id
