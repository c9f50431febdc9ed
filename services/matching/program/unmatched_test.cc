#include "services/matching/program/unmatched.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

void Add(std::vector<Obstacles>& candidates, int count, Obstacles obstacles) {
  candidates.insert(candidates.end(), count, obstacles);
}

auto Effect(int32_t rule, int32_t removed, int32_t freed) {
  return ::testing::AllOf(Field(&RuleEffect::rule, rule), Field(&RuleEffect::removed, removed),
                          Field(&RuleEffect::freed, freed));
}

TEST(ExplainUnmatchedTest, TellsWhatEachRuleTookAndWhatLooseningItGives) {
  std::vector<Obstacles> candidates;
  Add(candidates, 3, {0b001, false});
  Add(candidates, 4, {0b011, false});
  Add(candidates, 6, {0b010, true});
  const UnmatchedReport report = ExplainUnmatched(3, candidates);
  EXPECT_EQ(report.considered, 13);
  EXPECT_EQ(report.left, 0);
  EXPECT_THAT(report.effects, ElementsAre(Effect(1, 10, 6), Effect(0, 7, 3)));
  EXPECT_EQ(report.personal, 0);
}

TEST(ExplainUnmatchedTest, PersonalChoicesAreOneNumberFromFiveOn) {
  std::vector<Obstacles> candidates;
  Add(candidates, 4, {0, true});
  EXPECT_EQ(ExplainUnmatched(0, candidates).personal, 0);
  Add(candidates, 1, {0, true});
  EXPECT_EQ(ExplainUnmatched(0, candidates).personal, 5);
  EXPECT_THAT(ExplainUnmatched(0, candidates).effects, IsEmpty());
}

// With fewer than five personal choices, a report is the same bytes whoever made them, or nobody.
TEST(ExplainUnmatchedTest, NothingTellsAFewPersonalChoices) {
  std::mt19937_64 random(20261128);
  for (int i = 0; i < 1000; ++i) {
    std::vector<Obstacles> candidates(5 + random() % 20);
    for (Obstacles& obstacles : candidates) obstacles.rules = random() % 4 == 0 ? random() % 8 : 0;
    const UnmatchedReport open = ExplainUnmatched(3, candidates);
    for (int chosen = 0; chosen < 4; ++chosen) candidates[random() % candidates.size()].personal = true;
    const UnmatchedReport few = ExplainUnmatched(3, candidates);
    EXPECT_EQ(few.left, open.left);
    EXPECT_EQ(few.considered, open.considered);
    EXPECT_EQ(few.personal, 0);
    EXPECT_EQ(few.effects.size(), open.effects.size());
  }
}

}  // namespace
}  // namespace cortado::matching
