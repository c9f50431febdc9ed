#include "services/scheduling/availability/working_hours.h"

#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

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

int Minute(absl::string_view clock) {
  const std::vector<std::string> parts = absl::StrSplit(clock, ':');
  return std::stoi(parts[0]) * 60 + std::stoi(parts[1]);
}

std::vector<WeeklyHours> EveryDay(absl::string_view start, absl::string_view end) {
  std::vector<WeeklyHours> hours;
  for (int day = 0; day < 7; ++day) hours.push_back({static_cast<absl::Weekday>(day), Minute(start), Minute(end)});
  return hours;
}

// What a daily rule yields for one civil day, found as the stretches that start within `window`.
std::vector<Interval> OnOneDay(absl::string_view start, absl::string_view end, absl::CivilDay day,
                               absl::string_view zone) {
  const std::vector<WeeklyHours> rule = {{absl::GetWeekday(day), Minute(start), Minute(end)}};
  const absl::Time noon = absl::FromCivil(absl::CivilHour(day) + 12, Zone(zone));
  return ExpandHours(rule, Zone(zone), {noon - absl::Hours(60), noon + absl::Hours(60)}).intervals();
}

absl::Duration DayLength(absl::CivilDay day, absl::string_view zone) {
  return IntervalSet(OnOneDay("00:00", "24:00", day, zone)).Length();
}

absl::Time Resolved(absl::CivilSecond local, absl::string_view zone) { return ResolveLocal(local, Zone(zone)); }

std::string Clock(absl::Time time, absl::string_view zone) { return absl::FormatTime("%H:%M", time, Zone(zone)); }

TEST(WorkingHoursTest, NineToFiveInBerlinFollowsTheClockChange) {
  EXPECT_THAT(OnOneDay("09:00", "17:00", absl::CivilDay(2026, 10, 20), "Europe/Berlin"),
              ElementsAre(Between("2026-10-20 07:00", "2026-10-20 15:00")));
  EXPECT_THAT(OnOneDay("09:00", "17:00", absl::CivilDay(2026, 10, 27), "Europe/Berlin"),
              ElementsAre(Between("2026-10-27 08:00", "2026-10-27 16:00")));
}

TEST(WorkingHoursTest, AWindowAcrossTheGapIsOneHourShort) {
  EXPECT_THAT(OnOneDay("02:00", "04:00", absl::CivilDay(2027, 3, 28), "Europe/Berlin"),
              ElementsAre(Between("2027-03-28 01:00", "2027-03-28 02:00")));
}

TEST(WorkingHoursTest, AWindowInsideTheGapDoesNotExist) {
  EXPECT_THAT(OnOneDay("02:15", "02:45", absl::CivilDay(2027, 3, 28), "Europe/Berlin"), IsEmpty());
  EXPECT_THAT(OnOneDay("02:00", "03:00", absl::CivilDay(2027, 3, 28), "Europe/Berlin"), IsEmpty());
}

TEST(WorkingHoursTest, ASkippedTimeIsReadWithTheOffsetBeforeTheGap) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2027, 3, 28, 2, 30), "Europe/Berlin"), Utc("2027-03-28 01:30"));
}

TEST(WorkingHoursTest, ATimeThatComesTwiceIsTheFirst) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 10, 25, 2, 30), "Europe/Berlin"), Utc("2026-10-25 00:30"));
}

TEST(WorkingHoursTest, AWindowAcrossTheOverlapIsOneHourLonger) {
  EXPECT_THAT(OnOneDay("02:00", "03:00", absl::CivilDay(2026, 10, 25), "Europe/Berlin"),
              ElementsAre(Between("2026-10-25 00:00", "2026-10-25 02:00")));
}

TEST(WorkingHoursTest, NewYorkIsFiveHoursFromBerlinOnlyInTheWeeksBetweenTheChanges) {
  const auto new_york = [](int year, int month, int day) {
    return Clock(Resolved(absl::CivilSecond(year, month, day, 15), "Europe/Berlin"), "America/New_York");
  };
  EXPECT_EQ(new_york(2026, 10, 20), "09:00");
  EXPECT_EQ(new_york(2026, 10, 27), "10:00");
  EXPECT_EQ(new_york(2026, 11, 3), "09:00");
  EXPECT_EQ(new_york(2027, 3, 16), "10:00");
  EXPECT_EQ(new_york(2027, 3, 30), "09:00");
}

