#include "clients/ctl/tokens.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include "common/testing/matchers.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

const auth::SigningKey& Key() {
  static const auto& key = *new auth::SigningKey(*auth::SigningKey::Generate());
  return key;
}

TEST(TokensTest, AServerTakesWhatWasMinted) {
  const auto token = MintToken(Key(), {.organization = "acme", .subject = "p1", .roles = {"EMPLOYEE"}}, kNow);
  ASSERT_THAT(token, IsOk());
  const FakeClock clock(kNow + absl::Minutes(9));
  const auth::Verifier verifier(std::make_shared<auth::KeyRing>(Key()), auth::kIssuer, auth::kAudience, clock);
  const auto claims = verifier.Check(*token);
  ASSERT_THAT(claims, IsOk());
  EXPECT_EQ((*claims)->subject, "p1");
  EXPECT_EQ((*claims)->organization, "acme");
  EXPECT_THAT((*claims)->roles, ElementsAre("EMPLOYEE"));
}

TEST(TokensTest, ATokenEndsAfterTenMinutesUnlessSaidOtherwise) {
  const auto token = MintToken(Key(), {.organization = "acme", .subject = "p1", .roles = {"EMPLOYEE"}}, kNow);
  EXPECT_EQ(ClaimsOf(*token)->expires, kNow + absl::Minutes(10));
}

struct Refused {
  const char* name;
  TokenWish wish;
  const char* because;
};

class RefusedTokenTest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedTokenTest, SaysWhy) {
  const auto token = MintToken(Key(), GetParam().wish, kNow);
  EXPECT_TRUE(absl::IsInvalidArgument(token.status()));
  EXPECT_THAT(token.status().message(), HasSubstr(GetParam().because));
}

INSTANTIATE_TEST_SUITE_P(
    TokensTest, RefusedTokenTest,
    ::testing::Values(
        Refused{"NoOrganisation", {.organization = "", .subject = "p1", .roles = {"EMPLOYEE"}}, "--organization"},
        Refused{"NoSubject", {.organization = "acme", .subject = "", .roles = {"EMPLOYEE"}}, "nobody's id"},
        Refused{"NoRole", {.organization = "acme", .subject = "p1", .roles = {}}, "needs a role"},
        Refused{"UnknownRole", {.organization = "acme", .subject = "p1", .roles = {"BOSS"}}, "not a role"},
        Refused{"EveryOrganisation", {.organization = "*", .subject = "p1", .roles = {"HR_ADMIN"}}, "SERVICE"},
        Refused{"TooLong",
                {.organization = "acme", .subject = "p1", .roles = {"EMPLOYEE"}, .life = absl::Hours(25)},
                "1s to 24h"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TokensTest, LoadingAKeyNeverMakesOne) {
  std::string folder = ::testing::TempDir() + "/ctl-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/token.pem";
  EXPECT_TRUE(absl::IsNotFound(LoadKey(path).status()));
  EXPECT_TRUE(absl::IsNotFound(LoadKey(path).status()));
  std::filesystem::remove_all(folder);
}

TEST(PersonIdTest, TakesIdsAndNamesInAnyCase) {
  EXPECT_EQ(*PersonId("so24-2"), "so24-2");
  EXPECT_EQ(*PersonId("people/so24-2"), "so24-2");
  EXPECT_EQ(*PersonId(" SO24-2 "), "so24-2");
}

TEST(PersonIdTest, RefusesWhatNobodyIsCalled) {
  for (const char* text : {"", "people/", "a b", "-a", "people/a/b"}) EXPECT_FALSE(PersonId(text).ok()) << text;
}

}  // namespace
}  // namespace cortado::ctl
