#include "common/auth/id_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/id/id.h"
#include "common/testing/issuer_key.h"

namespace cortado::auth {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::IssuerKey;
using testing::KeySet;
using ::testing::Not;

constexpr char kIssuedBy[] = "https://login.example";

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

// One issuer with two keys, one login, and ways to build tokens that are not quite right.
class IdTokenTest : public ::testing::Test {
 protected:
  static const IssuerKey& Rsa() {
    static const IssuerKey key(SignatureAlgorithm::kRs256, "rs");
    return key;
  }
  static const IssuerKey& Ed() {
    static const IssuerKey key(SignatureAlgorithm::kEdDsa, "ed");
    return key;
  }

  static json Ada() {
    return {{"iss", kIssuedBy},
            {"aud", "cortado"},
            {"sub", "248289761001"},
            {"nonce", "n-0S6"},
            {"exp", 2000},
            {"iat", 1000},
            {"name", "Ada"},
            {"email", "ada@example.com"},
            {"email_verified", true},
            {"hd", "example.com"}};
  }
  static json Ada(const json& patch) {
    json claims = Ada();
    claims.merge_patch(patch);
    return claims;
  }

  absl::StatusOr<IdTokenClaims> Verify(absl::string_view token) const {
    return VerifyIdToken(token, expected_, keys_, now_);
  }

  // The message of a refusal; "accepted" is none.
  std::string Refusal(absl::string_view token) const {
    const absl::Status status = Verify(token).status();
    if (status.ok()) return "accepted";
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    if (token.size() > 8) {
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr(std::string(token.substr(0, 8)))));
    }
    return std::string(status.message());
  }
  std::string RefusalOf(const json& claims) const { return Refusal(Rsa().Token(claims)); }

  absl::Time now_ = At(1500);
  IdTokenExpectations expected_{.issuer = kIssuedBy,
                                .client_id = "cortado",
                                .nonce = "n-0S6",
                                .algorithms = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                               SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa}};
  const JwkSet keys_ = *JwkSet::Parse(KeySet({Rsa().Jwk(), Ed().Jwk()}));
};

TEST_F(IdTokenTest, SaysWhoItIs) {
  const IdTokenClaims claims = *Verify(Rsa().Token(Ada()));
  EXPECT_EQ(claims.issuer, kIssuedBy);
  EXPECT_EQ(claims.subject, "248289761001");
  EXPECT_EQ(claims.expires, At(2000));
  EXPECT_EQ(claims.issued_at, At(1000));
  EXPECT_EQ(claims.email, "ada@example.com");
  EXPECT_TRUE(claims.email_verified);
  EXPECT_EQ(claims.name, "Ada");
  EXPECT_EQ(claims.texts.at("hd"), "example.com");
  EXPECT_EQ(claims.texts.count("email_verified"), 0u);
}

TEST_F(IdTokenTest, IsAcceptedFromEachKeyOfTheIssuer) { EXPECT_EQ(Refusal(Ed().Token(Ada())), "accepted"); }

TEST_F(IdTokenTest, MayNameEdDsaByItsLaterName) {
  EXPECT_EQ(Refusal(Ed().Token(R"({"alg":"Ed25519","kid":"ed"})", Ada().dump())), "accepted");
}

TEST_F(IdTokenTest, AnEmailIsVerifiedOnlyIfTheIssuerSaysSo) {
  EXPECT_TRUE(Verify(Rsa().Token(Ada({{"email_verified", "true"}})))->email_verified);
  for (const json& no : {json(nullptr), json(false), json("false"), json(1), json("yes"), json({true})}) {
    EXPECT_FALSE(Verify(Rsa().Token(Ada({{"email_verified", no}})))->email_verified) << no;
  }
  EXPECT_FALSE(Verify(Rsa().Token(Ada({{"email", nullptr}})))->email_verified);
}

TEST_F(IdTokenTest, ExpiresThirtySecondsAfterItsEndAtTheLatest) {
  now_ = At(2030) - absl::Nanoseconds(1);
  EXPECT_EQ(RefusalOf(Ada()), "accepted");
  now_ = At(2030);
  EXPECT_THAT(RefusalOf(Ada()), HasSubstr("expired"));
}

TEST_F(IdTokenTest, MayBeIssuedThirtySecondsAheadOfOurClockAndNoMore) {
  now_ = At(970);
  EXPECT_EQ(RefusalOf(Ada()), "accepted");
  now_ = At(970) - absl::Nanoseconds(1);
  EXPECT_THAT(RefusalOf(Ada()), HasSubstr("future"));
}

