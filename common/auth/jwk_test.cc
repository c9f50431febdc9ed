#include "common/auth/jwk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "common/auth/jws.h"
#include "common/id/id.h"
#include "common/testing/issuer_key.h"

namespace cortado::auth {
namespace {

using nlohmann::json;
using testing::IssuerKey;
using testing::KeySet;

constexpr SignatureAlgorithm kAll[] = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                       SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa};

// One key of each algorithm: making RSA keys is slow.
const IssuerKey& KeyOf(SignatureAlgorithm algorithm) {
  static const auto* keys = new std::vector<IssuerKey>{IssuerKey(kAll[0], "rs"), IssuerKey(kAll[1], "ps"),
                                                       IssuerKey(kAll[2], "es"), IssuerKey(kAll[3], "ed")};
  return (*keys)[static_cast<size_t>(algorithm)];
}

json Rsa() { return KeyOf(SignatureAlgorithm::kRs256).Jwk(); }
json Ec() { return KeyOf(SignatureAlgorithm::kEs256).Jwk(); }
json Ed() { return KeyOf(SignatureAlgorithm::kEdDsa).Jwk(); }

TEST(JwkTest, VerifiesWhatItsPrivateHalfSignedAndNothingElse) {
  for (const SignatureAlgorithm algorithm : kAll) {
    const Jwk key = *Jwk::FromJson(KeyOf(algorithm).Jwk());
    const std::string signature = KeyOf(algorithm).Sign("message");
    EXPECT_TRUE(key.Verify(algorithm, "message", signature));
    EXPECT_FALSE(key.Verify(algorithm, "another", signature));
    EXPECT_FALSE(key.Verify(algorithm, "message", ""));
    EXPECT_FALSE(key.Verify(algorithm, "message", signature + '\0'));
    EXPECT_FALSE(key.Verify(algorithm, "message", '\0' + signature));
    EXPECT_FALSE(key.Verify(algorithm, "message", signature.substr(1)));
    EXPECT_FALSE(key.Verify(algorithm, "message", std::string(signature.size(), '\0')));
    EXPECT_FALSE(key.Verify(algorithm, "message", std::string(signature.size(), '\xff')));
  }
}

TEST(JwkTest, RefusesASignatureWithAnyBitFlipped) {
  for (const SignatureAlgorithm algorithm : kAll) {
    const Jwk key = *Jwk::FromJson(KeyOf(algorithm).Jwk());
    std::string signature = KeyOf(algorithm).Sign("message");
    for (size_t bit = 0; bit < 8 * signature.size(); ++bit) {
      signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_FALSE(key.Verify(algorithm, "message", signature)) << bit;
      signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ (1 << (bit % 8)));
    }
  }
}

TEST(JwkTest, IsBoundToItsAlgorithm) {
  for (const SignatureAlgorithm algorithm : kAll) {
    const Jwk key = *Jwk::FromJson(KeyOf(algorithm).Jwk());
    for (const SignatureAlgorithm other : kAll) {
      EXPECT_EQ(key.MayVerify(other), other == algorithm);
      EXPECT_EQ(key.Verify(other, "message", KeyOf(algorithm).Sign("message")), other == algorithm);
    }
  }
}

TEST(JwkTest, WithoutAnAlgorithmServesThoseOfItsKind) {
  json plain = Rsa();
  plain.erase("alg");
  const Jwk key = *Jwk::FromJson(plain);
  EXPECT_TRUE(key.Verify(SignatureAlgorithm::kRs256, "message", KeyOf(SignatureAlgorithm::kRs256).Sign("message")));
  EXPECT_TRUE(key.MayVerify(SignatureAlgorithm::kPs256));
  EXPECT_FALSE(key.MayVerify(SignatureAlgorithm::kEs256));
  // A signature of one padding is none of the other.
  EXPECT_FALSE(key.Verify(SignatureAlgorithm::kPs256, "message", KeyOf(SignatureAlgorithm::kRs256).Sign("message")));
}

