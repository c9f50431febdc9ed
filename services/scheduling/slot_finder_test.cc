#include "services/scheduling/slot_finder.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/slot_oracle.h"

namespace cortado::scheduling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kHalfHour = absl::Minutes(30);

absl::Time Utc(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M", text, absl::UTCTimeZone(), &time, &error)) ADD_FAILURE() << error;
  return time;
}

Interval Between(absl::string_view start, absl::string_view end) { return {Utc(start), Utc(end)}; }

std::vector<WeeklyHours> EveryDay(int start_minute, int end_minute) {
  std::vector<WeeklyHours> hours;
  for (int day = 0; day < 7; ++day) hours.push_back({static_cast<absl::Weekday>(day), start_minute, end_minute});
  return hours;
}

// Every day from 09:00 to 17:00 unless told otherwise.
PersonTime In(absl::string_view zone, std::vector<WeeklyHours> hours = EveryDay(540, 1020)) {
  PersonTime person;
  person.zone = *LoadZone(zone);
  person.working_hours = std::move(hours);
  person.weekly_minutes = 2400;
  return person;
}

PersonTime BusyAt(PersonTime person, std::vector<Interval> busy) {
  person.busy = IntervalSet(std::move(busy));
  return person;
}

PersonTime WithMinutes(PersonTime person, int weekly_minutes) {
  person.weekly_minutes = weekly_minutes;
  return person;
}

// A search from midnight UTC of 2026-06-08, a Monday, over so many days.
SlotFinder FromMonday(std::vector<PersonTime> people, int days = 5) {
  const absl::Time monday = Utc("2026-06-08 00:00");
  return *SlotFinder::Make(std::move(people), {monday, monday + absl::Hours(24 * days)}, monday);
}

std::vector<std::string> Starts(const SlotFinder& finder, size_t limit, absl::string_view zone = "UTC",
                                absl::Duration length = kHalfHour) {
  std::vector<std::string> starts;
  const std::vector<Slot> slots = *finder.Find(length, limit);
  for (const Slot& slot : slots) starts.push_back(absl::FormatTime("%a %H:%M", slot.when.start, *LoadZone(zone)));
  return starts;
}

TEST(SlotFinderTest, PrefersTheEarliestCommonSlot) {
  const SlotFinder finder =
      FromMonday({In("UTC"), BusyAt(In("UTC"), {Between("2026-06-08 09:00", "2026-06-08 10:20")})});
  EXPECT_THAT(Starts(finder, 1), ElementsAre("Mon 10:30"));
}

TEST(SlotFinderTest, OffersAChoiceOfDays) {
  EXPECT_THAT(Starts(FromMonday({In("UTC"), In("UTC")}), 3), ElementsAre("Mon 09:00", "Tue 09:00", "Wed 09:00"));
}

TEST(SlotFinderTest, OffersAnotherPartOfTheDayWhenThereIsOneDayOnly) {
  EXPECT_THAT(Starts(FromMonday({In("UTC"), In("UTC")}, 1), 3), ElementsAre("Mon 09:00", "Mon 11:00", "Mon 13:00"));
}

TEST(SlotFinderTest, SharesTheOddHourBetweenTheZones) {
  // Ordinary days do not meet: 17:00 in Berlin is 08:00 in California. Each gives three quarters of an hour.
  const std::vector<WeeklyHours> long_day = EveryDay(420, 1320);
  const SlotFinder finder = FromMonday({In("Europe/Berlin", long_day), In("America/Los_Angeles", long_day)}, 1);
  EXPECT_THAT(Starts(finder, 1, "Europe/Berlin"), ElementsAre("Mon 17:15"));
  EXPECT_THAT(Starts(finder, 1, "America/Los_Angeles"), ElementsAre("Mon 08:15"));
}

TEST(SlotFinderTest, PreferredHoursComeFirstAndRuleNothingOut) {
  PersonTime likes_tuesday_afternoons = In("UTC");
  likes_tuesday_afternoons.preferred_hours = {{absl::Weekday::tuesday, 840, 960}};
  const SlotFinder finder = FromMonday({In("UTC"), likes_tuesday_afternoons});
  EXPECT_THAT(Starts(finder, 1), ElementsAre("Tue 14:00"));
  EXPECT_THAT(Starts(finder, 20), SizeIs(20));
}

