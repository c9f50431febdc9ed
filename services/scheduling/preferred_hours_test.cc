#include "services/scheduling/preferred_hours.h"

#include <algorithm>
#include <random>
#include <utility>

#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

constexpr int kHour = 60;
constexpr int kTuesday = kMinutesPerDay;
constexpr int kSunday = 6 * kMinutesPerDay;

TEST(PreferredHoursTest, NothingSaidIsNineToFiveEveryDay) {
  const PreferredHours liked({}, 30);
  EXPECT_EQ(liked.BurdenAt(9 * kHour), 0);
  EXPECT_EQ(liked.BurdenAt(kSunday + 16 * kHour + 30), 0);
  EXPECT_EQ(liked.BurdenAt(7 * kHour), 2 * kHour);
  EXPECT_EQ(liked.BurdenAt(kSunday + 18 * kHour), 90);
}

TEST(PreferredHoursTest, AChatInsideThemIsNoBurdenAndOneOutsideAsFarAsItReachesOut) {
  const PreferredHours liked({{absl::Weekday::tuesday, 14 * kHour, 16 * kHour}}, 30);
  EXPECT_EQ(liked.BurdenAt(kTuesday + 14 * kHour), 0);
  EXPECT_EQ(liked.BurdenAt(kTuesday + 15 * kHour + 30), 0);
  EXPECT_EQ(liked.BurdenAt(kTuesday + 15 * kHour + 45), 15);
  EXPECT_EQ(liked.BurdenAt(kTuesday + 13 * kHour), kHour);
}

TEST(PreferredHoursTest, ADayWithoutAnyIsNoWorseThanANight) {
  const PreferredHours liked({{absl::Weekday::tuesday, 14 * kHour, 16 * kHour}}, 30);
  EXPECT_EQ(liked.BurdenAt(3 * kMinutesPerDay + 15 * kHour), kHeaviestBurden);
}

TEST(PreferredHoursTest, StretchesThatTouchAreOne) {
  const PreferredHours liked({{absl::Weekday::tuesday, 9 * kHour, 12 * kHour},
                              {absl::Weekday::tuesday, 12 * kHour, 15 * kHour},
                              {absl::Weekday::tuesday, 10 * kHour, 11 * kHour}},
                             60);
  EXPECT_EQ(liked.BurdenAt(kTuesday + 11 * kHour + 30), 0);
  EXPECT_EQ(liked.BurdenAt(kTuesday + 14 * kHour), 0);
}

TEST(PreferredHoursTest, ANightOfSundayReachesIntoMonday) {
  const PreferredHours liked({{absl::Weekday::sunday, 22 * kHour, 2 * kHour}}, 60);
  EXPECT_EQ(liked.BurdenAt(kSunday + 23 * kHour + 30), 0);
  EXPECT_EQ(liked.BurdenAt(kHour), 0);
  EXPECT_EQ(liked.BurdenAt(2 * kHour), kHour);
}

TEST(PreferredHoursTest, AgreesWithALookAtEveryStretchOnRandomHours) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto upto = [&random](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<WeeklyHours> hours;
    std::vector<bool> inside(3 * kMinutesPerWeek);
    for (int i = upto(8); i >= 0; --i) {
      hours.push_back({static_cast<absl::Weekday>(upto(6)), upto(1439), upto(1440)});
      const WeeklyHours& rule = hours.back();
      const int length = rule.end_minute - rule.start_minute + (rule.end_minute <= rule.start_minute ? 1440 : 0);
      for (int week = 0; week < 3; ++week) {
        const int start = week * kMinutesPerWeek + static_cast<int>(rule.weekday) * 1440 + rule.start_minute;
        for (int m = start; m < std::min(start + length, 3 * kMinutesPerWeek); ++m) inside[m] = true;
      }
    }
    std::vector<std::pair<int, int>> runs;
    for (int m = 0; m < 3 * kMinutesPerWeek; ++m) {
      if (!inside[m]) continue;
      if (m == 0 || !inside[m - 1]) runs.push_back({m, m});
      runs.back().second = m + 1;
    }
    const int minutes = 10 + upto(230);
    const PreferredHours liked(hours, minutes);
    for (int start = 0; start < kMinutesPerWeek; start += kMinutesPerQuarter) {
      const int chat = kMinutesPerWeek + start;
      int expected = kHeaviestBurden;
      for (const auto& [from, to] : runs)
        expected = std::min(expected, std::max({0, from - chat, chat + minutes - to}));
      ASSERT_EQ(liked.BurdenAt(start), expected) << "trial " << trial << " at " << start;
    }
  }
}

}  // namespace
}  // namespace cortado::scheduling
