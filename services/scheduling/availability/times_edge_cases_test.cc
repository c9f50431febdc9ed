// The edge cases of real schedulers, as far as local times and what is free decide them; those that take people and
// bookings are in edge_cases_test.cc. Each has the number of its row in the list of cases.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/availability/availability.h"
#include "services/scheduling/availability/testing/zone_file.h"
#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::TimeZone Zone(absl::string_view name) { return *LoadZone(name); }

absl::Time Utc(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M", text, absl::UTCTimeZone(), &time, &error)) ADD_FAILURE() << error;
  return time;
}

Interval Between(absl::string_view start, absl::string_view end) { return {Utc(start), Utc(end)}; }

constexpr int kHour = 60;

// The stretches of one local day that somebody works from one minute of it to another.
std::vector<Interval> WorkedOn(absl::CivilDay day, int start_minute, int end_minute, absl::string_view zone) {
  const absl::Time noon = absl::FromCivil(absl::CivilHour(day) + 12, Zone(zone));
  return ExpandHours({{absl::GetWeekday(day), start_minute, end_minute}}, Zone(zone),
                     {noon - absl::Hours(60), noon + absl::Hours(60)})
      .intervals();
}

absl::Duration LengthOf(absl::CivilDay day, absl::string_view zone) {
  return IntervalSet(WorkedOn(day, 0, kMinutesPerDay, zone)).Length();
}

// Where a local day begins: its first instant that exists.
std::string BeginningOf(absl::CivilDay day, absl::string_view zone) {
  const std::vector<Interval> whole = WorkedOn(day, 0, kMinutesPerDay, zone);
  return whole.empty() ? "never" : absl::FormatTime("%Y-%m-%d %H:%M", whole.front().start, Zone(zone));
}

std::string InUtc(absl::Time time) { return absl::FormatTime("%Y-%m-%d %H:%M", time, absl::UTCTimeZone()); }

std::string Resolved(absl::CivilSecond local, absl::string_view zone) { return InUtc(ResolveLocal(local, Zone(zone))); }

// Somebody with these hours on every day, and much time to give.
PersonTime Works(absl::string_view zone, int start_minute, int end_minute) {
  PersonTime person;
  person.zone = Zone(zone);
  for (int day = 0; day < 7; ++day) {
    person.working_hours.push_back({static_cast<absl::Weekday>(day), start_minute, end_minute});
  }
  person.weekly_minutes = 2400;
  return person;
}

Availability In(const PersonTime& person, const Interval& window) { return {person, window, window.start}; }

// Case 11: the slots of November came an hour early, and the first hour after the change could not be booked.
TEST(TimesEdgeCaseTest, NineToFiveInBerlinIsAnotherHourAfterTheChange) {
  EXPECT_THAT(WorkedOn(absl::CivilDay(2026, 10, 20), 9 * kHour, 17 * kHour, "Europe/Berlin"),
              ElementsAre(Between("2026-10-20 07:00", "2026-10-20 15:00")));
  EXPECT_THAT(WorkedOn(absl::CivilDay(2026, 10, 27), 9 * kHour, 17 * kHour, "Europe/Berlin"),
              ElementsAre(Between("2026-10-27 08:00", "2026-10-27 16:00")));
}

TEST(TimesEdgeCaseTest, TheFirstHourAfterAChangeCanBeBooked) {
  const PersonTime night = Works("Europe/Berlin", 0, kMinutesPerDay);
  const Availability spring = In(night, Between("2027-03-28 00:00", "2027-03-28 12:00"));
  EXPECT_TRUE(spring.Fits(Between("2027-03-28 01:00", "2027-03-28 02:00")));
  const Availability autumn = In(night, Between("2026-10-25 00:00", "2026-10-25 12:00"));
  EXPECT_TRUE(autumn.Fits(Between("2026-10-25 01:00", "2026-10-25 02:00")));
}