TEST(WorkingHoursTest, LordHoweSkipsHalfAnHour) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 10, 4, 2, 15), "Australia/Lord_Howe"), Utc("2026-10-03 15:45"));
}

TEST(WorkingHoursTest, QuarterHourZonesKeepTheirWallClock) {
  EXPECT_THAT(OnOneDay("09:00", "10:00", absl::CivilDay(2026, 6, 10), "Asia/Kathmandu"),
              ElementsAre(Between("2026-06-10 03:15", "2026-06-10 04:15")));
  EXPECT_THAT(OnOneDay("09:00", "10:00", absl::CivilDay(2027, 1, 13), "Pacific/Chatham"),
              ElementsAre(Between("2027-01-12 19:15", "2027-01-12 20:15")));
  EXPECT_THAT(OnOneDay("09:00", "10:00", absl::CivilDay(2026, 6, 10), "Asia/Kolkata"),
              ElementsAre(Between("2026-06-10 03:30", "2026-06-10 04:30")));
}

TEST(WorkingHoursTest, ADayMayStartAtOneInTheMorning) {
  EXPECT_EQ(Clock(Resolved(absl::CivilSecond(2027, 3, 28), "Asia/Beirut"), "Asia/Beirut"), "01:00");
  EXPECT_EQ(Clock(Resolved(absl::CivilSecond(2027, 4, 30, 0, 30), "Africa/Cairo"), "Africa/Cairo"), "01:30");
  EXPECT_EQ(Clock(Resolved(absl::CivilSecond(2026, 9, 6, 0, 30), "America/Santiago"), "America/Santiago"), "01:30");
  EXPECT_EQ(Clock(Resolved(absl::CivilSecond(2027, 3, 27, 23, 30), "America/Nuuk"), "America/Nuuk"), "00:30");
}

TEST(WorkingHoursTest, DaysHaveTheLengthTheirZoneGivesThem) {
  EXPECT_EQ(DayLength(absl::CivilDay(2011, 12, 30), "Pacific/Apia"), absl::ZeroDuration());
  EXPECT_EQ(DayLength(absl::CivilDay(2026, 9, 6), "America/Santiago"), absl::Hours(23));
  EXPECT_EQ(DayLength(absl::CivilDay(2027, 3, 27), "America/Nuuk"), absl::Hours(23));
  EXPECT_EQ(DayLength(absl::CivilDay(2026, 10, 4), "Australia/Lord_Howe"), absl::Hours(23.5));
  EXPECT_EQ(DayLength(absl::CivilDay(2027, 4, 4), "Australia/Lord_Howe"), absl::Hours(24.5));
  EXPECT_EQ(DayLength(absl::CivilDay(2026, 10, 25), "Europe/Berlin"), absl::Hours(25));
  EXPECT_EQ(DayLength(absl::CivilDay(2026, 10, 26), "Europe/Berlin"), absl::Hours(24));
}

// A year gone by: from 2026-09-20 on tzdata 2026f has Morocco stay at +00, older data go on with Ramadan.
TEST(WorkingHoursTest, CasablancaChangesForRamadan) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2025, 2, 22, 12), "Africa/Casablanca"), Utc("2025-02-22 11:00"));
  EXPECT_EQ(Resolved(absl::CivilSecond(2025, 2, 24, 12), "Africa/Casablanca"), Utc("2025-02-24 12:00"));
  EXPECT_EQ(Resolved(absl::CivilSecond(2025, 4, 7, 12), "Africa/Casablanca"), Utc("2025-04-07 11:00"));
}

