// A key pair of another issuer, that publishes one half and signs with the other; for tests of what checks it. Any
// thread.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/auth/jwk.h"

struct evp_pkey_st;  // EVP_PKEY of OpenSSL.

namespace cortado::testing {

class IssuerKey {
 public:
  // A new key for `algorithm`; `rsa_bits` is for RSA alone.
  explicit IssuerKey(auth::SignatureAlgorithm algorithm, std::string key_id, unsigned rsa_bits = 2048);

  // The public half, with kid, use and alg.
  nlohmann::json Jwk() const;

  // The PEM text of the public half, which everybody knows.
  std::string Pem() const;

  // Returns the signature over `message` as it stands in a JWS.
  std::string Sign(absl::string_view message) const;

  // Returns a compact JWS over exactly these texts.
  std::string Token(absl::string_view header, absl::string_view payload) const;

  // The same with the header {alg, kid} of this key.
  std::string Token(const nlohmann::json& claims) const;

 private:
  std::string Number(const char* parameter) const;

  auth::SignatureAlgorithm algorithm_;
  std::string key_id_;
  std::shared_ptr<evp_pkey_st> key_;
};

// The JWKS document that publishes `keys`.
std::string KeySet(const std::vector<nlohmann::json>& keys);

}  // namespace cortado::testing
