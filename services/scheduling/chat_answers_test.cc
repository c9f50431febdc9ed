// What attendees say to a chat.
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Code = absl::StatusCode;

constexpr char kTen[] = "2026-06-10 10:00";

class ChatAnswersTest : public ::testing::Test {
 protected:
  static Colleague Open(const char* id) { return Colleague(id).Door(profile::v1::BOOKING_OPEN_DOOR).WeeklyMinutes(60); }
  static v1::Attendee::Response Of(const v1::Chat& chat, const std::string& id) {
    for (const v1::Attendee& attendee : chat.attendees()) {
      if (attendee.person().person() == "people/" + id) return attendee.response();
    }
    return v1::Attendee::RESPONSE_UNSPECIFIED;
  }
  v1::Chat Group() { return *site_.Send("ada", site_.Asking({"bo", "cy"}, Utc(kTen))); }

  Site site_{{Open("ada"), Open("bo"), Open("cy"), Open("dee")}};
};

TEST_F(ChatAnswersTest, AreSeenByEverybody) {
  const v1::Chat chat = Group();
  ASSERT_THAT(site_.Respond("bo", chat, v1::Attendee::RESPONSE_ACCEPTED), IsOk());
  ASSERT_THAT(site_.Respond("cy", chat, v1::Attendee::RESPONSE_TENTATIVE), IsOk());
  const v1::Chat seen = *site_.Get("ada", chat.name());
  EXPECT_EQ(Of(seen, "bo"), v1::Attendee::RESPONSE_ACCEPTED);
  EXPECT_EQ(Of(seen, "cy"), v1::Attendee::RESPONSE_TENTATIVE);
  EXPECT_THAT(seen.invitation(), HasSubstr("PARTSTAT=TENTATIVE"));
}

TEST_F(ChatAnswersTest, WhoeverDeclinesHasTheirTimeBackAndTheOthersGoOn) {
  site_.Tell({Open("dee").WeeklyMinutes(300)});
  const v1::Chat chat = Group();
  const absl::StatusOr<v1::Chat> declined = site_.Respond("cy", chat, v1::Attendee::RESPONSE_DECLINED);
  ASSERT_THAT(declined, IsOk());
  EXPECT_EQ(declined->state(), v1::Chat::STATE_BOOKED);
  EXPECT_THAT(declined->invitation(), HasSubstr("METHOD:CANCEL"));
  EXPECT_THAT(site_.Get("ada", chat.name())->invitation(), HasSubstr("METHOD:REQUEST"));
  // 60 minutes a week: both are back.
  EXPECT_THAT(site_.Send("dee", site_.Asking({"cy"}, Utc(kTen), 60)), IsOk());
  EXPECT_THAT(site_.Book("dee", "bo", kTen).status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
}

TEST_F(ChatAnswersTest, ComingAfterAllTakesTheTimeAgainWhileItIsFree) {
  const v1::Chat chat = Group();
  ASSERT_THAT(site_.Respond("cy", chat, v1::Attendee::RESPONSE_DECLINED), IsOk());
  ASSERT_THAT(site_.Respond("cy", chat, v1::Attendee::RESPONSE_ACCEPTED), IsOk());
  EXPECT_THAT(site_.Book("dee", "cy", kTen).status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
  ASSERT_THAT(site_.Respond("cy", chat, v1::Attendee::RESPONSE_DECLINED), IsOk());
  ASSERT_THAT(site_.Book("dee", "cy", kTen), IsOk());
  EXPECT_THAT(site_.Respond("cy", chat, v1::Attendee::RESPONSE_ACCEPTED).status(),
              FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
}

TEST_F(ChatAnswersTest, AChatThatWouldLeaveItsHostAloneIsCancelled) {
  const v1::Chat chat = *site_.Book("ada", "bo", kTen);
  const absl::StatusOr<v1::Chat> declined = site_.Respond("bo", chat, v1::Attendee::RESPONSE_DECLINED);
  ASSERT_THAT(declined, IsOk());
  EXPECT_EQ(declined->state(), v1::Chat::STATE_CANCELLED);
  EXPECT_THAT(site_.Book("dee", "ada", kTen), IsOk());
}

TEST_F(ChatAnswersTest, TheOthersMeetAlsoWhenWhoDeclinedLeaves) {
  const v1::Chat chat = Group();
  ASSERT_THAT(site_.Respond("cy", chat, v1::Attendee::RESPONSE_DECLINED), IsOk());
  site_.Tell({Open("cy").Left()});
  EXPECT_EQ(site_.Get("ada", chat.name())->state(), v1::Chat::STATE_BOOKED);
}

TEST_F(ChatAnswersTest, AMoveAsksAnewAndLeavesAwayWhoDeclined) {
  v1::Chat chat = Group();
  ASSERT_THAT(site_.Respond("bo", chat, v1::Attendee::RESPONSE_ACCEPTED), IsOk());
  ASSERT_THAT(site_.Respond("cy", chat, v1::Attendee::RESPONSE_DECLINED), IsOk());
  chat = *site_.Move("ada", *site_.Get("ada", chat.name()), "2026-06-10 14:00");
  EXPECT_EQ(Of(chat, "bo"), v1::Attendee::RESPONSE_UNSPECIFIED);
  EXPECT_EQ(Of(chat, "cy"), v1::Attendee::RESPONSE_DECLINED);
  EXPECT_THAT(chat.attendees(), SizeIs(3));
  EXPECT_FALSE(chat.attendees(2).person().display_name().empty());
  EXPECT_THAT(site_.Book("dee", "cy", "2026-06-10 14:00"), IsOk());
}

TEST_F(ChatAnswersTest, WhatCannotBeSaidIsRefused) {
  const v1::Chat chat = Group();
  EXPECT_THAT(site_.Respond("ada", chat, v1::Attendee::RESPONSE_ACCEPTED).status(),
              FailsWith(Code::kInvalidArgument, "FIELD_INVALID"));
  EXPECT_THAT(site_.Respond("dee", chat, v1::Attendee::RESPONSE_ACCEPTED).status(),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  site_.clock.Set(Utc(kTen));
  EXPECT_THAT(site_.Respond("bo", chat, v1::Attendee::RESPONSE_DECLINED).status(),
              FailsWith(Code::kInvalidArgument, "TIME_PASSED"));
  site_.clock.Set(Utc("2026-06-08 06:00"));
  ASSERT_THAT(site_.Cancel("ada", chat), IsOk());
  EXPECT_THAT(site_.Respond("bo", chat, v1::Attendee::RESPONSE_ACCEPTED).status(),
              FailsWith(Code::kFailedPrecondition, "CHAT_CANCELLED"));
}

}  // namespace
}  // namespace cortado::scheduling
