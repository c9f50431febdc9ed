#include "services/scheduling/recurring_chats.h"

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/series_times.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class RecurringChatsTest : public ::testing::Test {
 protected:
  static Colleague Open(const char* id) { return Colleague(id).Door(profile::v1::BOOKING_OPEN_DOOR).WeeklyMinutes(60); }
  v1::BookSeriesRequest Weekly(const std::string& other, const char* first, int count) {
    return site_.AskingWeekly(other, Utc(first), count);
  }

  Site site_{{Open("ada"), Open("bo"), Open("cy")}};
};

TEST_F(RecurringChatsTest, AreBookedInOneStep) {
  const absl::StatusOr<v1::Series> series = site_.Send("ada", Weekly("bo", "2026-06-10 10:00", kMostInSeries));
  ASSERT_THAT(series, IsOk());
  ASSERT_THAT(series->chats(), SizeIs(kMostInSeries));
  EXPECT_EQ(series->chats(51).start_time().seconds() - series->chats(0).start_time().seconds(), 51 * 7 * 86400);
  EXPECT_THAT(series->invitation(), HasSubstr("RRULE:FREQ=WEEKLY;COUNT=52"));
  const v1::Chat chat = *site_.Get("bo", series->chats(7).name());
  EXPECT_EQ(chat.series(), series->name());
  EXPECT_THAT(chat.invitation(), HasSubstr("RECURRENCE-ID"));
  EXPECT_THAT(site_.Book("cy", "bo", "2026-06-17 10:15").status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
}

// Edge case 3: all are tested in one script; all or none, with the list of those that do not fit.
TEST_F(RecurringChatsTest, OneThatDoesNotFitKeepsAllFromBeingBooked) {
  ASSERT_THAT(site_.Book("cy", "bo", "2026-06-24 10:15"), IsOk());
  ASSERT_THAT(site_.Book("cy", "ada", "2026-07-08 09:45"), IsOk());
  const absl::Status refused = site_.Send("ada", Weekly("bo", "2026-06-10 10:00", 6)).status();
  EXPECT_THAT(refused, FailsWith(Code::kFailedPrecondition, "SERIES_CONFLICT"));
  EXPECT_EQ(MetadataOf(refused, "conflicts"), "2026-06-24T10:00:00Z,2026-07-08T10:00:00Z");
  EXPECT_THAT(MetadataOf(refused, "conflicts_text"), HasSubstr("24 Jun"));
  EXPECT_THAT(site_.List("bo")->chats(), SizeIs(1));
  EXPECT_THAT(site_.Book("cy", "bo", "2026-06-10 10:00"), IsOk());
}

TEST_F(RecurringChatsTest, TheSameRequestAgainIsTheSameSeries) {
  const v1::BookSeriesRequest request = Weekly("bo", "2026-06-10 10:00", 4);
  const v1::Series first = *site_.Send("ada", request);
  EXPECT_EQ(site_.Send("ada", request)->name(), first.name());
  EXPECT_THAT(site_.Send("ada", Weekly("bo", "2026-06-10 10:00", 4)).status(),
              FailsWith(Code::kFailedPrecondition, "SERIES_CONFLICT"));
  EXPECT_THAT(site_.List("bo")->chats(), SizeIs(4));
}

TEST_F(RecurringChatsTest, AreCancelledInOneStepFromNowOn) {
  v1::Series series = *site_.Send("ada", Weekly("bo", "2026-06-10 10:00", 4));
  ASSERT_THAT(site_.Cancel("ada", *site_.Get("ada", series.chats(2).name())), IsOk());
  ASSERT_THAT(site_.Move("bo", *site_.Get("bo", series.chats(3).name()), "2026-07-02 14:00"), IsOk());
  site_.clock.Set(Utc("2026-06-12 10:00"));
  const absl::StatusOr<v1::Series> cancelled = site_.Cancel("bo", series);
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->chats(0).state(), v1::Chat::STATE_BOOKED);  // It has been.
  for (int i : {1, 2, 3}) EXPECT_EQ(cancelled->chats(i).state(), v1::Chat::STATE_CANCELLED) << i;
  EXPECT_THAT(cancelled->invitation(), HasSubstr("METHOD:CANCEL"));
  EXPECT_THAT(site_.Send("cy", site_.Asking({"bo"}, Utc("2026-06-17 10:00"), 60)), IsOk());
  EXPECT_THAT(site_.Send("cy", site_.Asking({"bo"}, Utc("2026-07-02 14:00"), 60)), IsOk());
  EXPECT_THAT(site_.Cancel("bo", *cancelled).status(), FailsWith(Code::kFailedPrecondition, "CHAT_CANCELLED"));
}

