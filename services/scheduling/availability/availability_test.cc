#include "services/scheduling/availability/availability.h"

#include <random>
#include <string>
#include <utility>

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

// Builds a person who works Monday to Friday, 09:00 to 17:00, in one zone. 2026-06-08 is a Monday.
class Person {
 public:
  explicit Person(absl::string_view zone = "UTC") {
    time_.zone = *LoadZone(zone);
    for (int day = 0; day < 5; ++day) time_.working_hours.push_back({static_cast<absl::Weekday>(day), 540, 1020});
    time_.weekly_minutes = 600;
  }

  Person& Works(std::vector<WeeklyHours> hours) { return time_.working_hours = std::move(hours), *this; }
  Person& Protects(std::vector<WeeklyHours> hours) { return time_.protected_blocks = std::move(hours), *this; }
  Person& Busy(std::vector<Interval> busy) { return time_.busy = IntervalSet(std::move(busy)), *this; }
  Person& Notice(absl::Duration notice) { return time_.notice = notice, *this; }
  Person& Buffer(absl::Duration buffer) { return time_.buffer = buffer, *this; }
  Person& WeeklyMinutes(int minutes) { return time_.weekly_minutes = minutes, *this; }
  Person& FollowUp(int minutes) { return time_.follow_up_minutes = minutes, *this; }
  Person& Spent(IsoWeek week, int minutes) { return time_.minutes_spent[week] = minutes, *this; }

  const PersonTime& time() const { return time_; }
  // At midnight of Monday, looking two weeks ahead.
  Availability AtMidnight() const { return At("2026-06-08 00:00"); }
  Availability At(absl::string_view now) const {
    return {time_, {Utc(now), Utc(now) + absl::Hours(24 * 14)}, Utc(now)};
  }

 private:
  PersonTime time_;
};

TEST(AvailabilityTest, AChatInsideTheWorkingHoursFits) {
  EXPECT_TRUE(Person().AtMidnight().Fits(Between("2026-06-08 09:00", "2026-06-08 09:30")));
  EXPECT_TRUE(Person().AtMidnight().Fits(Between("2026-06-08 16:30", "2026-06-08 17:00")));
}

TEST(AvailabilityTest, AChatThatLeavesTheWorkingHoursDoesNot) {
  EXPECT_FALSE(Person().AtMidnight().Fits(Between("2026-06-08 08:59", "2026-06-08 09:29")));
  EXPECT_FALSE(Person().AtMidnight().Fits(Between("2026-06-08 16:31", "2026-06-08 17:01")));
  EXPECT_FALSE(Person().AtMidnight().Fits(Between("2026-06-13 10:00", "2026-06-13 10:30")));
}

TEST(AvailabilityTest, AProtectedBlockIsNeverBooked) {
  const Availability ada = Person().Protects({{absl::Weekday::monday, 720, 780}}).AtMidnight();
  EXPECT_FALSE(ada.Fits(Between("2026-06-08 11:45", "2026-06-08 12:15")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-08 11:30", "2026-06-08 12:00")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-08 13:00", "2026-06-08 13:30")));
}

TEST(AvailabilityTest, APartialOverlapWithABusyTimeCounts) {
  const Availability ada = Person().Busy({Between("2026-06-08 14:00", "2026-06-08 14:30")}).AtMidnight();
  EXPECT_FALSE(ada.Fits(Between("2026-06-08 13:30", "2026-06-08 14:30")));
  EXPECT_FALSE(ada.Fits(Between("2026-06-08 14:15", "2026-06-08 15:15")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-08 13:00", "2026-06-08 14:00")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-08 14:30", "2026-06-08 15:30")));
}

TEST(AvailabilityTest, OneSecondOfABusyTimeIsEnough) {
  const Interval taken = {Utc("2026-06-08 14:00"), Utc("2026-06-08 14:30") + absl::Seconds(1)};
  EXPECT_FALSE(Person().Busy({taken}).AtMidnight().Fits(Between("2026-06-08 14:30", "2026-06-08 15:00")));
}

