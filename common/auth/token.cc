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

Verifier::Verifier(std::shared_ptr<const KeyRing> keys, std::string issuer, std::string audience, const Clock& clock)
    : keys_(std::move(keys)),
      issuer_(std::move(issuer)),
      audience_(std::move(audience)),
      clock_(clock),
      cache_(std::make_unique<Cache>()) {}

Verifier::~Verifier() = default;

std::shared_ptr<const Claims> Verifier::Known(absl::string_view token) const {
  return cache_->Find(id::Sha256(token), clock_.Now());
}

void Verifier::Remember(absl::string_view token, std::shared_ptr<const Claims> claims) const {
  const absl::Time until = std::min(claims->expires, clock_.Now() + kRememberedFor);
  cache_->Insert(id::Sha256(token), std::move(claims), until);
}

absl::StatusOr<std::shared_ptr<const Claims>> Verifier::Check(absl::string_view token) const {
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(const Jws jws, SplitJws(token));
  ASSIGN_OR_RETURN(const std::string key_id, ReadHeader(jws.header));
  const std::shared_ptr<const std::vector<PublicKey>> keys = keys_->accepted();
  const auto key =
      std::find_if(keys->begin(), keys->end(), [&](const PublicKey& candidate) { return candidate.KeyId() == key_id; });
  if (key == keys->end()) return absl::UnauthenticatedError("the token is refused: it is signed by an unknown key");
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