TEST_F(RecurringChatsTest, AnOldEtagCancelsNothing) {
  v1::Series series = *site_.Send("ada", Weekly("bo", "2026-06-10 10:00", 2));
  series.set_etag("1");
  EXPECT_THAT(site_.Cancel("ada", series).status(), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
  EXPECT_THAT(site_.List("bo")->chats(), SizeIs(2));
}

TEST_F(RecurringChatsTest, WeeklyMinutesAreAHardRuleOfEachWeek) {
  site_.Tell({Open("bo").WeeklyMinutes(45)});
  ASSERT_THAT(site_.Book("cy", "bo", "2026-06-25 15:00"), IsOk());
  EXPECT_THAT(site_.Send("ada", Weekly("bo", "2026-06-10 10:00", 4)).status(),
              FailsWith(Code::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(site_.Send("bo", Weekly("ada", "2026-06-10 10:00", 4)).status(),
              FailsWith(Code::kFailedPrecondition, "SERIES_CONFLICT"));
  EXPECT_THAT(site_.Send("ada", Weekly("bo", "2026-06-10 10:00", 2)), IsOk());
}

TEST_F(RecurringChatsTest, TimesMayBeNamedOneByOne) {
  v1::BookSeriesRequest request = Weekly("bo", "2026-06-10 10:00", 2);
  request.clear_recurrence();
  request.clear_start_time();
  for (const char* time : {"2026-06-18 11:00", "2026-06-10 10:00", "2026-06-24 15:30"}) {
    *request.add_start_times() = WriteInstant(Utc(time));
  }
  const absl::StatusOr<v1::Series> series = site_.Send("ada", request);
  ASSERT_THAT(series, IsOk());
  EXPECT_EQ(ToTime(series->chats(0).start_time()), Utc("2026-06-10 10:00"));
  EXPECT_THAT(series->invitation(), HasSubstr("RDATE;TZID="));
}

TEST_F(RecurringChatsTest, WhatIsNoSeriesIsRefused) {
  v1::BookSeriesRequest both = Weekly("bo", "2026-06-10 10:00", 2);
  *both.add_start_times() = both.start_time();
  EXPECT_THAT(site_.Send("ada", both).status(), FailsWith(Code::kInvalidArgument, "FIELD_INVALID"));
  v1::BookSeriesRequest meets_itself = Weekly("bo", "2026-06-10 10:00", 2);
  meets_itself.clear_recurrence();
  meets_itself.clear_start_time();
  for (const char* time : {"2026-06-10 10:00", "2026-06-10 10:15"}) {
    *meets_itself.add_start_times() = WriteInstant(Utc(time));
  }
  const absl::Status refused = site_.Send("ada", meets_itself).status();
  EXPECT_THAT(refused, FailsWith(Code::kInvalidArgument, "FIELD_INVALID"));
  EXPECT_EQ(FieldsOf(refused), "start_times[1]");
  EXPECT_THAT(site_.Send("ada", Weekly("bo", "2026-06-01 10:00", 4)).status(),
              FailsWith(Code::kInvalidArgument, "TIME_PASSED"));
  EXPECT_THAT(site_.Send("ada", Weekly("nobody", "2026-06-10 10:00", 4)).status(),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(site_.List("bo")->chats(), SizeIs(0));
}

TEST_F(RecurringChatsTest, OneIsNotThereForOthers) {
  const v1::Series series = *site_.Send("ada", Weekly("bo", "2026-06-10 10:00", 2));
  EXPECT_THAT(site_.Cancel("cy", series).status(), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace cortado::scheduling