TEST(AvailabilityTest, TheBufferIsKeptBeforeWhateverComesNext) {
  const Availability ada =
      Person().Buffer(absl::Minutes(10)).Busy({Between("2026-06-08 14:00", "2026-06-08 14:30")}).AtMidnight();
  EXPECT_TRUE(ada.Fits(Between("2026-06-08 13:20", "2026-06-08 13:50")));
  EXPECT_FALSE(ada.Fits(Between("2026-06-08 13:21", "2026-06-08 13:51")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-08 14:30", "2026-06-08 15:00")));
}

TEST(AvailabilityTest, TheBufferMayRunPastTheWorkingHours) {
  EXPECT_TRUE(Person().Buffer(absl::Hours(1)).AtMidnight().Fits(Between("2026-06-08 16:30", "2026-06-08 17:00")));
}

TEST(AvailabilityTest, ATimePassedByOneSecondIsRefused) {
  const Interval chat = Between("2026-06-08 10:00", "2026-06-08 10:30");
  PersonTime open;
  open.working_hours = {{absl::Weekday::monday, 0, 1440}};
  open.weekly_minutes = 600;
  EXPECT_TRUE(Availability(open, Between("2026-06-08 00:00", "2026-06-09 00:00"), chat.start).Fits(chat));
  EXPECT_FALSE(
      Availability(open, Between("2026-06-08 00:00", "2026-06-09 00:00"), chat.start + absl::Seconds(1)).Fits(chat));
}

TEST(AvailabilityTest, NoChatIsSoonerThanTheNotice) {
  const Availability ada = Person().Notice(absl::Hours(24)).At("2026-06-08 10:00");
  EXPECT_FALSE(ada.Fits(Between("2026-06-09 09:59", "2026-06-09 10:29")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-09 10:00", "2026-06-09 10:30")));
}

TEST(AvailabilityTest, TheNoticeIsRealTimeAcrossTheClockChange) {
  const Availability ada =
      Person("Europe/Berlin").Works({{absl::Weekday::sunday, 0, 1440}}).Notice(absl::Hours(24)).At("2027-03-27 08:00");
  EXPECT_FALSE(ada.Fits(Between("2027-03-28 07:45", "2027-03-28 08:15")));
  EXPECT_TRUE(ada.Fits(Between("2027-03-28 08:00", "2027-03-28 08:30")));
}

TEST(AvailabilityTest, TheWeeklyMinutesCannotBeOverdrawn) {
  const Availability ada = Person().WeeklyMinutes(60).Spent({2026, 24}, 31).AtMidnight();
  EXPECT_FALSE(ada.Fits(Between("2026-06-10 10:00", "2026-06-10 10:30")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-10 10:00", "2026-06-10 10:29")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-17 10:00", "2026-06-17 11:00")));
  EXPECT_EQ(ada.MinutesLeft(Utc("2026-06-10 10:00")), 29);
}

TEST(AvailabilityTest, ABudgetThatWasLoweredBelowWhatIsSpentLeavesNothing) {
  EXPECT_EQ(Person().WeeklyMinutes(30).Spent({2026, 24}, 90).AtMidnight().MinutesLeft(Utc("2026-06-10 10:00")), 0);
}

// What a chat of `length` takes of somebody who needs `follow_up` around each, and whether `left` minutes are enough.
struct Charge {
  const char* name;
  int length;
  int follow_up;
  int left;
  int takes;
  bool fits;
};

class ChargeTest : public ::testing::TestWithParam<Charge> {};

TEST_P(ChargeTest, TheBudgetIsChargedTheChatAndWhatIsAroundIt) {
  const Charge& charge = GetParam();
  Person person = Person().WeeklyMinutes(600).Spent({2026, 24}, 600 - charge.left).FollowUp(charge.follow_up);
  const absl::Time start = Utc("2026-06-10 10:00");
  const Interval chat = {start, start + absl::Minutes(charge.length)};
  EXPECT_EQ(ChatMinutes(chat, person.time()), charge.takes);
  EXPECT_EQ(person.AtMidnight().HasMinutes(chat), charge.fits);
  EXPECT_EQ(person.AtMidnight().Fits(chat), charge.fits);
  const IntervalSet that_day({Between("2026-06-10 00:00", "2026-06-11 00:00")});
  EXPECT_EQ(!Intersect(person.AtMidnight().Free(chat.Length()), that_day).IsEmpty(), charge.fits);
}

INSTANTIATE_TEST_SUITE_P(Table, ChargeTest,
                         ::testing::Values(Charge{"NothingAround", 30, 0, 30, 30, true},
                                           Charge{"NothingAroundAndAMinuteShort", 30, 0, 29, 30, false},
                                           Charge{"JustEnoughForBoth", 30, 15, 45, 45, true},
                                           Charge{"EnoughForTheChatAlone", 30, 15, 44, 45, false},
                                           Charge{"MoreAroundThanChat", 10, 120, 130, 130, true},
                                           Charge{"NothingLeft", 10, 5, 0, 15, false}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(AvailabilityTest, WhatIsAroundAChatTakesNoTimeOfTheDay) {
  const Availability ada = Person().FollowUp(60).Busy({Between("2026-06-10 10:30", "2026-06-10 11:00")}).AtMidnight();
  EXPECT_TRUE(ada.Fits(Between("2026-06-10 10:00", "2026-06-10 10:30")));
  EXPECT_TRUE(ada.Fits(Between("2026-06-10 16:30", "2026-06-10 17:00")));
}

TEST(AvailabilityTest, TheWeekIsTheOneOfThePersonsOwnZone) {
  // Sunday 23:30 in London is already Monday in Auckland.
  const absl::Time sunday_night = Utc("2026-06-14 22:30");
  EXPECT_EQ(WeekOf(sunday_night, *LoadZone("Europe/London")), (IsoWeek{2026, 24}));
  EXPECT_EQ(WeekOf(sunday_night, *LoadZone("Pacific/Auckland")), (IsoWeek{2026, 25}));
}

TEST(AvailabilityTest, WeeksAreThoseOfIso8601) {
  EXPECT_EQ(WeekOf(Utc("2021-01-03 12:00"), absl::UTCTimeZone()), (IsoWeek{2020, 53}));
  EXPECT_EQ(WeekOf(Utc("2024-12-30 12:00"), absl::UTCTimeZone()), (IsoWeek{2025, 1}));
  EXPECT_EQ(WeekOf(Utc("2027-01-01 12:00"), absl::UTCTimeZone()), (IsoWeek{2026, 53}));
  EXPECT_EQ(FormatWeek(WeekOf(Utc("2026-01-01 12:00"), absl::UTCTimeZone())), "2026-W01");
}

TEST(AvailabilityTest, WeeksAgreeWithTheCLibraryOnEveryDayOfACentury) {
  for (absl::Time day = Utc("2000-01-01 12:00"); day < Utc("2100-01-01 12:00"); day += absl::Hours(24)) {
    ASSERT_EQ(FormatWeek(WeekOf(day, absl::UTCTimeZone())), absl::FormatTime("%G-W%V", day, absl::UTCTimeZone()));
  }
}

TEST(AvailabilityTest, AnOvernightShiftIsFreeAcrossMidnight) {
  const Availability night = Person("Europe/Berlin").Works({{absl::Weekday::monday, 1320, 180}}).AtMidnight();
  EXPECT_TRUE(night.Fits(Between("2026-06-08 21:45", "2026-06-08 22:15")));
  EXPECT_FALSE(night.Fits(Between("2026-06-09 00:45", "2026-06-09 01:15")));
}

TEST(AvailabilityTest, ATravellerKeepsWhatIsBusy) {
  const Interval booked = Between("2026-06-08 14:00", "2026-06-08 14:30");
  EXPECT_FALSE(Person("Europe/Berlin").Busy({booked}).AtMidnight().Fits(booked));
  EXPECT_FALSE(Person("America/New_York").Busy({booked}).AtMidnight().Fits(booked));
}

TEST(AvailabilityTest, FreeLeavesOutStretchesTooShortForAChat) {
  const Availability ada = Person()
                               .Works({{absl::Weekday::monday, 540, 720}})
                               .Busy({Between("2026-06-08 09:20", "2026-06-08 10:00")})
                               .At("2026-06-08 00:00");
  EXPECT_THAT(Intersect(ada.Free(absl::Minutes(30)), IntervalSet({Between("2026-06-08 00:00", "2026-06-09 00:00")}))
                  .intervals(),
              ElementsAre(Between("2026-06-08 10:00", "2026-06-08 12:00")));
}

TEST(AvailabilityTest, FreeLeavesOutAWeekWithoutMinutes) {
  const Availability ada =
      Person().Works({{absl::Weekday::monday, 540, 600}}).WeeklyMinutes(30).Spent({2026, 24}, 15).AtMidnight();
  EXPECT_THAT(ada.Free(absl::Minutes(30)).intervals(), ElementsAre(Between("2026-06-15 09:00", "2026-06-15 10:00")));
}

TEST(AvailabilityTest, FreeKeepsAStretchOfExactlyTheLengthAsked) {
  EXPECT_EQ(
      Person().Works({{absl::Weekday::monday, 540, 570}}).AtMidnight().Free(absl::Minutes(30)),
      IntervalSet({Between("2026-06-08 09:00", "2026-06-08 09:30"), Between("2026-06-15 09:00", "2026-06-15 09:30")}));
}

TEST(AvailabilityTest, FreeEndsWithTheLastChatThatStartsBeforeASpentWeek) {
  const Availability night = Person()
                                 .Works({{absl::Weekday::sunday, 1380, 60}})
                                 .WeeklyMinutes(30)
                                 .Spent({2026, 25}, 30)
                                 .At("2026-06-14 00:00");
  EXPECT_TRUE(night.Fits(Between("2026-06-14 23:59", "2026-06-15 00:29")));
  EXPECT_FALSE(night.Fits(Between("2026-06-15 00:00", "2026-06-15 00:30")));
  EXPECT_EQ(night.Free(absl::Minutes(30)).intervals().front(), Between("2026-06-14 23:00", "2026-06-15 00:29"));
}

TEST(AvailabilityTest, NobodyIsFreeWithoutWorkingHoursOrMinutes) {
  EXPECT_THAT(Person().Works({}).AtMidnight().Free(absl::Minutes(30)).intervals(), IsEmpty());
  EXPECT_THAT(Person().WeeklyMinutes(0).AtMidnight().Free(absl::Minutes(10)).intervals(), IsEmpty());
}

TEST(AvailabilityTest, OnlySensibleChatsAreValid) {
  EXPECT_TRUE(ValidateChat(Between("2026-06-08 09:00", "2026-06-08 09:10")).ok());
  EXPECT_TRUE(ValidateChat(Between("2026-06-08 09:00", "2026-06-08 13:00")).ok());
  EXPECT_FALSE(ValidateChat(Between("2026-06-08 09:00", "2026-06-08 09:09")).ok());
  EXPECT_FALSE(ValidateChat(Between("2026-06-08 09:00", "2026-06-08 13:01")).ok());
  EXPECT_FALSE(ValidateChat(Between("2026-06-08 09:00", "2026-06-08 09:00")).ok());
  EXPECT_FALSE(ValidateChat(Between("2026-06-08 09:30", "2026-06-08 09:00")).ok());
  EXPECT_FALSE(ValidateChat({absl::UnixEpoch() - absl::Hours(1), absl::UnixEpoch()}).ok());
  EXPECT_FALSE(ValidateChat(Between("2101-01-01 00:00", "2101-01-01 00:30")).ok());
  EXPECT_FALSE(ValidateChat({absl::InfinitePast(), absl::InfiniteFuture()}).ok());
  EXPECT_FALSE(ValidateChat({Utc("2026-06-08 09:00"), absl::InfiniteFuture()}).ok());
  const absl::Time crooked = Utc("2026-06-08 09:00") + absl::Seconds(1);
  EXPECT_FALSE(ValidateChat({crooked, crooked + absl::Minutes(30)}).ok());
}

// The oracle: looks at every minute of the chat by itself. It reads the wall clock of a zone without clock changes, so
// that it needs nothing of working_hours.
class Oracle {
 public:
  Oracle(PersonTime person, absl::Time now) : person_(std::move(person)), now_(now) {}

  bool Fits(const Interval& chat) const {
    if (chat.start < now_ + person_.notice) return false;
    for (absl::Time t = chat.start; t < chat.end; t += absl::Minutes(1)) {
      if (!Inside(person_.working_hours, t) || Inside(person_.protected_blocks, t)) return false;
    }
    for (const Interval& taken : person_.busy.intervals()) {
      if (taken.start < chat.end + person_.buffer && chat.start < taken.end) return false;
    }
    const auto spent = person_.minutes_spent.find(WeekOf(chat.start, person_.zone));
    const int already = spent == person_.minutes_spent.end() ? 0 : spent->second;
    return already + absl::ToInt64Minutes(chat.end - chat.start) + person_.follow_up_minutes <= person_.weekly_minutes;
  }

 private:
  bool Inside(const std::vector<WeeklyHours>& rules, absl::Time t) const {
    const absl::TimeZone::CivilInfo wall = person_.zone.At(t);
    const int minute = wall.cs.hour() * 60 + wall.cs.minute();
    const absl::Weekday today = absl::GetWeekday(wall.cs);
    const absl::Weekday yesterday = absl::GetWeekday(absl::CivilDay(wall.cs) - 1);
    for (const WeeklyHours& rule : rules) {
      const bool overnight = rule.end_minute <= rule.start_minute;
      const bool begun = minute >= rule.start_minute;
      if (rule.weekday == today && begun && (overnight || minute < rule.end_minute)) return true;
      if (rule.weekday == yesterday && overnight && minute < rule.end_minute) return true;
    }
    return false;
  }

  PersonTime person_;
  absl::Time now_;
};

class RandomPerson {
 public:
  explicit RandomPerson(unsigned seed) : random_(seed) {}

  PersonTime Make(absl::Time monday) {
    PersonTime person;
    person.zone = *LoadZone(Upto(1) == 0 ? "Asia/Kathmandu" : "America/Bogota");
    for (int i = Upto(6); i >= 0; --i) person.working_hours.push_back(Hours());
    for (int i = Upto(3); i > 0; --i) person.protected_blocks.push_back(Hours());
    person.weekly_minutes = Upto(120);
    person.follow_up_minutes = Upto(1) * Upto(30);
    person.notice = absl::Minutes(Upto(2000));
    person.buffer = absl::Minutes(Upto(30));
    std::vector<Interval> busy;
    for (int i = Upto(12); i > 0; --i) {
      const absl::Time start = monday + absl::Seconds(Upto(14 * 24 * 3600));
      busy.push_back({start, start + absl::Seconds(Upto(4 * 3600))});
    }
    person.busy = IntervalSet(std::move(busy));
    person.minutes_spent[{2026, 24}] = Upto(60);
    person.minutes_spent[{2026, 25}] = Upto(60);
    return person;
  }

  int Upto(int most) { return static_cast<int>(random_() % (most + 1)); }

 private:
  WeeklyHours Hours() { return {static_cast<absl::Weekday>(Upto(6)), Upto(1439), Upto(1440)}; }

  std::mt19937 random_;
};

TEST(AvailabilityTest, FitsAndFreeAgreeWithAMinuteByMinuteLookOnRandomPeople) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  RandomPerson random(seed);
  const Interval window = Between("2026-06-07 12:00", "2026-06-17 12:00");
  for (int trial = 0; trial < 40; ++trial) {
    const absl::Time now = window.start + absl::Seconds(random.Upto(100000));
    const PersonTime person = random.Make(window.start);
    const Availability availability(person, window, now);
    const Oracle oracle(person, now);
    const absl::Duration length = absl::Minutes(10 + random.Upto(60));
    std::vector<Interval> covered;
    for (absl::Time start = window.start; start + length <= window.end; start += absl::Minutes(1)) {
      const Interval chat = {start, start + length};
      const bool fits = oracle.Fits(chat);
      ASSERT_EQ(availability.Fits(chat), fits) << start << " trial " << trial;
      if (fits) covered.push_back(chat);
    }
    ASSERT_EQ(availability.Free(length), IntervalSet(covered)) << "trial " << trial;
  }
}

}  // namespace
}  // namespace cortado::scheduling
