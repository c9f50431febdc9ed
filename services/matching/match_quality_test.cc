#include "services/matching/match_quality.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/matching/testing/people.h"

namespace cortado::matching {
namespace {

constexpr int32_t kGo = 0;
constexpr int32_t kSql = 1;

TEST(GiniTest, IsNothingWhereAllAreAlikeAndGrowsWithInequality) {
  EXPECT_EQ(Gini({}), 0);
  EXPECT_EQ(Gini({0, 0}), 0);
  EXPECT_EQ(Gini({3, 3, 3, 3}), 0);
  EXPECT_EQ(Gini({0, 0, 0, 4}), 750);
  EXPECT_EQ(Gini({1, 2, 3, 4}), 250);
}

TEST(MatchQualityTest, CountsWhoIsServedAndBesideWhat) {
  testing::House house;
  house.Add("ada", [](Person& p) {
    p.wanted = {{kGo}, {kSql}};
    p.department = 0;
    p.experience_months = 12;
  });
  // Holds both, at a level too low to help much; the two below cover all of it together.
  house.Add("both", [](Person& p) {
    p.held = {{kGo, kUnknown, 1}, {kSql, kUnknown, 1}};
    p.department = 1;
    p.experience_months = 12;
  });
  house.Add("go", [](Person& p) {
    p.held = {{kGo, kUnknown, 5}};
    p.department = 1;
    p.experience_months = 60;
  });
  house.Add("sql", [](Person& p) {
    p.held = {{kSql, kUnknown, 5}};
    p.department = 1;
    p.experience_months = 60;
  });
  const MatchQuality quality = MeasureQuality(house.organization(), {.now = 1, .week = {2026, 47}});
  EXPECT_EQ(quality.askers, 4);
  EXPECT_EQ(quality.with_gap, 1);
  EXPECT_EQ(quality.served, 1);
  EXPECT_EQ(quality.well_served, 1);
  EXPECT_EQ(quality.lists, 1);
  EXPECT_EQ(quality.most_frequent, 1);
  EXPECT_EQ(quality.best_one, 500);
  EXPECT_EQ(quality.best_three, 1000);
  EXPECT_EQ(quality.baseline_one, 333);
}

TEST(MatchQualityTest, AHolderOfTheSameDepartmentOrTheSameExperienceIsNoRoleModelElsewhere) {
  for (const bool same_department : {true, false}) {
    testing::House house;
    house.Add("ada", [](Person& p) {
      p.wanted = {{kGo}};
      p.department = 0;
      p.experience_months = 12;
    });
    house.Add("bob", [&](Person& p) {
      p.held = {{kGo}};
      p.department = same_department ? 0 : 1;
      p.experience_months = same_department ? 60 : 35;
    });
    EXPECT_EQ(MeasureQuality(house.organization(), {.now = 1, .week = {2026, 47}}).well_served, 0);
  }
}

TEST(MatchQualityTest, ASampleIsSpreadOverTheActivePeople) {
  testing::House house;
  for (int i = 0; i < 9; ++i) house.Add("p" + std::to_string(i), [&](Person& p) { p.active = i % 3 != 0; });
  EXPECT_EQ(EveryActive(house.organization(), 1), (std::vector<int32_t>{1, 2, 4, 5, 7, 8}));
  EXPECT_EQ(EveryActive(house.organization(), 4), (std::vector<int32_t>{1, 7}));
  EXPECT_EQ(MeasureQuality(house.organization(), {.now = 1, .week = {2026, 47}, .every = 4}).askers, 2);
}

}  // namespace
}  // namespace cortado::matching