TEST(SlotFinderTest, PreferredHoursAreThoseOfOnesOwnClock) {
  PersonTime early_in_new_york = In("America/New_York", EveryDay(360, 1020));
  early_in_new_york.preferred_hours = EveryDay(420, 480);
  const SlotFinder finder = FromMonday({In("Europe/Berlin"), early_in_new_york});
  EXPECT_THAT(Starts(finder, 1, "Europe/Berlin"), ElementsAre("Mon 13:00"));
}

TEST(SlotFinderTest, WhereBothPreferOtherHoursTheyMeetHalfway) {
  PersonTime early = In("UTC");
  early.preferred_hours = EveryDay(540, 600);
  PersonTime late = In("UTC");
  late.preferred_hours = EveryDay(960, 1020);
  EXPECT_THAT(Starts(FromMonday({early, late}, 1), 1), ElementsAre("Mon 12:45"));
}

TEST(SlotFinderTest, FollowUpCountsAgainstTheWeeklyMinutesOfWhoNeedsIt) {
  PersonTime thorough = WithMinutes(In("UTC"), 45);
  thorough.follow_up_minutes = 16;
  const SlotFinder finder = FromMonday({In("UTC"), thorough});
  EXPECT_THAT(*finder.Find(kHalfHour, 20), IsEmpty());
  EXPECT_THAT(*finder.Find(absl::Minutes(29), 1), SizeIs(1));
}

TEST(SlotFinderTest, SlotsDoNotOverlapOneAnother) {
  const std::vector<Slot> slots = *FromMonday({In("UTC"), In("UTC")}, 1).Find(absl::Minutes(50), 20);
  IntervalSet together;
  for (const Slot& slot : slots) together = Union(together, IntervalSet({slot.when}));
  EXPECT_EQ(together.Length(), absl::Minutes(50) * slots.size());
  EXPECT_GE(slots.size(), 6u);
}

TEST(SlotFinderTest, GivesAtMostTwenty) {
  EXPECT_THAT(*FromMonday({In("UTC"), In("UTC")}, 28).Find(kHalfHour, 100), SizeIs(20));
}

TEST(SlotFinderTest, SlotsStartOnTheQuartersOfTheOrganisersClock) {
  const PersonTime anywhere = In("UTC", EveryDay(7, 6));
  const std::vector<std::string> quarters = {"00", "15", "30", "45"};
  for (const absl::string_view zone : {"Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe"}) {
    const std::vector<Slot> slots = *FromMonday({In(zone, EveryDay(547, 1020)), anywhere}).Find(kHalfHour, 20);
    ASSERT_THAT(slots, SizeIs(20)) << zone;
    for (const Slot& slot : slots) {
      ASSERT_THAT(quarters, testing::Contains(absl::FormatTime("%M", slot.when.start, *LoadZone(zone)))) << zone;
    }
  }
}

TEST(SlotFinderTest, EveryZoneSharesTheGridOfQuarterHours) {
  std::ifstream table("/usr/share/zoneinfo/zone1970.tab");
  for (std::string line; std::getline(table, line);) {
    const std::vector<std::string> columns = absl::StrSplit(line, '\t');
    if (columns.size() < 3 || line.front() == '#') continue;
    const absl::TimeZone zone = *LoadZone(columns[2]);
    ASSERT_EQ(zone.At(Utc("2026-01-01 00:00")).offset % 900, 0) << columns[2];
    absl::TimeZone::CivilTransition change;
    for (absl::Time from = Utc("2026-01-01 00:00");
         zone.NextTransition(from, &change) && from < Utc("2031-01-01 00:00");
         from = std::max(absl::FromCivil(change.from, zone), absl::FromCivil(change.to, zone))) {
      ASSERT_EQ((change.to - change.from) % 900, 0) << columns[2];
    }
  }
}

TEST(SlotFinderTest, AnHourInKolkataStartsOnTheHour) {
  const SlotFinder finder = FromMonday({In("Asia/Kolkata", EveryDay(600, 660)), In("UTC", EveryDay(0, 1440))}, 1);
  EXPECT_THAT(Starts(finder, 20, "Asia/Kolkata", absl::Hours(1)), ElementsAre("Mon 10:00"));
}

