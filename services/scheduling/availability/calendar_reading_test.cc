#include "services/scheduling/availability/calendar_reading.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time Utc(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M", text, absl::UTCTimeZone(), &time, &error)) ADD_FAILURE() << error;
  return time;
}

Interval Between(absl::string_view start, absl::string_view end) { return {Utc(start), Utc(end)}; }

const absl::Time kReadAt = Utc("2026-06-08 06:00");
const Interval kWeek = Between("2026-06-08 00:00", "2026-06-15 00:00");
const Interval kLunch = Between("2026-06-09 12:00", "2026-06-09 13:00");
const Interval kTuesday = Between("2026-06-09 00:00", "2026-06-10 00:00");

CalendarReading Lunch(bool offer_anyway = false) { return {kWeek, IntervalSet({kLunch}), kReadAt, offer_anyway}; }

std::vector<Interval> BusyOn(const Interval& window, const std::optional<CalendarReading>& reading,
                             absl::Duration age = absl::ZeroDuration()) {
  return BusyByCalendar(reading, window, kReadAt + age).intervals();
}

TEST(CalendarReadingTest, WhoeverConnectedNoneIsFree) { EXPECT_THAT(BusyOn(kTuesday, std::nullopt), IsEmpty()); }

TEST(CalendarReadingTest, WhatItSaysIsBusy) { EXPECT_THAT(BusyOn(kTuesday, Lunch()), ElementsAre(kLunch)); }

TEST(CalendarReadingTest, OnlyTheWindowAskedForIsAnswered) {
  const Interval half = Between("2026-06-09 12:30", "2026-06-09 18:00");
  EXPECT_THAT(BusyOn(half, Lunch()), ElementsAre(Between("2026-06-09 12:30", "2026-06-09 13:00")));
}

TEST(CalendarReadingTest, WhatItWasNotReadForIsBusy) {
  const Interval around = Between("2026-06-07 00:00", "2026-06-16 00:00");
  EXPECT_THAT(BusyOn(around, Lunch()), ElementsAre(Between("2026-06-07 00:00", "2026-06-08 00:00"), kLunch,
                                                   Between("2026-06-15 00:00", "2026-06-16 00:00")));
}

TEST(CalendarReadingTest, AReadingOfADayStillCounts) {
  EXPECT_THAT(BusyOn(kTuesday, Lunch(), absl::Hours(24)), ElementsAre(kLunch));
}

TEST(CalendarReadingTest, AnOlderOneMakesItsOwnerBusy) {
  EXPECT_THAT(BusyOn(kTuesday, Lunch(), absl::Hours(24) + absl::Seconds(1)), ElementsAre(kTuesday));
}

TEST(CalendarReadingTest, WhoeverWantsToBeMetAnywayIsMetByTheLastReading) {
  EXPECT_THAT(BusyOn(kTuesday, Lunch(true), absl::Hours(1000)), ElementsAre(kLunch));
}

TEST(CalendarReadingTest, WhoeverWantsToBeMetAnywayIsStillBusyWhereNothingWasRead) {
  const Interval after = Between("2026-07-01 00:00", "2026-07-02 00:00");
  EXPECT_THAT(BusyOn(after, Lunch(true), absl::Hours(1000)), ElementsAre(after));
}

TEST(CalendarReadingTest, ItIsCurrentForAnHourAndOldForADay) {
  EXPECT_EQ(StateOf(std::nullopt, kReadAt), CalendarState::kNotConnected);
  EXPECT_EQ(StateOf(Lunch(), kReadAt + absl::Hours(1)), CalendarState::kCurrent);
  EXPECT_EQ(StateOf(Lunch(), kReadAt + absl::Hours(1) + absl::Seconds(1)), CalendarState::kOld);
  EXPECT_EQ(StateOf(Lunch(), kReadAt + absl::Hours(24)), CalendarState::kOld);
  EXPECT_EQ(StateOf(Lunch(true), kReadAt + absl::Hours(25)), CalendarState::kOutdated);
}

TEST(CalendarReadingTest, AReadingOfAClockThatIsAheadIsNew) {
  EXPECT_EQ(AgeOf(Lunch(), kReadAt - absl::Minutes(5)), absl::ZeroDuration());
  EXPECT_EQ(StateOf(Lunch(), kReadAt - absl::Minutes(5)), CalendarState::kCurrent);
}

// What the rules say of one minute.
bool IsBusy(const std::optional<CalendarReading>& reading, const std::vector<Interval>& said, absl::Time minute,
            absl::Time now) {
  if (!reading.has_value()) return false;
  if (now - reading->read_time > absl::Hours(24) && !reading->offer_anyway) return true;
  if (minute < reading->window.start || minute >= reading->window.end) return true;
  bool is_said = false;
  for (const Interval& one : said) is_said = is_said || (one.start <= minute && minute < one.end);
  return is_said;
}

TEST(CalendarReadingTest, AgreesWithTheRulesMinuteByMinute) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto minute = [&](int most) { return kReadAt + absl::Minutes(static_cast<int>(random() % most)); };
  for (int round = 0; round < 2000; ++round) {
    std::optional<CalendarReading> reading;
    std::vector<Interval> said;
    if (random() % 8 != 0) {
      const absl::Time start = minute(60);
      reading = CalendarReading{{start, start + absl::Minutes(random() % 200)}, {}, kReadAt, random() % 2 == 0};
      for (size_t i = random() % 6; i > 0; --i) {
        const absl::Time begins = minute(240);
        said.push_back({begins, begins + absl::Minutes(random() % 40)});
      }
      reading->busy = IntervalSet(said);
    }
    const absl::Time from = minute(120);
    const Interval window = {from, from + absl::Minutes(random() % 200)};
    const absl::Time now = kReadAt + absl::Minutes(24 * 60 - 1 + random() % 3);
    const IntervalSet busy = BusyByCalendar(reading, window, now);
    for (absl::Time at = kReadAt - absl::Minutes(5); at < kReadAt + absl::Minutes(400); at += absl::Minutes(1)) {
      const bool is_asked = window.start <= at && at < window.end;
      ASSERT_EQ(busy.Overlaps({at, at + absl::Minutes(1)}), is_asked && IsBusy(reading, said, at, now))
          << "round " << round << " at " << at;
    }
  }
}

}  // namespace
}  // namespace cortado::scheduling
