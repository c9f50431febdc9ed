// Tokens: a compact JWS (RFC 7515, RFC 8037) that says who calls, for which organisation, in which roles. One form
// only, checked strictly: {alg: EdDSA, typ: at+jwt, kid}, {iss aud org sub roles sess act exp iat}.
//
//   std::string token = auth::Mint(key, {.organization = "acme", .subject = "p1", .roles = {"EMPLOYEE"}, ...});
//   ASSIGN_OR_RETURN(std::shared_ptr<const auth::Claims> claims, verifier.Check(token));
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/key_ring.h"
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
      {};                  // At least one of EMPLOYEE, PROGRAM_OWNER, HR_ADMIN, AUDITOR, OPERATOR, SERVICE.
  std::string actor = {};  // Who acts in the subject's place; empty when the subject acts.
  // What alone the token is good for, as "slack", or "answer:requests/r1" with what it may be used on; empty: whatever
  // the roles allow.
  std::string scope = {};
  absl::Time expires = {};    // Whole seconds.
  absl::Time issued_at = {};  // Whole seconds.

  // Returns whether `role` is among the roles.
  bool Has(absl::string_view role) const;
};

// Returns the signed token. Fractions of seconds are cut off. The claims are not judged: Verify does that.
std::string Mint(const SigningKey& key, const Claims& claims);

// Checks tokens against the keys of a ring, and remembers those that were let in. Any thread. `clock` must outlive the
// verifier.
class Verifier {
 public:
  Verifier(std::shared_ptr<const KeyRing> keys, std::string issuer, std::string audience, const Clock& clock);
  ~Verifier();
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  // Returns the claims of a token that is well formed, signed by one of the keys, meant for this audience by this
  // issuer and not expired (no leeway; it may be issued up to 30 s in the future, as clocks differ). UNAUTHENTICATED:
  // anything else. The message says which of these failed and holds nothing of the token.
  // Costs about 100 us.
  absl::StatusOr<std::shared_ptr<const Claims>> Check(absl::string_view token) const;

  // Returns the claims that were remembered for a token (by its SHA-256) less than 5 seconds ago, if it has not
  // expired; null otherwise. Costs under a microsecond.
  std::shared_ptr<const Claims> Known(absl::string_view token) const;
  void Remember(absl::string_view token, std::shared_ptr<const Claims> claims) const;

 private:
  class Cache;

  const std::shared_ptr<const KeyRing> keys_;
  const std::string issuer_;
  const std::string audience_;
  const Clock& clock_;
  const std::unique_ptr<Cache> cache_;
};

}  // namespace cortado::auth
