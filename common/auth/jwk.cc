#include "common/auth/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/auth/strict_json.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::auth {
namespace {

using nlohmann::json;
using Key = std::shared_ptr<EVP_PKEY>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;
using Parameters = std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)>;

constexpr size_t kMaxDocumentSize = 1 << 20;
constexpr size_t kMaxKeys = 100;
constexpr size_t kMaxKeyIdSize = 256;
constexpr int kMaxDepth = 8;
constexpr size_t kFieldSize = 32;  // Bytes of a coordinate of P-256, of half a signature by it, of an Ed25519 key.
constexpr int kSmallestRsa = 2048;
constexpr int kLargestRsa = 8192;  // Beyond it one check would cost milliseconds.
constexpr int kLargestExponent = 64;

constexpr std::pair<absl::string_view, SignatureAlgorithm> kAlgorithms[] = {
    {"RS256", SignatureAlgorithm::kRs256},
    {"PS256", SignatureAlgorithm::kPs256},
    {"ES256", SignatureAlgorithm::kEs256},
    {"EdDSA", SignatureAlgorithm::kEdDsa},
    {"Ed25519", SignatureAlgorithm::kEdDsa}};  // The later name of the same (RFC 9864 section 2.2).

absl::Status Refuse(absl::string_view why) { return absl::InvalidArgumentError(absl::StrCat("the key ", why)); }

const unsigned char* Bytes(absl::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Returns the text under `name`: nothing when it is absent. INVALID_ARGUMENT: it is no text.
absl::StatusOr<std::optional<std::string>> FindText(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::optional<std::string>();
  if (!found->is_string()) return Refuse(absl::StrCat("has a member that is no text: ", name));
  return std::optional<std::string>(found->get<std::string>());
}

absl::StatusOr<std::string> GetBytes(const json& object, const char* name) {
  ASSIGN_OR_RETURN(const std::optional<std::string> text, FindText(object, name));
  if (!text.has_value() || text->empty()) return Refuse(absl::StrCat("lacks its member ", name));
  absl::StatusOr<std::string> bytes = id::Base64UrlDecode(*text);
  if (!bytes.ok()) return Refuse(absl::StrCat("has a member that is not canonical base64url: ", name));
  return bytes;
}

absl::StatusOr<std::string> GetField(const json& object, const char* name) {
  ASSIGN_OR_RETURN(std::string bytes, GetBytes(object, name));
  if (bytes.size() != kFieldSize) return Refuse(absl::StrCat("has a member of another length: ", name));
  return bytes;
}

// Base64urlUInt of RFC 7518 section 2: big endian, in as few bytes as possible.
absl::StatusOr<Number> GetNumber(const json& object, const char* name) {
  ASSIGN_OR_RETURN(const std::string bytes, GetBytes(object, name));
  if (bytes.size() > kLargestRsa / 8) return Refuse(absl::StrCat("has too large a number: ", name));
  Number number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr), &BN_free);
  const bool shortest = static_cast<size_t>(BN_num_bytes(number.get())) == bytes.size();
  if (!shortest) return Refuse(absl::StrCat("has a number with leading zeros: ", name));
  return number;
}

absl::StatusOr<Key> Build(const char* kind, const Builder& builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()), &OSSL_PARAM_free);
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* made = nullptr;
  if (parameters == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return Refuse("is none the crypto library takes");
  }
  Key key(made, &EVP_PKEY_free);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr), &EVP_PKEY_CTX_free);
  if (EVP_PKEY_public_check(check.get()) != 1) return Refuse("is not sound");
  return key;
}

absl::StatusOr<Key> RsaKey(const json& object) {
  ASSIGN_OR_RETURN(const Number modulus, GetNumber(object, "n"));
  ASSIGN_OR_RETURN(const Number exponent, GetNumber(object, "e"));
  const int bits = BN_num_bits(modulus.get());
  if (bits < kSmallestRsa || bits > kLargestRsa) return Refuse("is RSA of fewer than 2048 or more than 8192 bits");
  if (!BN_is_odd(modulus.get())) return Refuse("has an even modulus");
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) || BN_num_bits(exponent.get()) > kLargestExponent) {
    return Refuse("has an exponent that is even, 1 or too long");
  }
  const Builder builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  return Build("RSA", builder);
}

