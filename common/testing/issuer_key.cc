#include "common/testing/issuer_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/log/check.h"

namespace cortado::testing {
namespace {

using auth::SignatureAlgorithm;
using nlohmann::json;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

EVP_PKEY* Generate(SignatureAlgorithm algorithm, size_t rsa_bits) {
  switch (algorithm) {
    case SignatureAlgorithm::kEs256:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    case SignatureAlgorithm::kEdDsa:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kPs256:
      break;
  }
  return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", rsa_bits);
}

// R and S side by side, 32 bytes each.
std::string RawSignature(const std::string& der) {
  const unsigned char* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string raw(64, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), Bytes(raw), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), Bytes(raw) + 32, 32);
  ECDSA_SIG_free(pair);
  return raw;
}

}  // namespace

IssuerKey::IssuerKey(SignatureAlgorithm algorithm, std::string key_id, unsigned rsa_bits)
    : algorithm_(algorithm), key_id_(std::move(key_id)), key_(Generate(algorithm, rsa_bits), &EVP_PKEY_free) {
  CORTADO_CHECK(key_ != nullptr);
}

std::string IssuerKey::Number(const char* parameter) const {
  BIGNUM* number = nullptr;
  CORTADO_CHECK(EVP_PKEY_get_bn_param(key_.get(), parameter, &number) == 1);
  const bool coordinate = algorithm_ == SignatureAlgorithm::kEs256;
  std::string bytes(coordinate ? 32 : static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, Bytes(bytes), static_cast<int>(bytes.size()));
  BN_free(number);
  return id::Base64UrlEncode(bytes);
}

json IssuerKey::Jwk() const {
  const absl::string_view name = auth::FormatSignatureAlgorithm(algorithm_);
  json key = {{"kid", key_id_}, {"use", "sig"}, {"alg", std::string(name)}};
  if (algorithm_ == SignatureAlgorithm::kEdDsa) {
    std::string raw(32, '\0');
    size_t size = raw.size();
    CORTADO_CHECK(EVP_PKEY_get_raw_public_key(key_.get(), Bytes(raw), &size) == 1);
    key.update({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", id::Base64UrlEncode(raw)}});
  } else if (algorithm_ == SignatureAlgorithm::kEs256) {
    key.update({{"kty", "EC"},
                {"crv", "P-256"},
                {"x", Number(OSSL_PKEY_PARAM_EC_PUB_X)},
                {"y", Number(OSSL_PKEY_PARAM_EC_PUB_Y)}});
  } else {
    key.update({{"kty", "RSA"}, {"n", Number(OSSL_PKEY_PARAM_RSA_N)}, {"e", Number(OSSL_PKEY_PARAM_RSA_E)}});
  }
  return key;
}

std::string IssuerKey::Pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  CORTADO_CHECK(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string IssuerKey::Sign(absl::string_view message) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  const EVP_MD* digest = algorithm_ == SignatureAlgorithm::kEdDsa ? nullptr : EVP_sha256();
  CORTADO_CHECK(EVP_DigestSignInit(context.get(), &options, digest, nullptr, key_.get()) == 1);
  if (algorithm_ == SignatureAlgorithm::kPs256) {
    CORTADO_CHECK(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
    CORTADO_CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  std::string signature(1024, '\0');
  size_t size = signature.size();
  CORTADO_CHECK(EVP_DigestSign(context.get(), Bytes(signature), &size,
                               reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1);
  signature.resize(size);
  return algorithm_ == SignatureAlgorithm::kEs256 ? RawSignature(signature) : signature;
}

std::string IssuerKey::Token(absl::string_view header, absl::string_view payload) const {
  const std::string part = absl::StrCat(id::Base64UrlEncode(header), ".", id::Base64UrlEncode(payload));
  return absl::StrCat(part, ".", id::Base64UrlEncode(Sign(part)));
}

std::string IssuerKey::Token(const json& claims) const {
  const json header = {{"alg", std::string(auth::FormatSignatureAlgorithm(algorithm_))}, {"kid", key_id_}};
  return Token(header.dump(), claims.dump());
}

std::string KeySet(const std::vector<json>& keys) { return json({{"keys", keys}}).dump(); }

}  // namespace cortado::testing