TEST(SlotFinderTest, ATimeTheClocksSkipIsNotOffered) {
  const std::vector<WeeklyHours> night = {{absl::Weekday::sunday, 90, 210}};
  const SlotFinder finder = *SlotFinder::Make({In("Europe/Berlin", night), In("Europe/Berlin", night)},
                                              Between("2027-03-27 00:00", "2027-03-29 00:00"), Utc("2027-03-27 00:00"));
  std::vector<std::string> starts = Starts(finder, 20, "Europe/Berlin", absl::Minutes(15));
  std::sort(starts.begin(), starts.end());
  EXPECT_THAT(starts, ElementsAre("Sun 01:30", "Sun 01:45", "Sun 03:00", "Sun 03:15"));
}

TEST(SlotFinderTest, AnHourThatComesTwiceIsOfferedTwice) {
  const std::vector<WeeklyHours> night = {{absl::Weekday::sunday, 120, 180}};
  const SlotFinder finder = *SlotFinder::Make({In("Europe/Berlin", night), In("Europe/Berlin", night)},
                                              Between("2026-10-24 00:00", "2026-10-26 00:00"), Utc("2026-10-24 00:00"));
  std::vector<std::string> starts = Starts(finder, 20, "Europe/Berlin", absl::Minutes(15));
  std::sort(starts.begin(), starts.end());
  EXPECT_THAT(starts, ElementsAre("Sun 02:00", "Sun 02:00", "Sun 02:15", "Sun 02:15", "Sun 02:30", "Sun 02:30",
                                  "Sun 02:45", "Sun 02:45"));
}

TEST(SlotFinderTest, ASlotMayCrossMidnight) {
  const std::vector<WeeklyHours> night = {{absl::Weekday::monday, 1410, 15}};
  const SlotFinder finder = FromMonday({In("UTC", night), In("UTC", night)}, 2);
  EXPECT_THAT(Starts(finder, 5, "UTC", absl::Minutes(45)), ElementsAre("Mon 23:30"));
}

TEST(SlotFinderTest, NobodysWeeklyMinutesAreOverdrawn) {
  const SlotFinder finder = FromMonday({In("UTC"), WithMinutes(In("UTC"), 29)});
  EXPECT_THAT(*finder.Find(kHalfHour, 20), IsEmpty());
  EXPECT_THAT(*finder.Find(absl::Minutes(29), 1), SizeIs(1));
}

TEST(SlotFinderTest, SaysWhichShorterChatFits) {
  const SlotFinder finder = FromMonday({In("UTC"), WithMinutes(In("UTC"), 29)});
  const std::optional<Relief> relief = finder.WhatToDrop(kHalfHour);
  ASSERT_TRUE(relief.has_value());
  EXPECT_EQ(relief->kind, Relief::Kind::kShorterChat);
  EXPECT_EQ(relief->length, absl::Minutes(25));
  EXPECT_EQ(relief->when, Between("2026-06-08 09:00", "2026-06-08 09:25"));
}

TEST(SlotFinderTest, SaysThatALongerSearchHelps) {
  const PersonTime away = BusyAt(In("UTC"), {Between("2026-06-08 00:00", "2026-06-22 00:00")});
  const std::optional<Relief> relief = FromMonday({In("UTC"), away}).WhatToDrop(kHalfHour);
  ASSERT_TRUE(relief.has_value());
  EXPECT_EQ(relief->kind, Relief::Kind::kLaterEnd);
  EXPECT_EQ(relief->end, Utc("2026-07-06 00:00"));
  EXPECT_EQ(relief->when, Between("2026-06-22 09:00", "2026-06-22 09:30"));
}

TEST(SlotFinderTest, SaysWhomToMeetAnotherTime) {
  const SlotFinder finder = FromMonday({In("UTC"), In("UTC"), In("UTC", EveryDay(1200, 1260))});
  const std::optional<Relief> relief = finder.WhatToDrop(kHalfHour);
  ASSERT_TRUE(relief.has_value());
  EXPECT_EQ(relief->kind, Relief::Kind::kFewerPeople);
  EXPECT_EQ(relief->person, 2u);
  EXPECT_EQ(relief->when, Between("2026-06-08 09:00", "2026-06-08 09:30"));
}