TEST_F(IdTokenTest, IsValidFromThirtySecondsBeforeItsBeginning) {
  now_ = At(1570);
  EXPECT_EQ(RefusalOf(Ada({{"nbf", 1600}})), "accepted");
  now_ = At(1570) - absl::Nanoseconds(1);
  EXPECT_THAT(RefusalOf(Ada({{"nbf", 1600}})), HasSubstr("not valid yet"));
}

TEST_F(IdTokenTest, MayBeForSeveralAudiencesWeTrustIfIssuedToUs) {
  EXPECT_EQ(RefusalOf(Ada({{"aud", {"cortado"}}})), "accepted");
  EXPECT_EQ(RefusalOf(Ada({{"azp", "cortado"}})), "accepted");
  const json both = Ada({{"aud", {"calendar", "cortado"}}, {"azp", "cortado"}});
  EXPECT_THAT(RefusalOf(both), HasSubstr("another audience"));
  expected_.trusted_audiences = {"calendar"};
  EXPECT_EQ(RefusalOf(both), "accepted");
  EXPECT_THAT(RefusalOf(Ada({{"aud", {"calendar", "cortado"}}})), HasSubstr("several audiences"));
  EXPECT_THAT(RefusalOf(Ada({{"aud", {"calendar", "cortado"}}, {"azp", "calendar"}})), HasSubstr("another party"));
  EXPECT_THAT(RefusalOf(Ada({{"aud", "calendar"}})), HasSubstr("another audience"));
}

TEST_F(IdTokenTest, NeedsANonceOnlyIfOneWasSent) {
  expected_.nonce.reset();
  EXPECT_EQ(RefusalOf(Ada()), "accepted");
  EXPECT_EQ(RefusalOf(Ada({{"nonce", nullptr}})), "accepted");
  expected_.nonce = "";
  EXPECT_THAT(RefusalOf(Ada({{"nonce", nullptr}})), HasSubstr("nonce"));
}

TEST_F(IdTokenTest, IsRefusedWithAnAlgorithmThatIsNotRegistered) {
  expected_.algorithms = {SignatureAlgorithm::kRs256};
  EXPECT_THAT(Refusal(Ed().Token(Ada())), HasSubstr("algorithm"));
  EXPECT_EQ(Refusal(Rsa().Token(Ada())), "accepted");
}

TEST_F(IdTokenTest, IsRefusedWithAlgorithmNone) {
  for (const char* name : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string header = absl::StrCat(R"({"alg":")", name, R"(","kid":"rs"})");
    const std::string part = absl::StrCat(id::Base64UrlEncode(header), ".", id::Base64UrlEncode(Ada().dump()));
    EXPECT_THAT(Refusal(absl::StrCat(part, ".")), HasSubstr("algorithm"));
    EXPECT_THAT(Refusal(Rsa().Token(header, Ada().dump())), HasSubstr("algorithm"));
  }
}

// The classic confusion: the public key, which everybody knows, taken for the secret of an HMAC.
TEST_F(IdTokenTest, IsRefusedWhenSignedByHmacWithThePublicKey) {
  const std::string modulus = *id::Base64UrlDecode(Rsa().Jwk()["n"].get<std::string>());
  for (const std::string& secret : {Rsa().Pem(), modulus, Rsa().Jwk()["n"].get<std::string>(), Rsa().Jwk().dump()}) {
    for (const char* name : {"HS256", "RS256"}) {
      const std::string header = absl::StrCat(R"({"alg":")", name, R"(","kid":"rs"})");
      const std::string part = absl::StrCat(id::Base64UrlEncode(header), ".", id::Base64UrlEncode(Ada().dump()));
      unsigned char mac[32];
      unsigned int size = 0;
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(part.data()), part.size(), mac, &size);
      const absl::string_view signature(reinterpret_cast<const char*>(mac), size);
      EXPECT_NE(Refusal(absl::StrCat(part, ".", id::Base64UrlEncode(signature))), "accepted") << name;
    }
  }
}

TEST_F(IdTokenTest, IsRefusedWithoutASignature) {
  const std::string token = Rsa().Token(Ada());
  EXPECT_THAT(Refusal(token.substr(0, token.rfind('.') + 1)), HasSubstr("signature"));
}

TEST_F(IdTokenTest, IsRefusedFromAnUnknownKey) {
  const IssuerKey stranger(SignatureAlgorithm::kEdDsa, "stranger");
  EXPECT_THAT(Refusal(stranger.Token(Ada())), HasSubstr("unknown key"));
  const IssuerKey impostor(SignatureAlgorithm::kEdDsa, "ed");
  EXPECT_THAT(Refusal(impostor.Token(Ada())), HasSubstr("signature"));
}

