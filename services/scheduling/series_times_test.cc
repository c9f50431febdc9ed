#include "services/scheduling/series_times.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

absl::TimeZone Zone(const char* name) { return *LoadZone(name); }

std::vector<std::string> Local(const std::vector<absl::Time>& times, absl::TimeZone zone) {
  std::vector<std::string> texts;
  for (absl::Time time : times) texts.push_back(absl::FormatTime("%a %Y-%m-%d %H:%M %z", time, zone));
  return texts;
}

absl::Time At(const char* local, absl::TimeZone zone) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", local, zone, &time, &error)) << error;
  return time;
}

TEST(SeriesTimesTest, AWeekIsAWeekOnTheWallClockWhateverTheClocksDo) {
  const absl::TimeZone berlin = Zone("Europe/Berlin");
  const auto times = SeriesTimes(At("2026-10-20 09:00", berlin), Frequency::kWeekly, 3, berlin);
  EXPECT_THAT(Local(times, berlin),
              ElementsAre("Tue 2026-10-20 09:00 +0200", "Tue 2026-10-27 09:00 +0100", "Tue 2026-11-03 09:00 +0100"));
}

TEST(SeriesTimesTest, EverySecondWeek) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_THAT(Local(SeriesTimes(At("2026-12-21 15:30", utc), Frequency::kEveryTwoWeeks, 3, utc), utc),
              ElementsAre("Mon 2026-12-21 15:30 +0000", "Mon 2027-01-04 15:30 +0000", "Mon 2027-01-18 15:30 +0000"));
}

TEST(SeriesTimesTest, AMonthKeepsTheWeekday) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_THAT(Local(SeriesTimes(At("2026-11-17 10:00", utc), Frequency::kMonthly, 3, utc), utc),
              ElementsAre("Tue 2026-11-17 10:00 +0000", "Tue 2026-12-15 10:00 +0000", "Tue 2027-01-19 10:00 +0000"));
}

TEST(SeriesTimesTest, TheFifthCountsAsTheLast) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_THAT(Local(SeriesTimes(At("2026-12-31 10:00", utc), Frequency::kMonthly, 3, utc), utc),
              ElementsAre("Thu 2026-12-31 10:00 +0000", "Thu 2027-01-28 10:00 +0000", "Thu 2027-02-25 10:00 +0000"));
}

TEST(SeriesTimesTest, ATimeThatTheClocksSkipIsReadWithTheOffsetBefore) {
  const absl::TimeZone berlin = Zone("Europe/Berlin");
  const auto times = SeriesTimes(At("2027-03-21 02:30", berlin), Frequency::kWeekly, 3, berlin);
  EXPECT_THAT(Local(times, berlin),
              ElementsAre("Sun 2027-03-21 02:30 +0100", "Sun 2027-03-28 03:30 +0200", "Sun 2027-04-04 02:30 +0200"));
}

// The definition, said again in another way, over ten years of beginnings and all zones that are odd.
TEST(SeriesTimesTest, AgreesWithAWalkThroughTheCalendar) {
  for (const char* name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"}) {
    const absl::TimeZone zone = Zone(name);
    for (absl::CivilDay day(2026, 1, 1); day < absl::CivilDay(2036, 1, 1); day += 13) {
      const absl::Time first = ResolveLocal(absl::CivilSecond(day) + 10 * 3600, zone);
      const auto times = SeriesTimes(first, Frequency::kMonthly, kMostInSeries, zone);
      ASSERT_THAT(times, SizeIs(kMostInSeries));
      absl::CivilDay walk = day;
      for (const absl::Time time : times) {
        const absl::CivilDay is = absl::ToCivilDay(time, zone);
        // The same weekday of the next month, counted day by day.
        ASSERT_EQ(absl::CivilMonth(is), absl::CivilMonth(walk));
        ASSERT_EQ(absl::GetWeekday(is), absl::GetWeekday(day));
        int before = 0, after = 0;
        for (absl::CivilDay d(absl::CivilMonth{is}); d < is; ++d)
          before += absl::GetWeekday(d) == absl::GetWeekday(day);
        for (absl::CivilDay d = is + 1; absl::CivilMonth(d) == absl::CivilMonth(is); ++d) {
          after += absl::GetWeekday(d) == absl::GetWeekday(day);
        }
        if (day.day() > 28) {
          ASSERT_EQ(after, 0) << is;
        } else {
          ASSERT_EQ(before, (day.day() - 1) / 7) << is;
        }
        ASSERT_EQ(absl::ToCivilSecond(time, zone) - absl::CivilSecond(is), 10 * 3600);
        walk = absl::CivilDay(absl::CivilMonth(walk) + 1);
      }
    }
  }
}

}  // namespace
}  // namespace cortado::scheduling