TEST(WorkingHoursTest, PlacesThatGaveUpSummerTimeHaveNone) {
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 7, 1, 12), "America/Mexico_City"), Utc("2026-07-01 18:00"));
  EXPECT_EQ(Resolved(absl::CivilSecond(2026, 7, 1, 12), "Asia/Tehran"), Utc("2026-07-01 08:30"));
  EXPECT_EQ(Resolved(absl::CivilSecond(2027, 1, 1, 12), "America/Sao_Paulo"), Utc("2027-01-01 15:00"));
}

TEST(WorkingHoursTest, AnEndNotAfterTheStartIsOnTheNextDay) {
  EXPECT_THAT(OnOneDay("22:00", "03:00", absl::CivilDay(2026, 6, 10), "Europe/Berlin"),
              ElementsAre(Between("2026-06-10 20:00", "2026-06-11 01:00")));
  EXPECT_EQ(IntervalSet(OnOneDay("09:00", "09:00", absl::CivilDay(2026, 6, 10), "Europe/Berlin")).Length(),
            absl::Hours(24));
}

TEST(WorkingHoursTest, TwentyFourHundredMeetsTheNextMidnight) {
  const IntervalSet hours =
      ExpandHours(EveryDay("00:00", "24:00"), Zone("Europe/Berlin"), Between("2026-06-08 00:00", "2026-06-12 00:00"));
  EXPECT_THAT(hours.intervals(), ElementsAre(Between("2026-06-08 00:00", "2026-06-12 00:00")));
}

TEST(WorkingHoursTest, AStretchThatBeganBeforeTheWindowIsCutNotLost) {
  const std::vector<WeeklyHours> night = {{absl::Weekday::tuesday, Minute("22:00"), Minute("21:59")}};
  EXPECT_THAT(ExpandHours(night, absl::UTCTimeZone(), Between("2026-06-10 12:00", "2026-06-12 00:00")).intervals(),
              ElementsAre(Between("2026-06-10 12:00", "2026-06-10 21:59")));
}

TEST(WorkingHoursTest, HoursOutsideADayAreRefusedByPosition) {
  const absl::Status late = ValidateHours({{absl::Weekday::monday, 0, 60}, {absl::Weekday::monday, 0, 1441}});
  EXPECT_EQ(late.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(late.message()), testing::HasSubstr("hours[1]"));
  EXPECT_FALSE(ValidateHours({{absl::Weekday::monday, 1440, 60}}).ok());
  EXPECT_FALSE(ValidateHours({{absl::Weekday::monday, -1, 60}}).ok());
  EXPECT_TRUE(ValidateHours({{absl::Weekday::monday, 0, 1440}, {absl::Weekday::friday, 1439, 0}}).ok());
}

TEST(WorkingHoursTest, ZonesComeByIanaNameAlone) {
  EXPECT_TRUE(LoadZone("Europe/Berlin").ok());
  EXPECT_TRUE(LoadZone("Etc/GMT+5").ok());
  EXPECT_FALSE(LoadZone("").ok());
  EXPECT_FALSE(LoadZone("Mars/Olympus").ok());
  EXPECT_FALSE(LoadZone("localtime").ok());
  EXPECT_FALSE(LoadZone("/usr/share/zoneinfo/Europe/Berlin").ok());
  EXPECT_FALSE(LoadZone("../zoneinfo/Europe/Berlin").ok());
  EXPECT_FALSE(LoadZone(absl::string_view("Europe/Berlin\0x", 15)).ok());
}

// The oracle of ResolveLocal: searches real time minute by minute for the wall clock, and only where no minute shows
// it applies the offset seen just before the clock jumped over it.
absl::Time ResolveBySearch(absl::CivilMinute local, absl::TimeZone zone) {
  const absl::Time nominal = absl::FromCivil(local, absl::UTCTimeZone());
  absl::Duration before;
  for (absl::Time t = nominal - absl::Hours(27); t < nominal + absl::Hours(27); t += absl::Minutes(1)) {
    const absl::TimeZone::CivilInfo shown = zone.At(t);
    const absl::CivilMinute wall(shown.cs);
    if (wall == local) return t;
    if (wall > local) return nominal - before;
    before = absl::Seconds(shown.offset);
  }
  ADD_FAILURE() << "no reading of " << absl::FormatCivilTime(local);
  return nominal;
}