// Case 12.
TEST(TimesEdgeCaseTest, ATimeInTheGapIsReadWithTheOffsetBeforeIt) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2027, 3, 28, 2, 30), "Europe/Berlin"), "2027-03-28 01:30");
}

TEST(TimesEdgeCaseTest, AWindowAcrossTheGapIsAnHourLong) {
  EXPECT_THAT(WorkedOn(absl::CivilDay(2027, 3, 28), 2 * kHour, 4 * kHour, "Europe/Berlin"),
              ElementsAre(Between("2027-03-28 01:00", "2027-03-28 02:00")));
}

// Case 13.
TEST(TimesEdgeCaseTest, ATimeThatComesTwiceIsTheFirstAndItsWindowLastsTwice) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 10, 25, 2, 30), "Europe/Berlin"), "2026-10-25 00:30");
  EXPECT_THAT(WorkedOn(absl::CivilDay(2026, 10, 25), 2 * kHour, 3 * kHour, "Europe/Berlin"),
              ElementsAre(Between("2026-10-25 00:00", "2026-10-25 02:00")));
}

// Case 14: the clocks of the two sides of the Atlantic change in different weeks.
TEST(TimesEdgeCaseTest, ThreeInBerlinIsTenInNewYorkBetweenTheTwoChanges) {
  const auto in_new_york = [](int year, int month, int day) {
    const absl::Time time = ResolveLocal(absl::CivilSecond(year, month, day, 15), Zone("Europe/Berlin"));
    return absl::FormatTime("%H:%M", time, Zone("America/New_York"));
  };
  EXPECT_EQ(in_new_york(2026, 10, 20), "09:00");
  EXPECT_EQ(in_new_york(2026, 10, 27), "10:00");
  EXPECT_EQ(in_new_york(2026, 11, 3), "09:00");
  EXPECT_EQ(in_new_york(2027, 3, 9), "09:00");
  EXPECT_EQ(in_new_york(2027, 3, 16), "10:00");
  EXPECT_EQ(in_new_york(2027, 3, 30), "09:00");
}

// Case 15.
TEST(TimesEdgeCaseTest, LordHoweSkipsHalfAnHour) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 10, 4, 2, 15), "Australia/Lord_Howe"), "2026-10-03 15:45");
  EXPECT_EQ(LengthOf(absl::CivilDay(2026, 10, 4), "Australia/Lord_Howe"), absl::Hours(23.5));
  EXPECT_EQ(LengthOf(absl::CivilDay(2027, 4, 4), "Australia/Lord_Howe"), absl::Hours(24.5));
}

TEST(TimesEdgeCaseTest, HoursBeginOnTheWallClockOfQuarterHourZones) {
  EXPECT_THAT(WorkedOn(absl::CivilDay(2027, 1, 13), 9 * kHour, 10 * kHour, "Pacific/Chatham"),
              ElementsAre(Between("2027-01-12 19:15", "2027-01-12 20:15")));
  EXPECT_THAT(WorkedOn(absl::CivilDay(2026, 6, 10), 9 * kHour, 10 * kHour, "Asia/Kathmandu"),
              ElementsAre(Between("2026-06-10 03:15", "2026-06-10 04:15")));
  EXPECT_THAT(WorkedOn(absl::CivilDay(2026, 6, 10), 9 * kHour, 10 * kHour, "Asia/Kolkata"),
              ElementsAre(Between("2026-06-10 03:30", "2026-06-10 04:30")));
}

// Case 16.
TEST(TimesEdgeCaseTest, ADayBeginsAtItsFirstInstantThatExists) {
  EXPECT_EQ(BeginningOf(absl::CivilDay(2027, 3, 28), "Asia/Beirut"), "2027-03-28 01:00");
  EXPECT_EQ(BeginningOf(absl::CivilDay(2027, 4, 30), "Africa/Cairo"), "2027-04-30 01:00");
  EXPECT_EQ(BeginningOf(absl::CivilDay(2026, 9, 6), "America/Santiago"), "2026-09-06 01:00");
  EXPECT_EQ(BeginningOf(absl::CivilDay(2011, 12, 30), "Pacific/Apia"), "never");
  EXPECT_EQ(BeginningOf(absl::CivilDay(2011, 12, 31), "Pacific/Apia"), "2011-12-31 00:00");
}

