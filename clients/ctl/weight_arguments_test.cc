#include "clients/ctl/weight_arguments.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

TEST(WeightArgumentsTest, WhatIsNotSaidWeighsAsUsual) {
  const auto weights = ParseWeights({"gap=1", "hours=99"});
  ASSERT_TRUE(weights.ok()) << weights.status();
  EXPECT_EQ(WeightWords(*weights), "gap=1 journey=25 interests=15 motives=5 deepening=10 elsewhere=12 hours=99 room=5");
}

TEST(WeightArgumentsTest, WhatIsNoPartOrNoNumberIsNamed) {
  for (const char* wrong : {"gap", "gap=", "gap=many", "gaps=4", "=4", ""}) {
    const auto refused = ParseWeights({wrong});
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument) << wrong;
    EXPECT_THAT(std::string(refused.status().message()), ::testing::HasSubstr("gap, journey, interests"));
  }
}

TEST(WeightArgumentsTest, WordsCanBeTypedAgain) {
  profile::v1::MatchWeights weights = UsualWeights();
  weights.set_interests(77);
  const auto again = ParseWeights({"interests=77"});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(WeightWords(*again), WeightWords(weights));
}

}  // namespace
}  // namespace cortado::ctl