// ECDSA in DER, as OpenSSL writes it, is no signature of a JWS (RFC 7518 section 3.4).
TEST(JwkTest, RefusesAnEcdsaSignatureInDer) {
  const Jwk key = *Jwk::FromJson(Ec());
  std::string der = std::string("\x30\x44\x02\x20", 4) + std::string(32, 1) + std::string("\x02\x20", 2);
  der += std::string(32, 1);
  EXPECT_FALSE(key.Verify(SignatureAlgorithm::kEs256, "message", der));
}

struct WrongKey {
  const char* name;
  json (*base)();
  json patch;  // Merged in; null removes a member (RFC 7396).
};

void PrintTo(const WrongKey& wrong, std::ostream* out) { *out << wrong.name; }

class WrongKeyTest : public ::testing::TestWithParam<WrongKey> {};

TEST_P(WrongKeyTest, IsRefused) {
  json key = GetParam().base();
  ASSERT_TRUE(Jwk::FromJson(key).ok());
  key.merge_patch(GetParam().patch);
  EXPECT_EQ(Jwk::FromJson(key).status().code(), absl::StatusCode::kInvalidArgument);
}

std::string Ones(size_t size) { return id::Base64UrlEncode(std::string(size, '\xff')); }

INSTANTIATE_TEST_SUITE_P(
    Keys, WrongKeyTest,
    ::testing::Values(
        WrongKey{"NoKind", Rsa, {{"kty", nullptr}}}, WrongKey{"Symmetric", Rsa, {{"kty", "oct"}, {"k", "AAAA"}}},
        WrongKey{"AnotherKind", Rsa, {{"kty", "AKP"}}}, WrongKey{"KindInLowerCase", Rsa, {{"kty", "rsa"}}},
        WrongKey{"KindIsANumber", Rsa, {{"kty", 1}}}, WrongKey{"PrivateRsa", Rsa, {{"d", "AQAB"}}},
        WrongKey{"PrivateEc", Ec, {{"d", Ones(32)}}}, WrongKey{"PrivateEd25519", Ed, {{"d", Ones(32)}}},
        WrongKey{"ForEncryption", Rsa, {{"use", "enc"}}}, WrongKey{"UseIsAList", Rsa, {{"use", {"sig"}}}},
        WrongKey{"ForSigningAlone", Rsa, {{"key_ops", {"sign"}}}},
        WrongKey{"ForNothing", Rsa, {{"key_ops", json::array()}}},
        WrongKey{"OperationsAreText", Rsa, {{"key_ops", "verify"}}}, WrongKey{"ForHmac", Rsa, {{"alg", "HS256"}}},
        WrongKey{"ForNone", Rsa, {{"alg", "none"}}}, WrongKey{"ForALongerHash", Rsa, {{"alg", "RS384"}}},
        WrongKey{"RsaForEcdsa", Rsa, {{"alg", "ES256"}}}, WrongKey{"EcForRsa", Ec, {{"alg", "RS256"}}},
        WrongKey{"NoModulus", Rsa, {{"n", nullptr}}}, WrongKey{"EmptyModulus", Rsa, {{"n", ""}}},
        WrongKey{
            "ModulusOf2047Bits", Rsa, {{"n", id::Base64UrlEncode(std::string(1, '\x7f') + std::string(255, '\xff'))}}},
        WrongKey{"ModulusOf512Bits", Rsa, {{"n", Ones(64)}}}, WrongKey{"ModulusOf8200Bits", Rsa, {{"n", Ones(1025)}}},
        WrongKey{"EvenModulus", Rsa, {{"n", id::Base64UrlEncode(std::string(255, '\xff') + '\xfe')}}},
        WrongKey{"ModulusWithALeadingZero",
                 Rsa,
                 {{"n", id::Base64UrlEncode(std::string(1, '\0') + std::string(256, '\xff'))}}},
        WrongKey{"ModulusIsANumber", Rsa, {{"n", 7}}}, WrongKey{"ModulusIsPadded", Rsa, {{"n", Ones(256) + "=="}}},
        WrongKey{"NoExponent", Rsa, {{"e", nullptr}}}, WrongKey{"ExponentOne", Rsa, {{"e", "AQ"}}},
        WrongKey{"EvenExponent", Rsa, {{"e", "AQAC"}}}, WrongKey{"HugeExponent", Rsa, {{"e", Ones(9)}}},
        WrongKey{"ExponentNotCanonical", Rsa, {{"e", "AQAB="}}}, WrongKey{"OtherCurve", Ec, {{"crv", "P-521"}}},
        WrongKey{"KoblitzCurve", Ec, {{"crv", "secp256k1"}}}, WrongKey{"NoCurve", Ec, {{"crv", nullptr}}},
        WrongKey{"PointNotOnTheCurve", Ec, {{"x", Ones(32)}}},
        WrongKey{
            "PointAtTheOrigin",
            Ec,
            {{"x", id::Base64UrlEncode(std::string(32, '\0'))}, {"y", id::Base64UrlEncode(std::string(32, '\0'))}}},
        WrongKey{"ShortCoordinate", Ec, {{"y", Ones(31)}}}, WrongKey{"LongCoordinate", Ec, {{"y", Ones(33)}}},
        WrongKey{"HalfAPoint", Ec, {{"y", nullptr}}}, WrongKey{"KeyAgreementCurve", Ed, {{"crv", "X25519"}}},
        WrongKey{"OtherEdwardsCurve", Ed, {{"crv", "Ed448"}}}, WrongKey{"ShortEd25519", Ed, {{"x", Ones(31)}}},
        WrongKey{"KeyIdIsANumber", Ed, {{"kid", 1}}}, WrongKey{"KeyIdIsHuge", Ed, {{"kid", std::string(257, 'k')}}}),
    [](const auto& test) { return test.param.name; });

