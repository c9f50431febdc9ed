#include "common/auth/answer_link.h"

#include <memory>

#include "common/auth/key_ring.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"

namespace cortado::auth {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class AnswerLinkTest : public ::testing::Test {
 protected:
  std::string Mint(absl::Time expires) const {
    return MintAnswerLink(*key_, "acme", "bo", {"requests/r1", "17"}, kNow, expires);
  }
  const std::unique_ptr<SigningKey> key_ = std::make_unique<SigningKey>(*SigningKey::Generate());
  const std::shared_ptr<const KeyRing> keys_ = std::make_shared<KeyRing>(*key_);
  FakeClock clock_{kNow};
  const Verifier links_{keys_, kIssuer, kAnswerAudience, clock_};
  const Verifier tokens_{keys_, kIssuer, kAudience, clock_};
};

TEST_F(AnswerLinkTest, SaysWhoMayAnswerWhatAtWhichVersion) {
  const auto claims = links_.Check(Mint(kNow + absl::Hours(1)));
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ((*claims)->organization, "acme");
  EXPECT_EQ((*claims)->subject, "bo");
  AnswerScope scope;
  ASSERT_TRUE(ReadAnswerScope((*claims)->scope, scope));
  EXPECT_EQ(scope.name, "requests/r1");
  EXPECT_EQ(scope.etag, "17");
}

TEST_F(AnswerLinkTest, IsNoTokenOfTheApiNorTheOtherWayRound) {
  EXPECT_FALSE(tokens_.Check(Mint(kNow + absl::Hours(1))).ok());
  Claims claims;
  claims.organization = "acme";
  claims.subject = "bo";
  claims.roles.push_back("EMPLOYEE");
  claims.issued_at = kNow;
  claims.expires = kNow + absl::Hours(1);
  const std::string token = auth::Mint(*key_, claims);
  EXPECT_TRUE(tokens_.Check(token).ok());
  EXPECT_FALSE(links_.Check(token).ok());
}

TEST_F(AnswerLinkTest, EndsInTime) {
  const std::string link = Mint(kNow + absl::Seconds(60));
  clock_.Advance(absl::Seconds(59));
  EXPECT_TRUE(links_.Check(link).ok());
  clock_.Advance(absl::Seconds(1));
  EXPECT_FALSE(links_.Check(link).ok());
}

TEST_F(AnswerLinkTest, OtherScopesAreNone) {
  AnswerScope scope;
  for (const char* text : {"", "slack", "answer", "answer:", "answer:@", "answer:requests/r1", "answer:requests/r1@",
                           "answer:@17", "Answer:requests/r1@17"}) {
    EXPECT_FALSE(ReadAnswerScope(text, scope)) << text;
  }
}

}  // namespace
}  // namespace cortado::auth
