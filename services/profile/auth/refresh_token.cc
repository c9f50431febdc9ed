#include "services/profile/auth/refresh_token.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"
#include "common/status/error.h"

namespace cortado::profile {
namespace {

// Also tells these signatures from those of access tokens, which begin with base64url of `{`.
constexpr char kForm[] = "cortado-refresh-1";

absl::Status NoneOfOurs() {
  return Error(absl::StatusCode::kUnauthenticated, api::v1::REASON_TOKEN_INVALID,
               "the refresh token is not good, or not any more: log in again");
}

}  // namespace

std::string SignRefreshToken(const auth::SigningKey& key, const RefreshToken& token) {
  const std::string body = absl::StrCat(kForm, ".", token.organization, ".", token.person, ".", token.session, ".",
                                        token.generation, ".", key.KeyId());
  return absl::StrCat(body, ".", id::Base64UrlEncode(key.Sign(body)));
}

absl::StatusOr<RefreshToken> ReadRefreshToken(const auth::KeyRing& keys, absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  RefreshToken token;
  if (parts.size() != 7 || parts[0] != kForm || !absl::SimpleAtoi(parts[4], &token.generation)) return NoneOfOurs();
  const absl::StatusOr<std::string> signature = id::Base64UrlDecode(parts[6]);
  if (!signature.ok()) return NoneOfOurs();
  const absl::string_view body = text.substr(0, text.size() - parts[6].size() - 1);
  const auto accepted = keys.accepted();
  const bool signed_by_us = std::any_of(accepted->begin(), accepted->end(), [&](const auth::PublicKey& key) {
    return key.KeyId() == parts[5] && key.Verify(body, *signature);
  });
  if (!signed_by_us) return NoneOfOurs();
  token.organization = parts[1];
  token.person = parts[2];
  token.session = parts[3];
  return token;
}

}  // namespace cortado::profile
