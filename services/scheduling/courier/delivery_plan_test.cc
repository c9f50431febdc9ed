#include "services/scheduling/courier/delivery_plan.h"

#include <algorithm>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::TimeZone kBerlin = *LoadZone("Europe/Berlin");

absl::Time Berlin(int day, int hour, int minute = 0) {
  return absl::FromCivil(absl::CivilSecond(2026, 3, day, hour, minute), kBerlin);
}

// Monday to Friday, 9 to 17, in Berlin. 2 March 2026 is a Monday.
Hearer Worker() {
  Hearer hearer;
  hearer.has_mail = true;
  hearer.zone = kBerlin;
  for (int day = 0; day < 5; ++day) {
    hearer.working_hours.push_back({static_cast<absl::Weekday>(day), 9 * 60, 17 * 60});
  }
  return hearer;
}

TEST(DeliveryPlanTest, AtWorkSomebodyHearsAtOnce) {
  EXPECT_THAT(PlanDelivery(Worker(), {}, Berlin(2, 10)), ElementsAre(Leg{Way::kMail, Berlin(2, 10)}));
}

TEST(DeliveryPlanTest, AfterWorkTheyHearTheNextMorning) {
  EXPECT_THAT(PlanDelivery(Worker(), {}, Berlin(2, 19)), ElementsAre(Leg{Way::kMail, Berlin(3, 9)}));
  // Friday evening: Monday.
  EXPECT_THAT(PlanDelivery(Worker(), {}, Berlin(6, 17)), ElementsAre(Leg{Way::kMail, Berlin(9, 9)}));
}

TEST(DeliveryPlanTest, WhoeverLikesHearsAtAnyTime) {
  Hearer hearer = Worker();
  hearer.any_time = true;
  EXPECT_THAT(PlanDelivery(hearer, {}, Berlin(2, 23)), ElementsAre(Leg{Way::kMail, Berlin(2, 23)}));
}

TEST(DeliveryPlanTest, ADigestComesWithTheNextWorkingDay) {
  Hearer hearer = Worker();
  hearer.wants_digest = true;
  EXPECT_THAT(PlanDelivery(hearer, {}, Berlin(2, 10)), ElementsAre(Leg{Way::kMail, Berlin(3, 9)}));
  EXPECT_THAT(PlanDelivery(hearer, {}, Berlin(6, 10)), ElementsAre(Leg{Way::kMail, Berlin(9, 9)}));
}

TEST(DeliveryPlanTest, WhatIsSoonWaitsForNoMorningAndNoDigest) {
  Hearer hearer = Worker();
  hearer.wants_digest = true;
  Tidings soon;
  soon.is_soon = true;
  EXPECT_THAT(PlanDelivery(hearer, soon, Berlin(2, 22)), ElementsAre(Leg{Way::kMail, Berlin(2, 22)}));
}

TEST(DeliveryPlanTest, SlackSpeaksAndTheCalendarIsSentBeside) {
  Hearer hearer = Worker();
  hearer.has_slack = true;
  Tidings chat;
  chat.has_calendar = true;
  EXPECT_THAT(PlanDelivery(hearer, chat, Berlin(2, 19)),
              ElementsAre(Leg{Way::kSlack, Berlin(3, 9)}, Leg{Way::kCalendar, Berlin(2, 19)}));
  EXPECT_THAT(PlanDelivery(hearer, {}, Berlin(2, 10)), ElementsAre(Leg{Way::kSlack, Berlin(2, 10)}));
}

TEST(DeliveryPlanTest, AMailAboutAChatHoldsItsInvitationAndGoesAtOnce) {
  Tidings chat;
  chat.has_calendar = true;
  EXPECT_THAT(PlanDelivery(Worker(), chat, Berlin(2, 19)), ElementsAre(Leg{Way::kMail, Berlin(2, 19)}));
}

