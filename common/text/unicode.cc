#include "common/text/unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace cortado::text {
namespace {

bool IsAscii(absl::string_view text) {
  for (char c : text) {
    if (static_cast<uint8_t>(c) >= 0x80) return false;
  }
  return true;
}

// Calls `visit(valid)` for each code point or, if not valid, each single byte that begins none.
template <typename Visit>
void ForEachCodePoint(absl::string_view bytes, Visit visit) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto size = static_cast<int64_t>(bytes.size());
  for (int64_t at = 0; at < size;) {
    int64_t next = at;
    UChar32 code_point;
    U8_NEXT(data, next, size, code_point);
    if (!visit(code_point >= 0)) return;
    at = code_point >= 0 ? next : at + 1;
  }
}

}  // namespace

bool IsValidUtf8(absl::string_view bytes) {
  bool all_valid = true;
  ForEachCodePoint(bytes, [&](bool valid) { return all_valid = valid; });
  return all_valid;
}

size_t CountCodePoints(absl::string_view bytes) {
  size_t count = 0;
  ForEachCodePoint(bytes, [&](bool) { return ++count > 0; });
  return count;
}

std::string Fold(absl::string_view text) {
  std::string folded;
  if (IsAscii(text)) {  // Nearly every name of a skill; ten times cheaper.
    folded.assign(text.data(), text.size());
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return folded;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) return std::string(text);  // ICU was built without its data: ASCII alone is folded then.
  const icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  normalizer->normalize(wide, error).toUTF8String(folded);
  return folded;
}

}  // namespace cortado::text