TEST(TimesEdgeCaseTest, TimesInAGapAtMidnightAreReadWithTheOffsetBeforeIt) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 9, 6, 0, 30), "America/Santiago"), "2026-09-06 04:30");
  EXPECT_EQ(Resolved(absl::CivilSecond(2027, 3, 27, 23, 30), "America/Nuuk"), "2027-03-28 01:30");
}

TEST(TimesEdgeCaseTest, ADayHasTheHoursThatItsZoneGivesIt) {
  EXPECT_EQ(LengthOf(absl::CivilDay(2011, 12, 30), "Pacific/Apia"), absl::ZeroDuration());
  EXPECT_EQ(LengthOf(absl::CivilDay(2026, 9, 6), "America/Santiago"), absl::Hours(23));
  EXPECT_EQ(LengthOf(absl::CivilDay(2027, 3, 27), "America/Nuuk"), absl::Hours(23));
  EXPECT_EQ(LengthOf(absl::CivilDay(2027, 4, 3), "America/Santiago"), absl::Hours(25));
}

// Zone data from 2026f on keep Morocco at one offset; older ones have it leave summer time for Ramadan.
TEST(TimesEdgeCaseTest, CasablancaKeepsRamadanAsFarAsTheZoneDataKnow) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2025, 2, 22, 12), "Africa/Casablanca"), "2025-02-22 11:00");
  EXPECT_EQ(Resolved(absl::CivilSecond(2025, 2, 24, 12), "Africa/Casablanca"), "2025-02-24 12:00");
  std::vector<std::string> days;
  for (const ClockChange& change : ZoneFile::Read("Africa/Casablanca")->ChangesIn(2027, 2027)) {
    days.push_back(InUtc(absl::FromUnixSeconds(change.when)).substr(0, 10));
  }
  EXPECT_THAT(days, AnyOf(IsEmpty(), ElementsAre("2027-02-07", "2027-03-14")));
}

// Case 17. Of two machines that know different rules the doctor warns (CtlTest).
TEST(TimesEdgeCaseTest, PlacesThatGaveUpSummerTimeHaveNone) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 7, 1, 12), "America/Mexico_City"), "2026-07-01 18:00");
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 7, 1, 12), "Asia/Tehran"), "2026-07-01 08:30");
  EXPECT_EQ(Resolved(absl::CivilSecond(2027, 1, 1, 12), "America/Sao_Paulo"), "2027-01-01 15:00");
  for (const char* zone : {"America/Mexico_City", "Asia/Tehran", "America/Sao_Paulo"}) {
    EXPECT_THAT(ZoneFile::Read(zone)->ChangesIn(2026, 2030), IsEmpty()) << zone;
  }
}

// Case 18.
TEST(TimesEdgeCaseTest, HoursMayEndOnTheNextDayAndAChatMayCrossMidnight) {
  const Availability night =
      In(Works("Europe/Berlin", 22 * kHour, 3 * kHour), Between("2026-06-10 12:00", "2026-06-12 12:00"));
  EXPECT_TRUE(night.Fits(Between("2026-06-10 21:45", "2026-06-10 22:15")));  // 23:45 to 00:15.
  EXPECT_TRUE(night.Fits(Between("2026-06-11 00:30", "2026-06-11 01:00")));
  EXPECT_FALSE(night.Fits(Between("2026-06-11 00:45", "2026-06-11 01:15")));
  EXPECT_FALSE(night.Fits(Between("2026-06-10 19:45", "2026-06-10 20:15")));
}