std::vector<std::string> AllZones() {
  std::vector<std::string> zones;
  std::ifstream table("/usr/share/zoneinfo/zone1970.tab");
  for (std::string line; std::getline(table, line);) {
    const std::vector<std::string> columns = absl::StrSplit(line, '\t');
    if (columns.size() >= 3 && line.front() != '#') zones.push_back(columns[2]);
  }
  return zones;
}

TEST(WorkingHoursTest, EveryGapAndOverlapOfEveryZoneIsReadByTheRule) {
  const absl::Time last = Utc("2031-01-01 00:00");
  for (const std::string& name : AllZones()) {
    const absl::TimeZone zone = Zone(name);
    absl::TimeZone::CivilTransition change;
    absl::Time from = Utc("2026-01-01 00:00");
    while (zone.NextTransition(from, &change) && absl::FromCivil(change.from, zone) < last) {
      from = std::max(absl::FromCivil(change.from, zone), absl::FromCivil(change.to, zone));
      const absl::CivilMinute earlier(std::min(change.from, change.to));
      for (const int minutes : {-1, 0, 15, 29, 30, 59, 60}) {
        ASSERT_EQ(ResolveLocal(absl::CivilSecond(earlier + minutes), zone), ResolveBySearch(earlier + minutes, zone))
            << name << " " << absl::FormatCivilTime(earlier + minutes);
      }
    }
  }
}

// The oracle of ExpandHours: a minute is worked if it lies between the searched ends of some rule on some day.
bool WorkedBySearch(absl::Time t, const WeeklyHours& rule, absl::TimeZone zone) {
  const absl::CivilDay today(zone.At(t).cs);
  for (absl::CivilDay day = today - 3; day <= today + 3; ++day) {
    if (absl::GetWeekday(day) != rule.weekday) continue;
    const absl::CivilMinute start = absl::CivilMinute(day) + rule.start_minute;
    absl::CivilMinute end = absl::CivilMinute(day) + rule.end_minute;
    if (end <= start) end += kMinutesPerDay;
    const absl::Time first = ResolveBySearch(start, zone);
    const bool exists = absl::CivilMinute(zone.At(first).cs) == start ||
                        absl::CivilMinute(zone.At(ResolveBySearch(end, zone)).cs) == end;
    if (exists && first <= t && t < ResolveBySearch(end, zone)) return true;
  }
  return false;
}

TEST(WorkingHoursTest, ExpansionAgreesWithSearchAroundRandomClockChanges) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"Europe/Berlin", "2027-03-28 01:00"},    {"Europe/Berlin", "2026-10-25 01:00"},
      {"America/New_York", "2026-11-01 06:00"}, {"Australia/Lord_Howe", "2026-10-03 15:30"},
      {"America/Santiago", "2026-09-06 04:00"}, {"America/Nuuk", "2027-03-28 01:00"},
      {"Pacific/Apia", "2011-12-30 10:00"},     {"Asia/Kathmandu", "2026-06-10 00:00"}};
  for (int trial = 0; trial < 60; ++trial) {
    const auto& [name, instant] = changes[random() % changes.size()];
    const absl::TimeZone zone = Zone(name);
    const absl::CivilDay near = absl::CivilDay(zone.At(Utc(instant)).cs) - static_cast<int>(random() % 2);
    const WeeklyHours rule = {absl::GetWeekday(near), static_cast<int>(random() % 96) * 15,
                              static_cast<int>(random() % 97) * 15};
    const Interval window = {Utc(instant) - absl::Hours(30), Utc(instant) + absl::Hours(30)};
    const IntervalSet hours = ExpandHours({rule}, zone, window);
    for (int probe = 0; probe < 6; ++probe) {
      const absl::Time t = window.start + absl::Minutes(15 * static_cast<int>(random() % 240));
      ASSERT_EQ(hours.Contains({t, t + absl::Minutes(1)}), WorkedBySearch(t, rule, zone))
          << name << " " << t << " rule " << rule.start_minute << " to " << rule.end_minute << " on " << near;
    }
  }
}

}  // namespace
}  // namespace cortado::scheduling
