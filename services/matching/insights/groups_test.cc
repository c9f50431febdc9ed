// What may be told of groups and periods, and what is hidden with it.
#include "services/matching/insights/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/matching/insights/calendar.h"
#include "services/matching/insights/cross_table.h"

namespace cortado::matching {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

std::vector<bool> ToldParts(const std::vector<int64_t>& parts) {
  GroupedCount whole{-1, 0, {0}};
  std::vector<GroupedCount> counts;
  for (const int64_t part : parts) whole.by_group[0] += part;
  counts.push_back(whole);
  for (const int64_t part : parts) counts.push_back({0, 0, {part}});
  const std::vector<ToldCount> told = Protect(counts);
  std::vector<bool> shown;
  for (size_t i = 1; i < told.size(); ++i) shown.push_back(told[i].told);
  return shown;
}

TEST(InsightGroupsTest, PartsOfFiveOrNobodyAreTold) { EXPECT_THAT(ToldParts({12, 0, 5}), Each(true)); }

TEST(InsightGroupsTest, ASmallMonthIsNotTheQuarterLessTheOthers) {
  EXPECT_THAT(ToldParts({12, 3, 9}), ElementsAre(true, false, false));
}

TEST(InsightGroupsTest, TheRestOfAHiddenPartIsHiddenToo) { EXPECT_THAT(ToldParts({20, 2}), Each(false)); }

TEST(InsightGroupsTest, AHiddenMonthMayBeAnEmptyOne) {
  EXPECT_THAT(ToldParts({12, 4, 4, 0}), ElementsAre(true, false, false, false));
}

TEST(InsightGroupsTest, WhatLiesBelowAHiddenPartIsHidden) {
  // A year of 20 with a quarter of 3; the month of that quarter, and one of a quarter hidden with it.
  const std::vector<ToldCount> told =
      Protect({{-1, 0, {20}}, {0, 0, {3}}, {0, 0, {7}}, {0, 0, {10}}, {1, 0, {3}}, {2, 0, {7}}, {3, 0, {10}}});
  EXPECT_FALSE(told[1].told);
  EXPECT_FALSE(told[2].told);
  EXPECT_TRUE(told[3].told);
  EXPECT_FALSE(told[4].told);
  EXPECT_FALSE(told[5].told);
  EXPECT_TRUE(told[6].told);
}

TEST(InsightGroupsTest, SmallGroupsAreMergedWithEnoughOthers) {
  EXPECT_THAT(OwnGroups({12, 8, 3, 2}), ElementsAre(true, true, false, false));
  EXPECT_THAT(OwnGroups({12, 8, 3, 0}), ElementsAre(true, false, false, false)) << "alone, the small one would be told";
}

TEST(InsightGroupsTest, AHiddenGroupMayBeAnEmptyOne) {
  // Five groups of one each would be known by heart, were the two without anybody told.
  const std::vector<ToldCount> told =
      Protect({{-1, 0, {9, 9, 9, 9, 9, 9, 9}}, {0, 0, {1, 1, 1, 1, 1, 0, 0}}, {0, 0, {8, 8, 8, 8, 8, 9, 9}}});
  EXPECT_THAT(told[1].own, Each(false));
  EXPECT_TRUE(told[1].told);
}

TEST(InsightGroupsTest, PartsAreToldByNoFinerGroupsThanTheWhole) {
  // The first group is told in all, but only three of it are in the second part.
  const std::vector<ToldCount> told =
      Protect({{-1, 0, {12, 20, 30}}, {0, 0, {9, 10, 20}}, {0, 0, {3, 10, 10}}, {1, 0, {9, 10, 20}}});
  EXPECT_THAT(told[0].own, Each(true));
  EXPECT_THAT(told[1].own, ElementsAre(false, false, true)) << "with one other, else three would be told as the rest";
  EXPECT_EQ(told[1].own, told[2].own);
}

TEST(InsightPeriodsTest, MonthsQuartersAndYearsBeginAndEndInUtc) {
  const absl::Time late = absl::FromCivil(absl::CivilSecond(2026, 12, 31, 23, 59, 59), absl::UTCTimeZone());
  EXPECT_EQ(NameOf(PeriodOf(PeriodKind::kMonth, MonthOf(late))), "2026-12");
  EXPECT_EQ(NameOf(PeriodOf(PeriodKind::kQuarter, MonthOf(late))), "2026-Q4");
  EXPECT_EQ(NameOf(PeriodOf(PeriodKind::kYear, MonthOf(late + absl::Seconds(1)))), "2027");
  const CalendarPeriod quarter = PeriodOf(PeriodKind::kQuarter, MonthOf(late));
  EXPECT_EQ(EndOf(quarter), late + absl::Seconds(1));
  EXPECT_EQ(absl::FormatTime("%F", StartOf(quarter), absl::UTCTimeZone()), "2026-10-01");
}

TEST(CrossTableTest, TablesOfLargeCellsHideNothing) { EXPECT_THAT(HideCells({2, 2, {9, 5, 0, 7}}), Each(false)); }

TEST(CrossTableTest, ASmallCellTakesACycleWithIt) {
  const std::vector<bool> hidden = HideCells({3, 3, {9, 2, 30, 20, 40, 25, 50, 60, 70}});
  EXPECT_THAT(hidden, ElementsAre(true, true, false, true, true, false, false, false, false));
}

TEST(CrossTableTest, AHiddenCellMayBeAnEmptyOne) {
  const std::vector<bool> hidden = HideCells({2, 3, {1, 9, 0, 8, 9, 7}});
  EXPECT_TRUE(hidden[0]);
  EXPECT_TRUE(hidden[2]);
}

TEST(CrossTableTest, FreedomIsHowManyOtherValuesACellCouldHave) {
  const CrossTable table{2, 2, {2, 6, 6, 3}};
  EXPECT_EQ(FreedomOf(table, {true, false, false, false}, 0, 0), 0);
  EXPECT_EQ(FreedomOf(table, {true, true, true, true}, 0, 0), kInsightFloor);
}

}  // namespace
}  // namespace cortado::matching
