// The scheduling service over gRPC: what a caller meets, and what it asks of its neighbours.
#include "services/scheduling/testing/scheduling_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "common/testing/wire.h"
#include "cortado/type/v1/text.pb.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(SchedulingWireTest, ATimeIsFoundBookedAndRefusedToTheNext) {
  const absl::StatusOr<v1::FindTimesResponse> times = Find(As("ada"), {"ada", "grace"});
  ASSERT_THAT(times, IsOk());
  ASSERT_THAT(times->times(), SizeIs(3));
  v1::BookChatRequest request = Asking("grace");
  *request.mutable_start_time() = times->times(0).start_time();
  const absl::StatusOr<v1::Chat> chat = Book(As("ada"), request);
  ASSERT_THAT(chat, IsOk());
  EXPECT_THAT(chat->invitation(), HasSubstr("METHOD:REQUEST"));
  v1::BookChatRequest too_late = Asking("grace");
  *too_late.mutable_start_time() = times->times(0).start_time();
  const absl::Status refused = Book(As("eve"), too_late).status();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(MetadataOf(refused, "times"), HasSubstr(","));
}

TEST_F(SchedulingWireTest, AChatIsReadListedAndCancelled) {
  const absl::StatusOr<v1::Chat> chat = Book(As("ada"), Asking("grace"));
  ASSERT_THAT(chat, IsOk());
  EXPECT_THAT(Get(As("grace"), chat->name()), IsOk());
  EXPECT_THAT(Get(As("eve"), chat->name()), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Get(testing::ServiceFor(key_, "acme"), chat->name()), IsOk());
  EXPECT_THAT(testing::Ask(*stub_, &Stub::ListChats, As("grace"), v1::ListChatsRequest())->chats(), SizeIs(1));
  v1::CancelChatRequest cancel;
  cancel.set_name(chat->name());
  cancel.set_etag(chat->etag());
  cancel.set_request_id("cancel-1234");
  const absl::StatusOr<v1::Chat> cancelled = testing::Ask(*stub_, &Stub::CancelChat, As("grace"), cancel);
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state(), v1::Chat::STATE_CANCELLED);
}

TEST_F(SchedulingWireTest, AChatIsMovedByAnyAttendee) {
  const absl::StatusOr<v1::Chat> chat = Book(As("ada"), Asking("grace"));
  ASSERT_THAT(chat, IsOk());
  v1::RescheduleChatRequest move;
  move.set_name(chat->name());
  *move.mutable_start_time() = WriteInstant(NextWednesday() + absl::Hours(2));
  move.set_request_id("move-1234");
  EXPECT_THAT(testing::Ask(*stub_, &Stub::RescheduleChat, As("grace"), move), RefusesField("etag"));
  move.set_etag(chat->etag());
  EXPECT_THAT(testing::Ask(*stub_, &Stub::RescheduleChat, As("eve"), move),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  const absl::StatusOr<v1::Chat> moved = testing::Ask(*stub_, &Stub::RescheduleChat, As("grace"), move);
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->start_time().seconds(), move.start_time().seconds());
  EXPECT_EQ(moved->sequence(), 1);
  EXPECT_THAT(Book(As("eve"), Asking("grace")), IsOk());
}

// The sentence of the error for the person who asked.
std::string SentenceOf(const absl::Status& status) {
  type::v1::UserMessage message;
  const auto payload = status.GetPayload(kUserMessageUrl);
  if (payload.has_value()) message.ParseFromString(std::string(*payload));
  return message.text().text();
}

TEST_F(SchedulingWireTest, ARefusalNamesTheTimesInTheLanguageOfTheCall) {
  ASSERT_THAT(Book(As("ada"), Asking("grace")), IsOk());
  const absl::Status english = Book(As("eve"), Asking("grace")).status();
  EXPECT_THAT(SentenceOf(english), HasSubstr("Still free: " + MetadataOf(english, "times_text") + "."));
  EXPECT_THAT(MetadataOf(english, "times_text"), HasSubstr(" and "));
  testing::Caller eve = As("eve");
  eve.language = "de-AT";
  const absl::Status german = Book(eve, Asking("grace")).status();
  EXPECT_THAT(SentenceOf(german), HasSubstr("Noch frei: " + MetadataOf(german, "times_text") + "."));
  EXPECT_THAT(MetadataOf(german, "times_text"), HasSubstr(" und "));
  v1::BookChatRequest night = Asking("grace");
  *night.mutable_start_time() = WriteInstant(NextWednesday() + absl::Hours(12));
  EXPECT_THAT(SentenceOf(Book(eve, night).status()), HasSubstr("Stattdessen frei: "));
  EXPECT_THAT(SentenceOf(Book(As("eve"), night).status()), HasSubstr("Free instead: "));
}

