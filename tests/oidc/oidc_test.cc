// Logins at a real OpenID provider (provider.mjs), verified as the services verify them: discovery, keys and tokens as
// they come over the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/auth/jwks_cache.h"
#include "common/http/fetch.h"
#include "common/task/sync_wait.h"
#include "tests/oidc/provider.h"

namespace cortado {
namespace {

using auth::IdTokenClaims;
using auth::IdTokenExpectations;
using ::testing::HasSubstr;
using testing::Provider;

class OidcTest : public ::testing::Test {
 protected:
  IdTokenExpectations Expected(absl::string_view algorithm = "RS256",
                               std::optional<std::string> nonce = std::nullopt) const {
    return {.issuer = provider_.Issuer(),
            .client_id = absl::StrCat("cortado-", algorithm),
            .nonce = std::move(nonce),
            .algorithms = {*auth::ParseSignatureAlgorithm(algorithm)}};
  }
  absl::StatusOr<IdTokenClaims> Verify(const std::string& token, const IdTokenExpectations& expected) {
    return SyncWait(keys_.Verify(token, expected));
  }
  std::string Refusal(const std::string& token, const IdTokenExpectations& expected) {
    const absl::Status status = Verify(token, expected).status();
    return status.ok() ? "accepted" : std::string(status.message());
  }

  Provider provider_;
  FakeClock clock_{absl::Now()};
  Executors executors_;
  auth::JwksCache keys_{[](const std::string& url) { return http::GetBody(url, Provider::Local()); }, executors_,
                        clock_};
};

class OidcLoginTest : public OidcTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(OidcLoginTest, SaysWhoLoggedIn) {
  const std::string token = provider_.Token(absl::StrCat("login?nonce=n1&client=cortado-", GetParam()));
  const absl::StatusOr<IdTokenClaims> claims = Verify(token, Expected(GetParam(), "n1"));
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->issuer, provider_.Issuer());
  EXPECT_EQ(claims->subject, "ada");
  EXPECT_EQ(claims->email, "ada@example.com");
  EXPECT_TRUE(claims->email_verified);
  EXPECT_EQ(claims->name, "Ada Lovelace");
  EXPECT_GT(claims->expires, clock_.Now());
}

INSTANTIATE_TEST_SUITE_P(Algorithms, OidcLoginTest, ::testing::Values("RS256", "PS256", "ES256", "EdDSA"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(OidcTest, ALoginIsGoodForNobodyAndNothingElse) {
  const std::string token = provider_.Token("login?nonce=n1&client=cortado-RS256");
  EXPECT_EQ(Refusal(token, Expected("RS256", "n1")), "accepted");
  EXPECT_THAT(Refusal(token, Expected("RS256", "n2")), HasSubstr("nonce"));
  IdTokenExpectations other = Expected("RS256", "n1");
  other.client_id = "cortado-PS256";
  EXPECT_THAT(Refusal(token, other), HasSubstr("audience"));
  other = Expected("RS256", "n1");
  other.issuer += "/";
  EXPECT_THAT(Refusal(token, other), HasSubstr("issuer"));
  other = Expected("RS256", "n1");
  other.algorithms = {auth::SignatureAlgorithm::kPs256, auth::SignatureAlgorithm::kEs256};
  EXPECT_THAT(Refusal(token, other), HasSubstr("algorithm"));
  const IdTokenClaims claims = *Verify(token, Expected("RS256", "n1"));
  clock_.Set(claims.expires + absl::Seconds(30));
  EXPECT_THAT(Refusal(token, Expected("RS256", "n1")), HasSubstr("expired"));
}

TEST_F(OidcTest, ARefreshedTokenIsOfTheSamePerson) {
  // By ECDSA no two signatures are equal, so a token that is only repeated would be seen.
  const std::string first = provider_.Token("login?nonce=n1&client=cortado-ES256");
  const std::string next = provider_.Token("refresh?client=cortado-ES256");
  EXPECT_NE(first, next);
  EXPECT_EQ(Verify(next, Expected("ES256"))->subject, Verify(first, Expected("ES256"))->subject);
}

TEST_F(OidcTest, LoginsGoOnWhileTheProviderRotatesItsKeys) {
  const std::string before = provider_.Token("login?nonce=n1&client=cortado-RS256");
  EXPECT_EQ(Refusal(before, Expected()), "accepted");
  provider_.Do("rotate?keep=old");
  const std::string after = provider_.Token("login?nonce=n2&client=cortado-RS256");
  EXPECT_THAT(Refusal(after, Expected()), HasSubstr("unknown key"));  // Within a minute of the last look.
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Refusal(after, Expected()), "accepted");
  EXPECT_EQ(Refusal(before, Expected()), "accepted");
  provider_.Do("rotate?keep=none");
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(Refusal(before, Expected()), HasSubstr("unknown key"));
  EXPECT_THAT(Refusal(after, Expected()), HasSubstr("unknown key"));
  clock_.Set(absl::Now());  // Set back, or the new token would come from the past.
  EXPECT_EQ(Refusal(provider_.Token("login?nonce=n3&client=cortado-RS256"), Expected()), "accepted");
}

TEST_F(OidcTest, AfterLogoutThePersonMustLogInAgain) {
  provider_.Token("login?nonce=n1&client=cortado-RS256");
  EXPECT_EQ(Refusal(provider_.Token("silent?client=cortado-RS256"), Expected("RS256", "silent")), "accepted");
  provider_.Do("logout?client=cortado-RS256");
  EXPECT_EQ(provider_.Do("silent?client=cortado-RS256")["error"], "login_required");
  EXPECT_EQ(Refusal(provider_.Token("login?nonce=n2&client=cortado-RS256"), Expected("RS256", "n2")), "accepted");
}

}  // namespace
}  // namespace cortado
