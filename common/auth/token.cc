#include "common/auth/token.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/auth/jws.h"
#include "common/auth/token_cache.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::auth {
namespace {

constexpr absl::Duration kRememberedFor = absl::Seconds(5);
constexpr absl::Duration kClockSkew = absl::Seconds(30);

}  // namespace

bool Claims::Has(absl::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

std::string Mint(const SigningKey& key, const Claims& claims) {
  const std::string signed_part =
      absl::StrCat(id::Base64UrlEncode(WriteHeader(key.KeyId())), ".", id::Base64UrlEncode(WriteClaims(claims)));
  return absl::StrCat(signed_part, ".", id::Base64UrlEncode(key.Sign(signed_part)));
}

Verifier::Verifier(std::vector<PublicKey> keys, std::string issuer, std::string audience, const Clock& clock)
    : keys_(std::move(keys)),
      issuer_(std::move(issuer)),
      audience_(std::move(audience)),
      clock_(clock),
      cache_(std::make_unique<Cache>()) {}

Verifier::~Verifier() = default;

absl::StatusOr<std::shared_ptr<const Claims>> Verifier::Verify(absl::string_view token) const {
  const absl::Time now = clock_.Now();
  const std::string digest = id::Sha256(token);
  if (std::shared_ptr<const Claims> known = cache_->Find(digest, now); known != nullptr) return known;
  ASSIGN_OR_RETURN(std::shared_ptr<const Claims> claims, VerifyUncached(token, now));
  cache_->Insert(digest, claims, std::min(claims->expires, now + kRememberedFor));
  return claims;
}

absl::StatusOr<std::shared_ptr<const Claims>> Verifier::VerifyUncached(absl::string_view token, absl::Time now) const {
  ASSIGN_OR_RETURN(const Jws jws, SplitJws(token));
  ASSIGN_OR_RETURN(const std::string key_id, ReadHeader(jws.header));
  const auto key =
      std::find_if(keys_.begin(), keys_.end(), [&](const PublicKey& candidate) { return candidate.KeyId() == key_id; });
  if (key == keys_.end()) return absl::UnauthenticatedError("the token is refused: it is signed by an unknown key");
  // The signature first: nothing in a payload is worth reading before it is known whose it is.
  if (!key->Verify(jws.signed_part, jws.signature)) {
    return absl::UnauthenticatedError("the token is refused: its signature is wrong");
  }
  ASSIGN_OR_RETURN(Claims claims, ReadClaims(jws.payload));
  if (claims.issuer != issuer_) return absl::UnauthenticatedError("the token is refused: another issuer made it");
  if (claims.audience != audience_)
    return absl::UnauthenticatedError("the token is refused: it is for another audience");
  if (now >= claims.expires) return absl::UnauthenticatedError("the token has expired: get a new one");
  if (claims.issued_at > now + kClockSkew) {
    return absl::UnauthenticatedError("the token is refused: it is issued in the future");
  }
  return std::make_shared<const Claims>(std::move(claims));
}

}  // namespace cortado::auth
