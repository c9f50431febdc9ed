// Tokens: a compact JWS (RFC 7515, RFC 8037) that says who calls, for which organisation, in which roles. One form
// only, checked strictly: {alg: EdDSA, typ: at+jwt, kid}, {iss aud org sub roles sess act exp iat}.
//
//   std::string token = auth::Mint(key, {.organization = "acme", .subject = "p1", .roles = {"EMPLOYEE"}, ...});
//   ASSIGN_OR_RETURN(std::shared_ptr<const auth::Claims> claims, verifier.Verify(token));
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/time/clock.h"

namespace cortado::auth {

inline constexpr char kIssuer[] = "cortado";
inline constexpr char kAudience[] = "cortado";
// A token of an organisation-wide service names this organisation and says in metadata which one it means.
inline constexpr char kAnyOrganization[] = "*";

struct Claims {
  std::string issuer = kIssuer;
  std::string audience = kAudience;
  std::string organization = {};  // An organisation id, or kAnyOrganization with the role SERVICE alone.
  std::string subject = {};       // The person's id, or the name of a service or operator; never empty.
  std::string session = {};       // May be empty: no session stands behind it.
  std::vector<std::string> roles =
      {};                     // At least one of EMPLOYEE, PROGRAM_OWNER, HR_ADMIN, AUDITOR, OPERATOR, SERVICE.
  std::string actor = {};     // Who acts in the subject's place; empty when the subject acts.
  absl::Time expires = {};    // Whole seconds.
  absl::Time issued_at = {};  // Whole seconds.

  // Returns whether `role` is among the roles.
  bool Has(absl::string_view role) const;
};

// Returns the signed token. Fractions of seconds are cut off. The claims are not judged: Verify does that.
std::string Mint(const SigningKey& key, const Claims& claims);

// Checks tokens against a fixed set of keys. Any thread. A verified token is remembered (by its SHA-256) until it
// expires but at most 5 seconds, so that a hit costs under a microsecond; `clock` must outlive the verifier.
class Verifier {
 public:
  Verifier(std::vector<PublicKey> keys, std::string issuer, std::string audience, const Clock& clock);
  ~Verifier();
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  // Returns the claims of a token that is well formed, signed by one of the keys, meant for this audience by this
  // issuer and not expired (no leeway; it may be issued up to 30 s in the future, as clocks differ). UNAUTHENTICATED:
  // anything else. The message says which of these failed and holds nothing of the token.
  absl::StatusOr<std::shared_ptr<const Claims>> Verify(absl::string_view token) const;

 private:
  class Cache;
  absl::StatusOr<std::shared_ptr<const Claims>> VerifyUncached(absl::string_view token, absl::Time now) const;

  const std::vector<PublicKey> keys_;
  const std::string issuer_;
  const std::string audience_;
  const Clock& clock_;
  const std::unique_ptr<Cache> cache_;
};

}  // namespace cortado::auth