TEST(SlotFinderTest, NeverAdvisesToLeaveOutTheOrganiser) {
  EXPECT_FALSE(FromMonday({In("UTC", EveryDay(1200, 1260)), In("UTC"), In("UTC")}).WhatToDrop(kHalfHour).has_value());
}

TEST(SlotFinderTest, SaysNothingWhenNothingHelps) {
  EXPECT_FALSE(FromMonday({In("UTC"), In("UTC", EveryDay(1200, 1260))}).WhatToDrop(kHalfHour).has_value());
}

TEST(SlotFinderTest, RefusesTheWrongNumberOfPeopleALongSearchAndAnOddLength) {
  const Interval week = Between("2026-06-08 00:00", "2026-06-15 00:00");
  const PersonTime ada = In("UTC");
  EXPECT_FALSE(SlotFinder::Make({ada}, week, week.start).ok());
  EXPECT_FALSE(SlotFinder::Make(std::vector<PersonTime>(9, ada), week, week.start).ok());
  EXPECT_FALSE(SlotFinder::Make({ada, ada}, {week.end, week.start}, week.start).ok());
  EXPECT_FALSE(SlotFinder::Make({ada, ada}, {week.start, week.start + absl::Hours(8 * 168 + 1)}, week.start).ok());
  EXPECT_TRUE(SlotFinder::Make({ada, ada}, {week.start, week.start + absl::Hours(8 * 168)}, week.start).ok());
  EXPECT_FALSE(FromMonday({ada, ada}).Find(absl::Minutes(9), 3).ok());
  EXPECT_FALSE(FromMonday({ada, ada}).Find(absl::Minutes(241), 3).ok());
  EXPECT_FALSE(FromMonday({ada, ada}).Find(absl::Seconds(1830), 3).ok());
}

TEST(SlotFinderTest, WhatHasPassedIsNotOffered) {
  const SlotFinder finder = *SlotFinder::Make({In("UTC"), In("UTC")}, Between("2026-06-08 00:00", "2026-06-09 00:00"),
                                              Utc("2026-06-08 15:45") + absl::Milliseconds(1));
  EXPECT_THAT(Starts(finder, 20), ElementsAre("Mon 16:00", "Mon 16:30"));
}

TEST(SlotFinderTest, AgreesWithAMinuteByMinuteSearchOnRandomGroups) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto upto = [&random](int most) { return static_cast<int>(random() % (most + 1)); };
  const std::vector<std::string> zones = {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"};
  for (int trial = 0; trial < 12; ++trial) {
    const absl::Time start = Utc("2026-10-20 00:00") + absl::Minutes(upto(10000));
    const Interval window = {start, start + absl::Hours(24 + upto(100))};
    const absl::Time now = start + absl::Minutes(upto(600));
    std::vector<PersonTime> people;
    for (int i = upto(2) + 2; i > 0; --i) {
      PersonTime person = In(zones[upto(3)], EveryDay(upto(1439), upto(1440)));
      for (int busy = upto(6); busy > 0; --busy) {
        const absl::Time from = start + absl::Seconds(upto(400000));
        person.busy = Union(person.busy, IntervalSet({{from, from + absl::Minutes(upto(120))}}));
      }
      person.buffer = absl::Minutes(upto(20));
      person.weekly_minutes = 60 + upto(60);
      person.follow_up_minutes = upto(60);
      if (upto(1) == 0) person.preferred_hours = {{static_cast<absl::Weekday>(upto(6)), upto(1439), upto(1440)}};
      people.push_back(std::move(person));
    }
    const absl::Duration length = absl::Minutes(10 + upto(60));
    std::vector<Interval> found;
    const std::vector<Slot> slots = *SlotFinder::Make(people, window, now)->Find(length, 8);
    for (const Slot& slot : slots) found.push_back(slot.when);
    ASSERT_EQ(found, SlotOracle(people, window, now).Find(length, 8)) << "trial " << trial;
  }
}

}  // namespace
}  // namespace cortado::scheduling