TEST_F(SchedulingWireTest, AMatchIsConfirmedWithMatching) {
  profile_.Tell(Colleague("grace").Door(profile::v1::BOOKING_ASK_FIRST));
  EXPECT_THAT(Book(As("ada"), Asking("grace")), FailsWith(absl::StatusCode::kFailedPrecondition, "CONSENT_REQUIRED"));
  v1::BookChatRequest request = Asking("grace");
  request.set_match("matches/other");
  EXPECT_THAT(Book(As("ada"), request), FailsWith(absl::StatusCode::kFailedPrecondition, "CONSENT_REQUIRED"));
  request.set_match("matches/m1");
  request.set_request_id("request-of-match");
  EXPECT_THAT(Book(As("ada"), request), IsOk());
}

TEST_F(SchedulingWireTest, AServiceBooksForAHostAsThatPersonWould) {
  profile_.Tell(Colleague("grace").Door(profile::v1::BOOKING_ASK_FIRST));
  v1::BookChatRequest request = Asking("grace");
  EXPECT_THAT(Book(testing::ServiceFor(key_, "acme"), request), testing::RefusesField("host"));
  request.set_host("people/eve");
  EXPECT_THAT(Book(As("ada"), request), testing::RefusesField("host"));
  request.set_match("matches/m1");
  EXPECT_THAT(Book(testing::ServiceFor(key_, "acme"), request),
              FailsWith(absl::StatusCode::kFailedPrecondition, "CONSENT_REQUIRED"));
  request.set_host("people/ada");
  const absl::StatusOr<v1::Chat> chat = Book(testing::ServiceFor(key_, "acme"), request);
  ASSERT_THAT(chat, IsOk());
  EXPECT_EQ(chat->host(), "people/ada");
  EXPECT_EQ(Book(testing::ServiceFor(key_, "acme"), request)->name(), chat->name());
  EXPECT_THAT(Get(As("ada"), chat->name()), IsOk());
}

TEST_F(SchedulingWireTest, NobodyIsBookedWhileMatchingIsAway) {
  matching_.SetAway(true);
  v1::BookChatRequest request = Asking("grace");
  request.set_match("matches/m1");
  EXPECT_EQ(Book(As("ada"), request).status().code(), absl::StatusCode::kUnavailable);
  matching_.SetAway(false);
  EXPECT_THAT(Book(As("ada"), request), IsOk());
}