// The key id is a name among the keys of the issuer, never a path, an address or a query.
TEST_F(IdTokenTest, IsRefusedWithAKeyIdThatIsNoNameOfAKey) {
  for (const char* key_id : {"../../../dev/null", "https://evil.example/keys", "' OR 1=1 --", "rs ", "RS", "", "ed"}) {
    const json header = {{"alg", "RS256"}, {"kid", key_id}};
    EXPECT_THAT(Refusal(Rsa().Token(header.dump(), Ada().dump())), HasSubstr("unknown key")) << key_id;
  }
}

TEST_F(IdTokenTest, MayLackAKeyIdOnlyIfTheIssuerHasOneKey) {
  const std::string token = Rsa().Token(R"({"alg":"RS256"})", Ada().dump());
  EXPECT_THAT(Refusal(token), HasSubstr("unknown key"));
  EXPECT_TRUE(VerifyIdToken(token, expected_, *JwkSet::Parse(KeySet({Rsa().Jwk()})), now_).ok());
}

TEST_F(IdTokenTest, NeverTakesAKeyFromItself) {
  const IssuerKey evil(SignatureAlgorithm::kEdDsa, "evil");
  const json members[] = {{{"jwk", evil.Jwk()}},
                          {{"jku", "https://evil.example/keys"}},
                          {{"x5u", "https://evil.example/certificate"}},
                          {{"x5c", {"MIIB"}}}};
  for (const json& member : members) {
    for (const char* key_id : {"evil", "ed"}) {
      json header = {{"alg", "EdDSA"}, {"kid", key_id}};
      header.update(member);
      EXPECT_THAT(Refusal(evil.Token(header.dump(), Ada().dump())), HasSubstr("key of its own"));
      EXPECT_THAT(Refusal(Ed().Token(header.dump(), Ada().dump())), HasSubstr("key of its own"));
    }
  }
}

TEST_F(IdTokenTest, IsRefusedWithAnyCharacterChanged) {
  const std::string token = Ed().Token(Ada());
  for (size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_NE(Refusal(changed), "accepted") << at;
  }
}

// The last character of a signature of 64 bytes has four bits nobody needs: 16 texts would mean one token.
TEST_F(IdTokenTest, IsRefusedInAnyOtherSpelling) {
  const std::string token = Ed().Token(Ada());
  int same_bytes = 0;
  for (const char last : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=")) {
    std::string other = token;
    other.back() = last;
    same_bytes += Refusal(other) == "accepted";
  }
  EXPECT_EQ(same_bytes, 1);
  for (const std::string& text :
       {token + "=", token + "==", " " + token, token + "\n", token + '\0', token + ".", token + ".x", "." + token,
        token + "." + token, std::string(), std::string(".."), std::string("x"), token.substr(0, token.rfind('.'))}) {
    EXPECT_NE(Refusal(text), "accepted") << text;
  }
}

