// Public keys of other issuers (RFC 7517, 7518, 8037), and what they say of a signature. An algorithm is bound to the
// kind of the key: no text of a token can turn a public key into an HMAC secret. Values never change; any thread.
//
//   ASSIGN_OR_RETURN(const JwkSet keys, JwkSet::Parse(document));
//   ASSIGN_OR_RETURN(const Jwk* key, keys.Find(key_id, SignatureAlgorithm::kRs256));
//   if (!key->Verify(SignatureAlgorithm::kRs256, signed_part, signature)) ...
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_pkey_st;  // EVP_PKEY of OpenSSL.

namespace cortado::auth {

// The algorithms (RFC 7518 section 3.1, RFC 8037 section 3.1) whose signatures of others we take. `none` and those of
// shared secrets have no value here.
enum class SignatureAlgorithm { kRs256, kPs256, kEs256, kEdDsa };

// Returns the algorithm that `name` is exactly ("RS256", "PS256", "ES256", "EdDSA" or, the same by its later name of
// RFC 9864, "Ed25519"); nothing for any other text.
std::optional<SignatureAlgorithm> ParseSignatureAlgorithm(absl::string_view name);
absl::string_view FormatSignatureAlgorithm(SignatureAlgorithm algorithm);

// One public key that checks signatures.
class Jwk {
 public:
  // Reads one key of a set: RSA of 2048 to 8192 bits, EC on P-256, OKP with Ed25519. INVALID_ARGUMENT: another kind; a
  // private or symmetric key (what was published is no secret any more); a `use`, `key_ops` or `alg` that does not let
  // it check signatures of ours; a member missing, of the wrong type, not canonical base64url or of another length; a
  // point that is not on the curve. The certificates a key may bring (x5c, x5u) are not looked at.
  static absl::StatusOr<Jwk> FromJson(const nlohmann::json& object);

  // Its `kid`, at most 256 bytes; empty when it has none.
  const std::string& KeyId() const { return key_id_; }

  // Whether its kind, and its `alg` if it has one, is for `algorithm`.
  bool MayVerify(SignatureAlgorithm algorithm) const;

  // Returns whether `signature`, as it stands in a JWS (RFC 7518 section 3), was made over `message` with the private
  // half; false when MayVerify is. Costs 20 to 150 us.
  bool Verify(SignatureAlgorithm algorithm, absl::string_view message, absl::string_view signature) const;

 private:
  Jwk(std::shared_ptr<evp_pkey_st> key, std::vector<SignatureAlgorithm> algorithms, std::string key_id);

  std::shared_ptr<evp_pkey_st> key_;
  std::vector<SignatureAlgorithm> algorithms_;
  std::string key_id_;
};

// The keys of one issuer.
class JwkSet {
 public:
  // Reads a JWKS document. A key that Jwk::FromJson refuses is left out, as RFC 7517 section 5 asks: what it signed is
  // refused as of an unknown key. INVALID_ARGUMENT: over 1 MB; not one strict JSON object with a list `keys` of at most
  // 100 objects; or two usable keys that one `kid` and algorithm would both name. A set without a usable key is no
  // error.
  static absl::StatusOr<JwkSet> Parse(absl::string_view document);

  // Returns the key named `key_id` that may verify `algorithm`. Without a key id: the only key of the set (OpenID
  // Connect Core 1.0 section 10.1). The pointer lives as long as the set. NOT_FOUND: there is none.
  absl::StatusOr<const Jwk*> Find(const std::optional<std::string>& key_id, SignatureAlgorithm algorithm) const;

  // Whether a key has that name.
  bool Has(absl::string_view key_id) const;

  // How many keys are usable.
  size_t Size() const { return keys_.size(); }

 private:
  std::vector<Jwk> keys_;
};

}  // namespace cortado::auth
