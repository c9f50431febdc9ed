#include "services/matching/affinity/calendar_week.h"

#include <gtest/gtest.h>

namespace cortado::matching {
namespace {

constexpr int kQuartersOfDay = 96;
const std::vector<DayStretch> kMondayNineToFive = {{1, 9 * 60, 17 * 60}};

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

int FirstQuarter(const WeeklyHours& hours) {
  int quarter = 0;
  while (quarter < kQuartersOfWeek && !hours[quarter]) ++quarter;
  return quarter;
}

TEST(IsoWeekTest, TheWeekOfTheFirstThursdayIsWeekOne) {
  EXPECT_EQ(IsoWeekOf(absl::CivilDay(2026, 11, 27)).week, 48);
  EXPECT_EQ(IsoWeekOf(absl::CivilDay(2027, 1, 1)).year, 2026);
  EXPECT_EQ(IsoWeekOf(absl::CivilDay(2027, 1, 1)).week, 53);
  EXPECT_EQ(IsoWeekOf(absl::CivilDay(2024, 12, 30)).year, 2025);
  EXPECT_EQ(IsoWeekOf(absl::CivilDay(2024, 12, 30)).week, 1);
}

TEST(HoursInUtcTest, FollowTheWallClockOverTheChangeToSummerTime) {
  const absl::TimeZone berlin = Zone("Europe/Berlin");
  EXPECT_EQ(FirstQuarter(HoursInUtc(kMondayNineToFive, {}, berlin, absl::CivilDay(2026, 10, 19))), 7 * 4);
  EXPECT_EQ(FirstQuarter(HoursInUtc(kMondayNineToFive, {}, berlin, absl::CivilDay(2026, 10, 26))), 8 * 4);
}

TEST(HoursInUtcTest, ProtectedBlocksAreNotWorkingHours) {
  const WeeklyHours hours =
      HoursInUtc(kMondayNineToFive, {{1, 12 * 60, 13 * 60}}, absl::UTCTimeZone(), absl::CivilDay(2026, 11, 23));
  EXPECT_EQ(hours.count(), 7u * 4);
  EXPECT_FALSE(hours[12 * 4]);
}

TEST(HoursInUtcTest, AnEndBeforeTheStartLiesOnTheNextDay) {
  const WeeklyHours hours = HoursInUtc({{7, 22 * 60, 3 * 60}}, {}, absl::UTCTimeZone(), absl::CivilDay(2026, 11, 23));
  EXPECT_EQ(hours.count(), 5u * 4);
  EXPECT_TRUE(hours[0]) << "Sunday night reaches into Monday";
  EXPECT_TRUE(hours[6 * kQuartersOfDay + 22 * 4]);
}

TEST(HoursInUtcTest, QuarterHourZonesKeepTheirQuarters) {
  const WeeklyHours hours = HoursInUtc(kMondayNineToFive, {}, Zone("Asia/Kathmandu"), absl::CivilDay(2026, 11, 23));
  EXPECT_EQ(FirstQuarter(hours), 3 * 4 + 1);
  EXPECT_EQ(hours.count(), 8u * 4);
}

}  // namespace
}  // namespace cortado::matching
