#include "services/matching/working_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>

#include "absl/time/civil_time.h"
#include "common/testing/scale.h"

namespace cortado::matching {
namespace {

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

// The instant at which clocks in `zone` show `text`.
absl::Time At(const std::string& text, absl::TimeZone zone) {
  absl::CivilMinute shown;
  EXPECT_TRUE(absl::ParseCivilTime(text, &shown)) << text;
  return absl::FromCivil(shown, zone);
}

struct Case {
  std::string name;
  std::string zone;
  std::string weekdays;  // As std::bitset reads them: Sunday first.
  std::string asked;
  std::string over;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class WorkingDaysTest : public ::testing::TestWithParam<Case> {};

TEST_P(WorkingDaysTest, ThreeWholeWorkingDaysGoBy) {
  const Case& one = GetParam();
  const WorkingDays calendar{std::bitset<7>(one.weekdays), Zone(one.zone)};
  EXPECT_EQ(AfterWorkingDays(At(one.asked, calendar.zone), 3, calendar), At(one.over, calendar.zone));
}

constexpr char kMondayToFriday[] = "0011111";

INSTANTIATE_TEST_SUITE_P(
    Table, WorkingDaysTest,
    ::testing::Values(
        Case{"MondayMorning", "Europe/Berlin", kMondayToFriday, "2026-11-23T09:00", "2026-11-27T00:00"},
        Case{"MondayLate", "Europe/Berlin", kMondayToFriday, "2026-11-23T23:59", "2026-11-27T00:00"},
        Case{"FridayEvening", "Europe/Berlin", kMondayToFriday, "2026-11-27T18:00", "2026-12-03T00:00"},
        Case{"Sunday", "Europe/Berlin", kMondayToFriday, "2026-11-29T12:00", "2026-12-03T00:00"},
        Case{"OnADayOff", "Asia/Dubai", "1001111", "2026-11-27T10:00", "2026-12-02T00:00"},
        Case{"OneDayAWeek", "Europe/Berlin", "0000100", "2026-11-25T09:00", "2026-12-17T00:00"},
        Case{"NobodyKnowsTheDays", "UTC", "0000000", "2026-11-27T09:00", "2026-12-03T00:00"},
        Case{"OverTheEndOfSummerTime", "Europe/Berlin", kMondayToFriday, "2026-10-23T09:00", "2026-10-29T00:00"},
        Case{"NoMidnightThatDay", "Africa/Cairo", "1001111", "2027-04-26T09:00", "2027-04-30T01:00"},
        Case{"ADayThatNeverWas", "Pacific/Apia", kMondayToFriday, "2011-12-28T09:00", "2012-01-04T00:00"}),
    [](const ::testing::TestParamInfo<Case>& one) { return one.param.name; });

// Walks from quarter-hour to quarter-hour and looks at the calendar on the wall.
absl::Time Walk(absl::Time start, int days, const WorkingDays& calendar) {
  absl::CivilDay today = absl::ToCivilDay(start, calendar.zone);
  bool counts = false;
  absl::Time at = absl::FromUnixSeconds(absl::ToUnixSeconds(start) / 900 * 900);
  while (true) {
    at += absl::Minutes(15);
    const absl::CivilDay day = absl::ToCivilDay(at, calendar.zone);
    if (day == today) continue;
    today = day;
    if (counts && --days == 0) return at;
    const size_t weekday = static_cast<size_t>(absl::GetWeekday(day));
    counts = calendar.weekdays.none() ? weekday < 5 : calendar.weekdays[weekday];
  }
}

TEST(WorkingDaysRandomTest, AgreesWithAWalkThroughTheCalendar) {
  constexpr uint64_t kSeed = 20261122;
  std::mt19937_64 random(kSeed);
  const char* zones[] = {
      "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago",
      "Africa/Cairo",  "Asia/Kathmandu",   "Pacific/Apia",        "Asia/Beirut",     "UTC",
      "America/Nuuk",  "Africa/Casablanca"};
  for (int64_t trial = cortado::testing::Scaled(10'000); trial > 0; --trial) {
    const WorkingDays calendar{std::bitset<7>(random() % 128), Zone(zones[random() % std::size(zones)])};
    const absl::Time start = absl::FromUnixSeconds(1'300'000'000 + static_cast<int64_t>(random() % 600'000'000));
    const int days = 1 + static_cast<int>(random() % 3);
    ASSERT_EQ(AfterWorkingDays(start, days, calendar), Walk(start, days, calendar))
        << "seed " << kSeed << ", from " << absl::FormatTime(start) << " in " << calendar.zone.name() << ", "
        << calendar.weekdays << ", " << days << " days";
  }
}

}  // namespace
}  // namespace cortado::matching