TEST(DeliveryPlanTest, WhoeverDidItOnlyGetsTheCalendarEntry) {
  Tidings own;
  own.has_calendar = true;
  own.is_own_doing = true;
  EXPECT_THAT(PlanDelivery(Worker(), own, Berlin(2, 10)), ElementsAre(Leg{Way::kCalendar, Berlin(2, 10)}));
  own.has_calendar = false;
  EXPECT_THAT(PlanDelivery(Worker(), own, Berlin(2, 10)), IsEmpty());
}

TEST(DeliveryPlanTest, MailIsPreferredWhereSomebodySaysSoAndHasIt) {
  Hearer hearer = Worker();
  hearer.has_slack = true;
  hearer.wants_mail = true;
  EXPECT_THAT(PlanDelivery(hearer, {}, Berlin(2, 10)), ElementsAre(Leg{Way::kMail, Berlin(2, 10)}));
  hearer.has_mail = false;
  EXPECT_THAT(PlanDelivery(hearer, {}, Berlin(2, 10)), ElementsAre(Leg{Way::kSlack, Berlin(2, 10)}));
  hearer.has_slack = false;
  EXPECT_THAT(PlanDelivery(hearer, {}, Berlin(2, 10)), IsEmpty());
}

TEST(DeliveryPlanTest, WhoeverNeverWorksHearsAtOnce) {
  Hearer hearer = Worker();
  hearer.working_hours.clear();
  EXPECT_EQ(NextWorkingInstant(hearer, Berlin(7, 3)), Berlin(7, 3));
  EXPECT_EQ(NextDigest(hearer, Berlin(7, 3)), Berlin(7, 3));
}

// The night to 29 March loses an hour in Berlin; a shift over midnight is one stretch of work.
TEST(DeliveryPlanTest, ClocksThatChangeAndNightShiftsAreKept) {
  Hearer hearer = Worker();
  hearer.working_hours = {{absl::Weekday::saturday, 22 * 60, 6 * 60}};
  EXPECT_EQ(NextWorkingInstant(hearer, Berlin(28, 12)), Berlin(28, 22));
  EXPECT_EQ(NextWorkingInstant(hearer, Berlin(29, 4)), Berlin(29, 4));
  EXPECT_EQ(NextWorkingInstant(hearer, Berlin(29, 6)), absl::FromCivil(absl::CivilSecond(2026, 4, 4, 22, 0), kBerlin));
}

// Against the naive search, minute by minute.
TEST(DeliveryPlanTest, TheNextWorkingInstantIsTheFirstMinuteOfWork) {
  constexpr unsigned kSeed = 7;
  std::mt19937 random(kSeed);
  for (int trial = 0; trial < 200; ++trial) {
    Hearer hearer = Worker();
    hearer.working_hours.clear();
    const int count = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < count; ++i) {
      hearer.working_hours.push_back({static_cast<absl::Weekday>(random() % 7), static_cast<int>(random() % 1440),
                                      static_cast<int>(random() % 1441)});
    }
    if (!ValidateHours(hearer.working_hours).ok()) continue;
    const absl::Time now = Berlin(20, 0) + absl::Minutes(random() % (14 * 1440));
    const IntervalSet work =
        ExpandHours(hearer.working_hours, kBerlin, {now - absl::Hours(48), now + absl::Hours(400)});
    absl::Time first = now;
    while (!work.Overlaps({first, first + absl::Seconds(1)})) first += absl::Minutes(1);
    EXPECT_EQ(NextWorkingInstant(hearer, now), first) << "trial " << trial << ", seed " << kSeed;
  }
}

TEST(DeliveryPlanTest, WaitsDoubleUpToAnHourAndDiffer) {
  EXPECT_EQ(RetryDelay(1, 0), absl::Seconds(30));
  EXPECT_EQ(RetryDelay(2, 0), absl::Seconds(60));
  EXPECT_EQ(RetryDelay(3, 0.5), absl::Seconds(135));
  EXPECT_EQ(RetryDelay(8, 0), absl::Hours(1));
  EXPECT_EQ(RetryDelay(1000, 0), absl::Hours(1));
  EXPECT_EQ(RetryDelay(1000, 1), absl::Minutes(75));
}

}  // namespace
}  // namespace cortado::scheduling
