// Who somebody is, as another issuer says: an ID token of OpenID Connect Core 1.0, checked by the rules of section
// 3.1.3.7 and RFC 8725. Pure functions; any thread.
//
//   ASSIGN_OR_RETURN(const IdTokenHint hint, PeekIdToken(token));           // which of our issuers to ask
//   ASSIGN_OR_RETURN(const IdTokenClaims claims, VerifyIdToken(token, expected, keys, clock.Now()));
//   ... claims.issuer and claims.subject together are who it is; an e-mail address is never that.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/jwk.h"

namespace cortado::auth {

// What an ID token must say. Everything is compared byte by byte.
struct IdTokenExpectations {
  std::string issuer;     // `iss`.
  std::string client_id;  // Our name at the issuer: in `aud`, and `azp` if there is one.
  // What we sent with the request for this login; nothing when no nonce was sent, and then one in the token is ignored.
  std::optional<std::string> nonce = std::nullopt;
  // The algorithms registered for our client there.
  std::vector<SignatureAlgorithm> algorithms = {SignatureAlgorithm::kRs256};
  // Whom a token may be for besides us. An audience that is neither refuses the token (3.1.3.7, rule 3).
  std::vector<std::string> trusted_audiences = {};
};

struct IdTokenClaims {
  std::string issuer;   // As expected.
  std::string subject;  // 1 to 255 printable ASCII characters; unique and never reassigned within the issuer.
  absl::Time expires;
  absl::Time issued_at;
  std::string email;            // May be empty, and is a claim of the issuer only.
  bool email_verified = false;  // True only if the issuer says so of `email`.
  std::string name;             // May be empty.
  // Every claim whose value is text, by its name ("hd", "preferred_username", ...), those above too.
  std::map<std::string, std::string> texts;
};

// What a token says of itself before anybody has checked it. Good for finding the issuer among those configured and
// the key among those of the issuer, and for nothing else.
struct IdTokenHint {
  std::string issuer;
  std::vector<std::string> audiences;
  std::optional<std::string> key_id;
};

// UNAUTHENTICATED: the token is not well formed (see VerifyIdToken).
absl::StatusOr<IdTokenHint> PeekIdToken(absl::string_view token);

// Returns the claims of a token that meets `expected` at `now` and is signed by one of `keys`. UNAUTHENTICATED, with a
// message that says which rule failed and holds nothing of the token:
//   - form: over 16384 bytes; not three parts of canonical base64url; header or claims not strict JSON objects (a name
//     twice, for one); a claim of the wrong type.
//   - header: an `alg` that is not among the expected (so never `none` nor an HMAC); a `typ` that is there and not JWT;
//   a
//     `crit`, `b64`, `jwk`, `jku`, `x5c` or `x5u`: no key or rule is taken from the token itself.
//   - key: no `kid` though the issuer has several keys, or one that names none of that algorithm; a wrong signature.
//   - claims: `iss`, `aud`, `azp`, `nonce` other than expected; no `azp` though there are several audiences; expired
//   (30
//     s after `exp` at the latest); `iat` or `nbf` over 30 s ahead; `sub` missing, empty or over 255 characters.
// Claims we do not know are no error.
absl::StatusOr<IdTokenClaims> VerifyIdToken(absl::string_view token, const IdTokenExpectations& expected,
                                            const JwkSet& keys, absl::Time now);

}  // namespace cortado::auth
