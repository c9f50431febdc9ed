#include "common/rpc/limits.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::rpc {
namespace {

using Class = Limits::Class;
using Refusal = Limits::Refusal;

constexpr Instant kSecond = 1'000'000'000;
constexpr Instant kMillisecond = 1'000'000;

// How many of `offered` takes in a row at one instant are granted.
int Burst(TokenBuckets& buckets, uint64_t name, Instant now, int offered) {
  int granted = 0;
  for (int i = 0; i < offered; ++i) {
    if (buckets.Wait(name, now) > absl::ZeroDuration()) continue;
    buckets.Take(name, now);
    ++granted;
  }
  return granted;
}

TEST(TokenBucketsTest, AreFullAtFirstAndHoldASecondsWorth) {
  for (int64_t rate : {1, 2, 3, 10, 1000}) {
    TokenBuckets buckets(rate, 10);
    EXPECT_EQ(Burst(buckets, 1, 5 * kSecond, 2000), rate);
    EXPECT_EQ(Burst(buckets, 2, 5 * kSecond, 2000), rate) << "another bucket";
    EXPECT_EQ(Burst(buckets, 1, 100 * kSecond, 2000), rate) << "full again, and no fuller";
  }
}

struct Step {
  Instant at;
  int offered;
  int granted;
};

TEST(TokenBucketsTest, FillAtAnEvenRate) {
  TokenBuckets buckets(10, 10);
  const std::vector<Step> steps = {{0, 20, 10},
                                   {99 * kMillisecond, 1, 0},
                                   {100 * kMillisecond, 2, 1},
                                   {350 * kMillisecond, 5, 2},
                                   {400 * kMillisecond, 5, 1},
                                   {kSecond + 400 * kMillisecond, 20, 10}};
  for (const Step& step : steps) EXPECT_EQ(Burst(buckets, 7, step.at, step.offered), step.granted) << step.at;
}

TEST(TokenBucketsTest, SayWhenATokenIsThere) {
  TokenBuckets buckets(10, 10);
  Burst(buckets, 7, 0, 10);
  EXPECT_EQ(buckets.Wait(7, 0), absl::Milliseconds(100));
  EXPECT_EQ(buckets.Wait(7, 60 * kMillisecond), absl::Milliseconds(40));
  EXPECT_EQ(buckets.Wait(7, 100 * kMillisecond), absl::ZeroDuration());
}

TEST(TokenBucketsTest, WithoutARateEverythingIsGranted) {
  TokenBuckets buckets(0, 1);
  EXPECT_EQ(Burst(buckets, 1, 0, 10'000), 10'000);
  EXPECT_EQ(buckets.size(), 0u);
}

TEST(TokenBucketsTest, FullOnesAreForgottenWithoutLoss) {
  TokenBuckets buckets(1, 1000);
  for (uint64_t name = 0; name < 1000; ++name) buckets.Take(name, 0);
  buckets.Take(1000, kSecond);  // The others are full again by now.
  EXPECT_EQ(buckets.size(), 1u);
  EXPECT_EQ(buckets.Wait(5, kSecond), absl::ZeroDuration());
}

TEST(TokenBucketsTest, NeverKeepMoreThanTheirMost) {
  TokenBuckets buckets(10, 64);
  for (int i = 0; i < 10; ++i) buckets.Take(1'000'000, 0);  // Is the emptiest, and stays.
  for (uint64_t name = 0; name < 10'000; ++name) {
    buckets.Take(name, 0);
    ASSERT_LE(buckets.size(), 64u);
  }
  EXPECT_GT(buckets.Wait(1'000'000, 0), absl::ZeroDuration());
}

// The plain thing: tokens are counted in billionths, and filled up on every look.
class PlainBucket {
 public:
  explicit PlainBucket(int64_t rate) : interval_(kSecond / rate), most_(rate * interval_), level_(most_) {}
  bool Has(Instant now) {
    level_ = std::min(most_, level_ + (now - looked_));
    looked_ = now;
    return level_ >= interval_;
  }
  void Take() { level_ -= interval_; }

 private:
  const int64_t interval_;
  const int64_t most_;
  int64_t level_;
  Instant looked_ = 0;
};

TEST(TokenBucketsTest, AgreeWithPlainCountingOnRandomInput) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const int64_t rate = 1 + static_cast<int64_t>(random() % 50);
    TokenBuckets buckets(rate, 1000);
    std::map<uint64_t, PlainBucket> plain;
    Instant now = 0;
    for (int i = 0; i < 500; ++i) {
      now += static_cast<Instant>(random() % static_cast<uint64_t>(kSecond / 10));
      const uint64_t name = random() % 5;
      PlainBucket& expected = plain.try_emplace(name, rate).first->second;
      const bool granted = buckets.Wait(name, now) == absl::ZeroDuration();
      ASSERT_EQ(granted, expected.Has(now)) << "rate " << rate << ", step " << i;
      if (!granted) continue;
      buckets.Take(name, now);
      expected.Take();
    }
  }
}