TEST_F(IdTokenTest, IsRefusedWhenItIsTooLong) {
  EXPECT_EQ(RefusalOf(Ada({{"groups", std::string(10'000, 'g')}})), "accepted");
  EXPECT_THAT(RefusalOf(Ada({{"groups", std::string(12'000, 'g')}})), HasSubstr("too long"));
}

TEST_F(IdTokenTest, SaysItsIssuerAndKeyBeforeItIsChecked) {
  const IssuerKey stranger(SignatureAlgorithm::kEdDsa, "stranger");
  const IdTokenHint hint = *PeekIdToken(stranger.Token(Ada({{"iss", "https://other.example"}})));
  EXPECT_EQ(hint.issuer, "https://other.example");
  EXPECT_EQ(hint.key_id, "stranger");
  EXPECT_EQ(PeekIdToken("x.y").status().code(), absl::StatusCode::kUnauthenticated);
}

struct WrongClaim {
  const char* name;
  json patch;  // Merged in; null removes a member (RFC 7396).
};

void PrintTo(const WrongClaim& wrong, std::ostream* out) { *out << wrong.name; }

class WrongIdTokenClaimTest : public IdTokenTest, public ::testing::WithParamInterface<WrongClaim> {};

TEST_P(WrongIdTokenClaimTest, IsRefusedThoughWellSigned) { EXPECT_NE(RefusalOf(Ada(GetParam().patch)), "accepted"); }

INSTANTIATE_TEST_SUITE_P(
    Claims, WrongIdTokenClaimTest,
    ::testing::Values(
        WrongClaim{"NoIssuer", {{"iss", nullptr}}}, WrongClaim{"IssuerWithASlash", {{"iss", "https://login.example/"}}},
        WrongClaim{"IssuerInUpperCase", {{"iss", "https://LOGIN.example"}}},
        WrongClaim{"IssuerIsAPrefix", {{"iss", "https://login.exampl"}}},
        WrongClaim{"IssuerGoesOn", {{"iss", "https://login.example.evil"}}},
        WrongClaim{"IssuerWithoutTls", {{"iss", "http://login.example"}}},
        WrongClaim{"IssuerIsAList", {{"iss", {kIssuedBy}}}}, WrongClaim{"NoAudience", {{"aud", nullptr}}},
        WrongClaim{"AudienceIsEmpty", {{"aud", json::array()}}}, WrongClaim{"AudienceIsANumber", {{"aud", 1}}},
        WrongClaim{"AudienceIsAnObject", {{"aud", {{"cortado", true}}}}},
        WrongClaim{"AudienceHoldsANumber", {{"aud", {"cortado", 1}}, {"azp", "cortado"}}},
        WrongClaim{"AudienceInUpperCase", {{"aud", "Cortado"}}}, WrongClaim{"AudienceGoesOn", {{"aud", "cortado2"}}},
        WrongClaim{"IssuedToAnother", {{"azp", "calendar"}}}, WrongClaim{"PartyIsAList", {{"azp", {"cortado"}}}},
        WrongClaim{"PartyIsEmpty", {{"azp", ""}}}, WrongClaim{"NoNonce", {{"nonce", nullptr}}},
        WrongClaim{"AnotherNonce", {{"nonce", "n-0S7"}}}, WrongClaim{"NonceGoesOn", {{"nonce", "n-0S6x"}}},
        WrongClaim{"NonceIsAList", {{"nonce", {"n-0S6"}}}}, WrongClaim{"NoExpiry", {{"exp", nullptr}}},
        WrongClaim{"ExpiryIsText", {{"exp", "2000"}}}, WrongClaim{"ExpiryIsHuge", {{"exp", 1e300}}},
        WrongClaim{"ExpiryInMilliseconds", {{"exp", 2000000000000}}}, WrongClaim{"ExpiryIsNegative", {{"exp", -1}}},
        WrongClaim{"ExpiryIsABoolean", {{"exp", true}}}, WrongClaim{"NoIssueTime", {{"iat", nullptr}}},
        WrongClaim{"IssueTimeIsText", {{"iat", "1000"}}}, WrongClaim{"IssuedTomorrow", {{"iat", 90000}}},
        WrongClaim{"BeginningIsText", {{"nbf", "0"}}}, WrongClaim{"ValidTomorrow", {{"nbf", 90000}}},
        WrongClaim{"NoSubject", {{"sub", nullptr}}}, WrongClaim{"SubjectIsEmpty", {{"sub", ""}}},
        WrongClaim{"SubjectIsANumber", {{"sub", 248289761001}}},
        WrongClaim{"SubjectIsTooLong", {{"sub", std::string(256, 's')}}},
        WrongClaim{"SubjectHasALineEnd", {{"sub", "ada\nroot"}}},
        WrongClaim{"SubjectHasANul", {{"sub", std::string("a\0b", 3)}}},
        WrongClaim{"SubjectIsNotAscii", {{"sub", "\xc3\xa4"}}}),
    [](const auto& test) { return test.param.name; });

struct WrongText {
  const char* name;
  const char* from;
  const char* to;
};

void PrintTo(const WrongText& wrong, std::ostream* out) { *out << wrong.name; }

class WrongIdTokenTextTest : public IdTokenTest, public ::testing::WithParamInterface<WrongText> {};

TEST_P(WrongIdTokenTextTest, IsRefusedThoughWellSigned) {
  const std::string payload = absl::StrReplaceAll(Ada().dump(), {{GetParam().from, GetParam().to}});
  ASSERT_NE(payload, Ada().dump());
  EXPECT_THAT(Refusal(Rsa().Token(R"({"alg":"RS256","kid":"rs"})", payload)), HasSubstr("strict JSON"));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, WrongIdTokenTextTest,
    ::testing::Values(WrongText{"SubjectTwice", R"("sub":)", R"("sub":"eve","sub":)"},
                      WrongText{"SubjectTwiceEscaped", R"("sub":)", R"("s\u0075b":"eve","sub":)"},
                      WrongText{"NameTwiceInside", R"("sub":)", R"("x":{"y":[{"z":1,"z":2}]},"sub":)"},
                      WrongText{"SomethingFollows", "}", "}{}"}, WrongText{"ACommentFollows", "}", "}//"},
                      WrongText{"JsonIsBroken", "}", ""}, WrongText{"TextIsNotUtf8", "Ada", "\xff"},
                      WrongText{"NestedTooDeep", R"("sub":)", R"("x":[[[[[[[[]]]]]]]],"sub":)"}),
    [](const auto& test) { return test.param.name; });

TEST_F(IdTokenTest, IsRefusedWithBytesAfterANul) {
  const std::string payload = Ada().dump() + '\0' + R"(,"sub":"eve"})";
  EXPECT_THAT(Refusal(Rsa().Token(R"({"alg":"RS256","kid":"rs"})", payload)), HasSubstr("strict JSON"));
}

class WrongIdTokenHeaderTest : public IdTokenTest, public ::testing::WithParamInterface<WrongText> {};

TEST_P(WrongIdTokenHeaderTest, IsRefusedThoughWellSigned) {
  EXPECT_NE(Refusal(Rsa().Token(GetParam().to, Ada().dump())), "accepted");
}

INSTANTIATE_TEST_SUITE_P(
    Headers, WrongIdTokenHeaderTest,
    ::testing::Values(WrongText{"NoAlgorithm", "", R"({"kid":"rs"})"},
                      WrongText{"AlgorithmIsAList", "", R"({"alg":["RS256"],"kid":"rs"})"},
                      WrongText{"AlgorithmInLowerCase", "", R"({"alg":"rs256","kid":"rs"})"},
                      WrongText{"AnotherPadding", "", R"({"alg":"PS256","kid":"rs"})"},
                      WrongText{"AnotherHash", "", R"({"alg":"RS512","kid":"rs"})"},
                      WrongText{"AlgorithmTwice", "", R"({"alg":"none","alg":"RS256","kid":"rs"})"},
                      WrongText{"KeyIdTwice", "", R"({"alg":"RS256","kid":"evil","kid":"rs"})"},
                      WrongText{"KeyIdIsANumber", "", R"({"alg":"RS256","kid":1})"},
                      WrongText{"CriticalExtension", "", R"({"alg":"RS256","kid":"rs","crit":["exp"]})"},
                      WrongText{"NoCriticalExtension", "", R"({"alg":"RS256","kid":"rs","crit":[]})"},
                      WrongText{"PayloadNotEncoded", "", R"({"alg":"RS256","kid":"rs","b64":false,"crit":["b64"]})"},
                      WrongText{"AccessToken", "", R"({"alg":"RS256","kid":"rs","typ":"at+jwt"})"},
                      WrongText{"LogoutToken", "", R"({"alg":"RS256","kid":"rs","typ":"logout+jwt"})"},
                      WrongText{"TypeIsANumber", "", R"({"alg":"RS256","kid":"rs","typ":1})"},
                      WrongText{"List", "", R"(["RS256"])"}, WrongText{"Empty", "", ""},
                      WrongText{"SomethingFollows", "", R"({"alg":"RS256","kid":"rs"} x)"}),
    [](const auto& test) { return test.param.name; });

TEST_F(IdTokenTest, AcceptsAHeaderThatSaysMoreButNothingThatMatters) {
  EXPECT_EQ(Refusal(Rsa().Token(R"({"typ":"jwt","alg":"RS256","x5t":"abc","kid":"rs"})", Ada().dump())), "accepted");
}

// Every compact JWS of the cookbook of RFC 7520, when it is at hand, with its own key published: sound signatures over
// what is no ID token.
TEST_F(IdTokenTest, RefusesTheSoundSignaturesOfTheCookbook) {
  const std::filesystem::path cookbook = "../shared/data/adversarial/jose-cookbook";
  if (!std::filesystem::exists(cookbook)) GTEST_SKIP() << "the cookbook is not on this machine";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(cookbook)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const json example = json::parse(file, nullptr, /*allow_exceptions=*/false);
    if (!example.contains("output") || !example["output"].is_object()) continue;
    json key = example["input"].contains("key") ? example["input"]["key"] : json::object();
    if (!key.is_object()) key = json::object();
    key.erase("d");
    const absl::StatusOr<JwkSet> keys = JwkSet::Parse(KeySet({key}));
    ASSERT_TRUE(keys.ok());
    EXPECT_FALSE(VerifyIdToken(example["output"].value("compact", ""), expected_, *keys, now_).ok()) << entry.path();
  }
}

}  // namespace
}  // namespace cortado::auth
