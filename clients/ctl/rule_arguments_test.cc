#include "clients/ctl/rule_arguments.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Rule = matching::v1::ProgramRule;

TEST(ParseRuleTest, StrengthKindAmountAndWeightAreRead) {
  const Rule rule = *ParseRule("prefer more-experience=24@30");
  EXPECT_EQ(rule.strength(), Rule::STRENGTH_PREFER);
  EXPECT_EQ(rule.kind(), Rule::KIND_MORE_EXPERIENCE);
  EXPECT_EQ(rule.amount(), 24);
  EXPECT_EQ(rule.weight(), 30);
  EXPECT_EQ(rule.id(), "more-experience");
}

TEST(ParseRuleTest, AWeightMayFollowAKindWithoutAmount) {
  EXPECT_EQ(ParseRule("prefer same-site@5")->weight(), 5);
  EXPECT_EQ(ParseRule("forbid own-line")->kind(), Rule::KIND_OWN_LINE);
}

TEST(ParseRuleTest, ListedValuesAreSplit) {
  EXPECT_THAT(ParseRule("must mentor-department=Sales, Data")->values(), ElementsAre("Sales", "Data"));
}

TEST(ParseRuleTest, WhatIsNoRuleSaysWhy) {
  EXPECT_THAT(std::string(ParseRule("own-line").status().message()), HasSubstr("must, prefer or forbid"));
  EXPECT_THAT(std::string(ParseRule("must nothing").status().message()), HasSubstr("own-line"));
  EXPECT_THAT(std::string(ParseRule("must common-hours=two").status().message()), HasSubstr("a number"));
  EXPECT_THAT(std::string(ParseRule("prefer same-site@x").status().message()), HasSubstr("@30"));
}

TEST(RoundNameTest, TheShortAndTheWholeNameAreOne) {
  EXPECT_EQ(*RoundNameOf("p1/r1"), "programs/p1/rounds/r1");
  EXPECT_EQ(*RoundNameOf("programs/p1/rounds/r1"), "programs/p1/rounds/r1");
  EXPECT_FALSE(RoundNameOf("r1").ok());
}

TEST(ParsePairTest, TwoPeopleAreAPair) {
  EXPECT_EQ(ParsePair("a:b")->second, "b");
  EXPECT_FALSE(ParsePair("a").ok());
}

}  // namespace
}  // namespace cortado::ctl