TEST(LimitsTest, ACallerARateAndNobodyElseIsRefused) {
  Limits limits({.caller_per_second = 2});
  const Limits::Caller ada{"acme", "ada"};
  EXPECT_EQ(limits.Enter(ada, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter(ada, Class::kWrite, 0).refusal, Refusal::kNone);
  const Limits::Verdict verdict = limits.Enter(ada, Class::kRead, 0);
  EXPECT_EQ(verdict.refusal, Refusal::kCaller);
  EXPECT_EQ(verdict.wait, absl::Milliseconds(500));
  EXPECT_EQ(limits.Enter({"acme", "bob"}, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter({"other", "ada"}, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter(ada, Class::kRead, kSecond / 2).refusal, Refusal::kNone);
}

TEST(LimitsTest, AnOrganizationHasARateOfItsOwn) {
  Limits limits({.caller_per_second = 100, .organization_per_second = 3});
  for (const char* subject : {"ada", "bob", "cem"}) {
    EXPECT_EQ(limits.Enter({"acme", subject}, Class::kRead, 0).refusal, Refusal::kNone);
  }
  EXPECT_EQ(limits.Enter({"acme", "dan"}, Class::kRead, 0).refusal, Refusal::kOrganization);
  EXPECT_EQ(limits.Enter({"other", "dan"}, Class::kRead, 0).refusal, Refusal::kNone);
}

TEST(LimitsTest, WhoeverActsForAPersonSpendsThatPersonsCallsAndTheirOwn) {
  Limits limits({.caller_per_second = 2, .service_per_second = 3});
  EXPECT_EQ(limits.Enter({"acme", "ada"}, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter({"acme", "ada", "slack"}, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter({"acme", "ada", "slack"}, Class::kRead, 0).refusal, Refusal::kCaller);
  EXPECT_EQ(limits.Enter({"acme", "bob", "slack"}, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter({"acme", "cem", "slack"}, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter({"acme", "dan", "slack"}, Class::kRead, 0).refusal, Refusal::kActor);
  EXPECT_EQ(limits.Enter({"acme", "dan"}, Class::kRead, 0).refusal, Refusal::kNone);
}

TEST(LimitsTest, AServiceCountsForItselfAlone) {
  Limits limits({.caller_per_second = 1, .organization_per_second = 1, .service_per_second = 3});
  for (const char* organization : {"acme", "acme", "other"}) {
    EXPECT_EQ(limits.Enter({organization, "matching", "", true}, Class::kRead, 0).refusal, Refusal::kNone);
  }
  EXPECT_EQ(limits.Enter({"third", "matching", "", true}, Class::kRead, 0).refusal, Refusal::kService);
  EXPECT_EQ(limits.Enter({"acme", "scheduling", "", true}, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter({"acme", "ada"}, Class::kRead, 0).refusal, Refusal::kNone);
}

TEST(LimitsTest, ARefusedCallCostsNothing) {
  Limits limits({.caller_per_second = 10, .organization_per_second = 2, .reads_in_flight = 5});
  limits.Enter({"acme", "ada"}, Class::kRead, 0);
  limits.Enter({"acme", "ada"}, Class::kRead, 0);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(limits.Enter({"acme", "bob"}, Class::kRead, 0).refusal, Refusal::kOrganization);
  }
  EXPECT_EQ(limits.InFlight(Class::kRead, false), 2);
  EXPECT_EQ(limits.Enter({"acme", "bob"}, Class::kRead, kSecond / 2).refusal, Refusal::kNone);
}

TEST(LimitsTest, OnlySoManyOfAClassAreUnderWay) {
  Limits limits({.reads_in_flight = 2, .bulk_in_flight = 1});
  const Limits::Caller ada{"acme", "ada"};
  EXPECT_EQ(limits.Enter(ada, Class::kRead, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter(ada, Class::kRead, 0).refusal, Refusal::kNone);
  const Limits::Verdict verdict = limits.Enter(ada, Class::kRead, 0);
  EXPECT_EQ(verdict.refusal, Refusal::kInFlight);
  EXPECT_GT(verdict.wait, absl::ZeroDuration());
  EXPECT_EQ(limits.Enter(ada, Class::kBulk, 0).refusal, Refusal::kNone);
  EXPECT_EQ(limits.Enter(ada, Class::kWrite, 0).refusal, Refusal::kNone) << "has no limit";
  EXPECT_EQ(limits.Enter({"acme", "matching", "", true}, Class::kRead, 0).refusal, Refusal::kNone) << "has its own";
  limits.Leave(Class::kRead, false);
  EXPECT_EQ(limits.Enter(ada, Class::kRead, 0).refusal, Refusal::kNone);
}

}  // namespace
}  // namespace cortado::rpc