absl::StatusOr<Key> P256Key(const json& object) {
  ASSIGN_OR_RETURN(const std::optional<std::string> curve, FindText(object, "crv"));
  if (curve != "P-256") return Refuse("is on another curve");
  ASSIGN_OR_RETURN(const std::string x, GetField(object, "x"));
  ASSIGN_OR_RETURN(const std::string y, GetField(object, "y"));
  const std::string point = absl::StrCat("\x04", x, y);  // Uncompressed, SEC 1 section 2.3.3.
  const Builder builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return Build("EC", builder);
}

absl::StatusOr<Key> Ed25519Key(const json& object) {
  ASSIGN_OR_RETURN(const std::optional<std::string> curve, FindText(object, "crv"));
  if (curve != "Ed25519") return Refuse("is on another curve");
  ASSIGN_OR_RETURN(const std::string raw, GetField(object, "x"));
  Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(raw), raw.size()), &EVP_PKEY_free);
  if (key == nullptr) return Refuse("is none the crypto library takes");
  return key;
}

// RFC 7517 sections 4.2 and 4.3, and 9.3 for what must not be there.
absl::Status CheckPurpose(const json& object) {
  for (const char* secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    if (object.contains(secret)) return Refuse("is not a public one");
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> use, FindText(object, "use"));
  if (use.has_value() && *use != "sig") return Refuse("is not for signatures");
  const auto operations = object.find("key_ops");
  if (operations == object.end()) return absl::OkStatus();
  if (!operations->is_array()) return Refuse("has a malformed list of operations");
  if (std::find(operations->begin(), operations->end(), "verify") == operations->end()) {
    return Refuse("is not for checking signatures");
  }
  return absl::OkStatus();
}

// The check of a message against a signature in the form OpenSSL takes.
bool Check(const Key& key, SignatureAlgorithm algorithm, absl::string_view message, absl::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;  // Belongs to `context`.
  const EVP_MD* digest = algorithm == SignatureAlgorithm::kEdDsa ? nullptr : EVP_sha256();
  if (EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, key.get()) != 1) return false;
  const bool rsa = algorithm == SignatureAlgorithm::kRs256 || algorithm == SignatureAlgorithm::kPs256;
  const int padding = algorithm == SignatureAlgorithm::kPs256 ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
  if (rsa && EVP_PKEY_CTX_set_rsa_padding(options, padding) != 1) return false;
  // RFC 7518 section 3.5: MGF1 with the same hash, which is OpenSSL's default, and a salt as long as the hash.
  if (algorithm == SignatureAlgorithm::kPs256 &&
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1) {
    return false;
  }
  return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message), message.size()) == 1;
}

// RFC 7518 section 3.4: a JWS holds R and S side by side, OpenSSL wants them in DER. Empty when it is no signature.
std::string DerSignature(absl::string_view raw) {
  if (raw.size() != 2 * kFieldSize) return "";
  BIGNUM* r = BN_bin2bn(Bytes(raw), kFieldSize, nullptr);
  BIGNUM* s = BN_bin2bn(Bytes(raw.substr(kFieldSize)), kFieldSize, nullptr);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), &ECDSA_SIG_free);
  if (ECDSA_SIG_set0(pair.get(), r, s) != 1) return "";
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return "";
  std::string text(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return text;
}

}  // namespace

std::optional<SignatureAlgorithm> ParseSignatureAlgorithm(absl::string_view name) {
  for (const auto& [text, algorithm] : kAlgorithms) {
    if (text == name) return algorithm;
  }
  return std::nullopt;
}

absl::string_view FormatSignatureAlgorithm(SignatureAlgorithm algorithm) {
  for (const auto& [text, candidate] : kAlgorithms) {
    if (candidate == algorithm) return text;
  }
  return "";
}

Jwk::Jwk(Key key, std::vector<SignatureAlgorithm> algorithms, std::string key_id)
    : key_(std::move(key)), algorithms_(std::move(algorithms)), key_id_(std::move(key_id)) {}