TEST(JwkSetTest, LeavesOutKeysItCannotUse) {
  const IssuerKey small(SignatureAlgorithm::kRs256, "small", 1024);
  const JwkSet keys =
      *JwkSet::Parse(KeySet({{{"kty", "oct"}, {"k", "AAAA"}, {"kid", "hmac"}}, Rsa(), small.Jwk(), Ed()}));
  EXPECT_EQ(keys.Size(), 2u);
  EXPECT_FALSE(keys.Has("hmac"));
  EXPECT_FALSE(keys.Has("small"));
  EXPECT_TRUE(keys.Has("rs"));
  EXPECT_TRUE(keys.Find("ed", SignatureAlgorithm::kEdDsa).ok());
}

TEST(JwkSetTest, FindsAKeyByItsNameAndAlgorithmTogether) {
  const JwkSet keys = *JwkSet::Parse(KeySet({Rsa(), Ec()}));
  EXPECT_TRUE(keys.Find("es", SignatureAlgorithm::kEs256).ok());
  EXPECT_EQ(keys.Find("es", SignatureAlgorithm::kRs256).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(keys.Find("ES", SignatureAlgorithm::kEs256).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(keys.Find("", SignatureAlgorithm::kEs256).status().code(), absl::StatusCode::kNotFound);
}

TEST(JwkSetTest, WithoutANameOnlyASingleKeyIsMeant) {
  EXPECT_TRUE(JwkSet::Parse(KeySet({Rsa()}))->Find(std::nullopt, SignatureAlgorithm::kRs256).ok());
  EXPECT_FALSE(JwkSet::Parse(KeySet({Rsa()}))->Find(std::nullopt, SignatureAlgorithm::kEs256).ok());
  EXPECT_FALSE(JwkSet::Parse(KeySet({Rsa(), Ec()}))->Find(std::nullopt, SignatureAlgorithm::kRs256).ok());
  EXPECT_FALSE(JwkSet::Parse(KeySet({}))->Find(std::nullopt, SignatureAlgorithm::kRs256).ok());
}

TEST(JwkSetTest, AKeyWithoutANameIsNotFoundByTheEmptyOne) {
  json plain = Rsa();
  plain.erase("kid");
  EXPECT_FALSE(JwkSet::Parse(KeySet({plain}))->Find("", SignatureAlgorithm::kRs256).ok());
}

TEST(JwkSetTest, RefusesTwoKeysOfOneName) {
  EXPECT_FALSE(JwkSet::Parse(KeySet({Rsa(), Rsa()})).ok());
  json other = Ec();
  other["kid"] = "rs";
  EXPECT_TRUE(JwkSet::Parse(KeySet({Rsa(), other})).ok());  // Another kind: RFC 7517 section 4.5 allows it.
}

TEST(JwkSetTest, RefusesADocumentThatIsNotStrict) {
  const std::string good = KeySet({Rsa()});
  ASSERT_TRUE(JwkSet::Parse(good).ok());
  EXPECT_TRUE(JwkSet::Parse(good + "\n").ok());
  const std::string twice = R"({"keys":[],"keys":[]})";
  const std::string inside = R"({"keys":[{"kty":"RSA","kty":"EC"}]})";
  const std::string deep =
      absl::StrCat(R"({"keys":[],"x":)", std::string(100'000, '['), std::string(100'000, ']'), "}");
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"),
        std::string(R"({"keys":[1]})"), twice, inside, deep, good + "x", good + '\0' + "x", good.substr(1),
        "\xef\xbb\xbf" + good, KeySet(std::vector<json>(101, {{"kty", "oct"}})), good + std::string(1 << 20, ' ')}) {
    EXPECT_EQ(JwkSet::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text.substr(0, 60);
  }
}

// What ReadHeader of a cookbook example must end in.
bool Verifies(const json& key, absl::string_view compact) {
  const absl::StatusOr<Jws> jws = SplitJws(compact, 16384);
  if (!jws.ok()) return false;
  const json header = json::parse(jws->header, nullptr, /*allow_exceptions=*/false);
  const auto algorithm = ParseSignatureAlgorithm(header.value("alg", ""));
  json public_half = key;
  for (const char* secret : {"d", "p", "q", "dp", "dq", "qi"}) public_half.erase(secret);
  const absl::StatusOr<Jwk> jwk = Jwk::FromJson(public_half);
  return jwk.ok() && algorithm.has_value() && jwk->Verify(*algorithm, jws->signed_part, jws->signature);
}

// The cookbook of RFC 7520 and RFC 8037, when it is at hand: of its compact JWS the two of our algorithms verify, and
// no other; the private keys and the symmetric ones in it are refused.
TEST(JwkTest, VerifiesOfTheCookbookExactlyWhatIsOfOurAlgorithms) {
  const std::filesystem::path cookbook = "../shared/data/adversarial/jose-cookbook";
  if (!std::filesystem::exists(cookbook)) GTEST_SKIP() << "the cookbook is not on this machine";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(cookbook)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const json example = json::parse(file, nullptr, /*allow_exceptions=*/false);
    const std::string name = entry.path().filename().string();
    if (example.contains("kty")) {
      EXPECT_EQ(Jwk::FromJson(example).ok(), name == "3_3.rsa_public_key.json") << name;
    }
    if (!example.contains("input") || !example["input"].contains("key")) continue;
    EXPECT_FALSE(Jwk::FromJson(example["input"]["key"]).ok()) << name;  // All bring the private half.
    const json output = example["output"].is_object() ? example["output"] : json::object();
    const bool ours = name == "4_1.rsa_v15_signature.json" || name == "jws.json";
    EXPECT_EQ(Verifies(example["input"]["key"], output.value("compact", "")), ours) << name;
  }
}

// RFC 7515 appendix A.3: the published signature by P-256.
TEST(JwkTest, VerifiesThePublishedExampleOfP256) {
  const Jwk key = *Jwk::FromJson({{"kty", "EC"},
                                  {"crv", "P-256"},
                                  {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                                  {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}});
  const Jws jws = *SplitJws(
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
      "VlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  EXPECT_TRUE(key.Verify(SignatureAlgorithm::kEs256, jws.signed_part, jws.signature));
}

}  // namespace
}  // namespace cortado::auth