TEST(TimesEdgeCaseTest, TwentyFourHundredIsAnEnd) {
  EXPECT_TRUE(ValidateHours({{absl::Weekday::monday, 22 * kHour, 24 * kHour}}).ok());
  EXPECT_FALSE(ValidateHours({{absl::Weekday::monday, 24 * kHour, 60}}).ok());
  EXPECT_THAT(WorkedOn(absl::CivilDay(2026, 6, 10), 22 * kHour, 24 * kHour, "UTC"),
              ElementsAre(Between("2026-06-10 22:00", "2026-06-11 00:00")));
}

// Case 27: a busy half hour inside it did not stop an hour from being offered, and offers began a second late.
TEST(TimesEdgeCaseTest, AnythingBusyInsideAChatStandsInItsWay) {
  PersonTime person = Works("UTC", 9 * kHour, 17 * kHour);
  person.busy = IntervalSet({Between("2026-06-10 14:00", "2026-06-10 14:30")});
  const Availability day = In(person, Between("2026-06-10 00:00", "2026-06-11 00:00"));
  EXPECT_FALSE(day.Fits(Between("2026-06-10 14:00", "2026-06-10 15:00")));
  EXPECT_FALSE(day.Fits(Between("2026-06-10 13:45", "2026-06-10 14:45")));
  EXPECT_FALSE(day.Fits(Between("2026-06-10 13:01", "2026-06-10 14:01")));
  EXPECT_TRUE(day.Fits(Between("2026-06-10 13:00", "2026-06-10 14:00")));
  EXPECT_TRUE(day.Fits(Between("2026-06-10 14:30", "2026-06-10 15:30")));
}

TEST(TimesEdgeCaseTest, WhatIsOfferedBeginsAndEndsOnFullMinutes) {
  PersonTime person = Works("UTC", 9 * kHour, 17 * kHour);
  person.busy =
      IntervalSet({{Utc("2026-06-10 11:59") + absl::Seconds(59), Utc("2026-06-10 12:30") + absl::Seconds(1)}});
  const Availability day = In(person, Between("2026-06-10 00:00", "2026-06-11 00:00"));
  EXPECT_THAT(day.Free(absl::Minutes(30)).intervals(), ElementsAre(Between("2026-06-10 09:00", "2026-06-10 11:59"),
                                                                   Between("2026-06-10 12:31", "2026-06-10 17:00")));
}

// Case 29.
TEST(TimesEdgeCaseTest, WhatLastsNoTimeIsNotBusyAndWhatEndsBeforeItBeginsNeither) {
  PersonTime person = Works("UTC", 9 * kHour, 17 * kHour);
  person.busy =
      IntervalSet({Between("2026-06-10 12:00", "2026-06-10 12:00"), Between("2026-06-10 14:00", "2026-06-10 13:00")});
  EXPECT_TRUE(person.busy.IsEmpty());
  EXPECT_TRUE(In(person, Between("2026-06-10 00:00", "2026-06-11 00:00"))
                  .Fits(Between("2026-06-10 11:30", "2026-06-10 14:30")));
}

TEST(TimesEdgeCaseTest, AChatLiesBetween1970And2100AndHasALength) {
  const auto code = [](const Interval& chat) { return ValidateChat(chat).code(); };
  EXPECT_EQ(code(Between("1969-12-31 23:59", "1970-01-01 00:29")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(Between("2101-01-01 00:00", "2101-01-01 00:30")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(Between("2026-06-10 12:00", "2026-06-10 12:00")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(Between("2026-06-10 12:00", "2026-06-10 11:00")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(Between("1970-01-01 00:00", "1970-01-01 00:30")), absl::StatusCode::kOk);
  EXPECT_EQ(code(Between("2100-12-31 23:30", "2101-01-01 00:00")), absl::StatusCode::kOk);
}

}  // namespace
}  // namespace cortado::scheduling