absl::StatusOr<Jwk> Jwk::FromJson(const json& object) {
  if (!object.is_object()) return Refuse("is no object");
  RETURN_IF_ERROR(CheckPurpose(object));
  ASSIGN_OR_RETURN(const std::optional<std::string> kind, FindText(object, "kty"));
  std::vector<SignatureAlgorithm> algorithms;
  absl::StatusOr<Key> key = Refuse("is of a kind we do not take");
  if (kind == "RSA") {
    algorithms = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256};
    key = RsaKey(object);
  } else if (kind == "EC") {
    algorithms = {SignatureAlgorithm::kEs256};
    key = P256Key(object);
  } else if (kind == "OKP") {
    algorithms = {SignatureAlgorithm::kEdDsa};
    key = Ed25519Key(object);
  }
  if (!key.ok()) return key.status();
  ASSIGN_OR_RETURN(const std::optional<std::string> name, FindText(object, "alg"));
  if (name.has_value()) {
    const std::optional<SignatureAlgorithm> only = ParseSignatureAlgorithm(*name);
    const bool fits = only.has_value() && std::find(algorithms.begin(), algorithms.end(), *only) != algorithms.end();
    if (!fits) return Refuse("is for another algorithm");
    algorithms = {*only};
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> key_id, FindText(object, "kid"));
  if (key_id.has_value() && key_id->size() > kMaxKeyIdSize) return Refuse("has too long a name");
  return Jwk(*std::move(key), std::move(algorithms), key_id.value_or(""));
}

bool Jwk::MayVerify(SignatureAlgorithm algorithm) const {
  return std::find(algorithms_.begin(), algorithms_.end(), algorithm) != algorithms_.end();
}

bool Jwk::Verify(SignatureAlgorithm algorithm, absl::string_view message, absl::string_view signature) const {
  if (!MayVerify(algorithm)) return false;
  if (algorithm != SignatureAlgorithm::kEs256) return Check(key_, algorithm, message, signature);
  const std::string der = DerSignature(signature);
  return !der.empty() && Check(key_, algorithm, message, der);
}

absl::StatusOr<JwkSet> JwkSet::Parse(absl::string_view document) {
  if (document.size() > kMaxDocumentSize) return absl::InvalidArgumentError("the key set is too long");
  const std::optional<json> object = ParseStrictObject(document, kMaxDepth);
  if (!object.has_value()) return absl::InvalidArgumentError("the key set is not one strict JSON object");
  const auto list = object->find("keys");
  if (list == object->end() || !list->is_array() || list->size() > kMaxKeys) {
    return absl::InvalidArgumentError("the key set has no list of at most 100 keys");
  }
  JwkSet set;
  for (const json& item : *list) {
    if (!item.is_object()) return absl::InvalidArgumentError("the key set holds something that is no key");
    absl::StatusOr<Jwk> key = Jwk::FromJson(item);
    if (!key.ok()) continue;
    for (const auto& [name, algorithm] : kAlgorithms) {
      if (!key->KeyId().empty() && key->MayVerify(algorithm) && set.Find(key->KeyId(), algorithm).ok()) {
        return absl::InvalidArgumentError("the key set has two keys of one name");
      }
    }
    set.keys_.push_back(*std::move(key));
  }
  return set;
}

absl::StatusOr<const Jwk*> JwkSet::Find(const std::optional<std::string>& key_id, SignatureAlgorithm algorithm) const {
  if (!key_id.has_value()) {
    if (keys_.size() == 1 && keys_[0].MayVerify(algorithm)) return &keys_[0];
    return absl::NotFoundError("without a key id only the single key of a set may be meant");
  }
  for (const Jwk& key : keys_) {
    if (!key.KeyId().empty() && key.KeyId() == *key_id && key.MayVerify(algorithm)) return &key;
  }
  return absl::NotFoundError("no key of that name is for that algorithm");
}

bool JwkSet::Has(absl::string_view key_id) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const Jwk& key) { return key.KeyId() == key_id; });
}

}  // namespace cortado::auth