TEST_F(SchedulingWireTest, WhatWasJustOpenedIsOpen) {
  ASSERT_THAT(Find(As("ada"), {"ada", "grace"}), IsOk());
  profile_.Tell(Colleague("grace").Door(profile::v1::BOOKING_CLOSED));
  EXPECT_THAT(Find(As("eve"), {"eve", "newcomer"}), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  profile_.Tell(Colleague("grace"));
  EXPECT_THAT(Book(As("ada"), Asking("grace")), IsOk());
  profile_.Tell(Colleague("newcomer"));
  EXPECT_THAT(Find(As("eve"), {"eve", "newcomer"}), IsOk());
}

TEST_F(SchedulingWireTest, AServiceThatReadsCalendarsPutsBusyTimesForWhomeverItNames) {
  v1::PutBusyTimesRequest reading;
  reading.set_name("people/grace/calendar");
  *reading.mutable_start_time() = WriteInstant(absl::Now());
  *reading.mutable_end_time() = WriteInstant(absl::Now() + absl::Hours(24 * 30));
  *reading.add_busy()->mutable_start_time() = WriteInstant(NextWednesday());
  *reading.mutable_busy(0)->mutable_end_time() = WriteInstant(NextWednesday() + absl::Hours(1));
  reading.set_request_id("reading-1234");
  EXPECT_THAT(testing::Ask(*stub_, &Stub::PutBusyTimes, As("ada"), reading),
              FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  const absl::StatusOr<v1::Calendar> put =
      testing::Ask(*stub_, &Stub::PutBusyTimes, testing::ServiceFor(key_, "acme"), reading);
  ASSERT_THAT(put, IsOk());
  EXPECT_EQ(put->busy_count(), 1);
  EXPECT_THAT(Book(As("ada"), Asking("grace")), FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
  v1::GetCalendarRequest get;
  get.set_name("people/grace/calendar");
  EXPECT_EQ(testing::Ask(*stub_, &Stub::GetCalendar, As("grace"), get)->state(), v1::Calendar::STATE_CURRENT);
  EXPECT_EQ(testing::Ask(*stub_, &Stub::GetCalendar, As("grace", "rival"), get)->state(),
            v1::Calendar::STATE_NOT_CONNECTED);
}

TEST_F(SchedulingWireTest, MoreThanFiveThousandBusyTimesAreNoReading) {
  v1::PutBusyTimesRequest reading;
  reading.set_name("people/ada/calendar");
  *reading.mutable_start_time() = WriteInstant(absl::Now());
  *reading.mutable_end_time() = WriteInstant(absl::Now() + absl::Hours(24 * 30));
  for (int i = 0; i < 5001; ++i) {
    *reading.add_busy()->mutable_start_time() = reading.start_time();
    *reading.mutable_busy(i)->mutable_end_time() = reading.end_time();
  }
  reading.set_request_id("reading-1234");
  EXPECT_THAT(testing::Ask(*stub_, &Stub::PutBusyTimes, As("ada"), reading), RefusesField("busy"));
  reading.mutable_busy()->RemoveLast();
  EXPECT_EQ(testing::Ask(*stub_, &Stub::PutBusyTimes, As("ada"), reading)->busy_count(), 1);
}

TEST_F(SchedulingWireTest, FollowUpIsChargedToTheWeeklyMinutes) {
  profile_.Tell(Colleague("grace").WeeklyMinutes(60).FollowUp(31));
  profile_.Tell(Colleague("zoe"));
  v1::BookChatRequest of_zoe = Asking("zoe");  // Once she is known, so is what was told before.
  ASSERT_THAT(Book(As("eve"), of_zoe), IsOk());
  EXPECT_THAT(Book(As("ada"), Asking("grace")), FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(Book(As("grace"), Asking("ada")),
              FailsWith(absl::StatusCode::kFailedPrecondition, "WEEKLY_MINUTES_SPENT"));
  v1::BookChatRequest shorter = Asking("grace");
  shorter.mutable_duration()->set_seconds(29 * 60);
  EXPECT_THAT(Book(As("ada"), shorter), IsOk());
}

TEST_F(SchedulingWireTest, FieldRulesNameTheField) {
  v1::BookChatRequest request = Asking("grace");
  request.mutable_duration()->set_seconds(-1800);
  EXPECT_THAT(Book(As("ada"), request), RefusesField("duration"));
  request = Asking("grace");
  request.clear_request_id();
  EXPECT_THAT(Book(As("ada"), request), RefusesField("request_id"));
  request = Asking("grace");
  *request.mutable_start_time() = WriteInstant(absl::Now() - absl::Hours(1));
  request.mutable_start_time()->set_seconds(request.start_time().seconds() / 60 * 60);
  EXPECT_THAT(Book(As("ada"), request), FailsWith(absl::StatusCode::kInvalidArgument, "TIME_PASSED"));
}

TEST_F(SchedulingWireTest, AnotherOrganisationSeesNothing) {
  const absl::StatusOr<v1::Chat> chat = Book(As("ada"), Asking("grace"));
  ASSERT_THAT(chat, IsOk());
  EXPECT_THAT(Get(As("ada", "rival"), chat->name()), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(SchedulingWireTest, AfterARestartPeopleAreFollowedBeforeAnybodyCalls) {
  const absl::StatusOr<v1::Chat> chat = Book(As("ada"), Asking("grace"));
  ASSERT_THAT(chat, IsOk());
  scheduling_->Stop();
  profile_.Tell(Colleague("grace").Left());
  Scheduling again(Dependencies{redis_.address(), loop_, executors_, RealClock(), profile_peer_, matching_peer_});
  again.Start();
  const std::string busy = "cortado:{acme}:scheduling:busy:grace";
  const absl::Time patience = absl::Now() + absl::Seconds(10);
  while (redis_.Ask({"ZCARD", busy}) != "0" && absl::Now() < patience) {
  }
  EXPECT_EQ(redis_.Ask({"ZCARD", busy}), "0");
  again.Stop();
}

}  // namespace
}  // namespace cortado::scheduling
