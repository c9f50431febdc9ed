#include "services/scheduling/holds.h"

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::IsOk;
using ::testing::SizeIs;
using Code = absl::StatusCode;

constexpr char kTen[] = "2026-06-10 10:00";

class HoldsTest : public ::testing::Test {
 protected:
  static Colleague Open(const char* id) {
    return Colleague(id).Door(profile::v1::BOOKING_OPEN_DOOR).WeeklyMinutes(600);
  }

  v1::FindTimesRequest LookAt(const std::string& me, const std::string& other) {
    v1::FindTimesRequest request;
    request.add_people("people/" + me);
    request.add_people("people/" + other);
    request.mutable_duration()->set_seconds(30 * 60);
    *request.mutable_start_time() = WriteInstant(Utc("2026-06-10 10:00"));
    *request.mutable_end_time() = WriteInstant(Utc("2026-06-10 10:30"));
    return request;
  }

  Site site_{{Open("ada"), Open("bo"), Open("cy"), Open("dee")}};
};

TEST_F(HoldsTest, NobodyElseCanBookOrHoldWhatIsHeld) {
  const absl::StatusOr<v1::Hold> hold = site_.Hold("ada", "bo", kTen);
  ASSERT_THAT(hold, IsOk());
  EXPECT_EQ(ToTime(hold->expire_time()), site_.clock.Now() + kHoldsFor);
  EXPECT_THAT(site_.Book("cy", "bo", "2026-06-10 10:15").status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(site_.Hold("cy", "bo", "2026-06-10 09:45").status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(site_.Book("bo", "cy", kTen).status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(site_.Find("cy", LookAt("cy", "bo"))->times(), SizeIs(0));
  EXPECT_THAT(site_.Book("cy", "bo", "2026-06-10 10:30"), IsOk());
}

// Edge case 4: one's own hold never blocks oneself, and is used up by the booking.
TEST_F(HoldsTest, TheirOwnerBooksThem) {
  ASSERT_THAT(site_.Hold("ada", "bo", kTen), IsOk());
  EXPECT_THAT(site_.Find("ada", LookAt("ada", "bo"))->times(), SizeIs(1));
  const absl::StatusOr<v1::Chat> chat = site_.Book("ada", "bo", kTen);
  ASSERT_THAT(chat, IsOk());
  ASSERT_THAT(site_.Cancel("ada", *chat), IsOk());
  EXPECT_THAT(site_.Book("cy", "bo", kTen), IsOk());  // Nothing of the hold is left.
}

TEST_F(HoldsTest, AreOverAfterTenMinutes) {
  const absl::StatusOr<v1::Hold> hold = site_.Hold("ada", "bo", kTen);
  site_.clock.Advance(kHoldsFor - absl::Seconds(1));
  EXPECT_THAT(site_.Book("cy", "bo", kTen).status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
  site_.clock.Advance(absl::Seconds(1));
  EXPECT_THAT(site_.Book("cy", "bo", kTen), IsOk());
  EXPECT_THAT(site_.Release("ada", hold->name()), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(HoldsTest, CanBeLetGoByTheirOwnerAlone) {
  const absl::StatusOr<v1::Hold> hold = site_.Hold("ada", "bo", kTen);
  EXPECT_THAT(site_.Release("bo", hold->name()), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(site_.Release("cy", "holds/absent"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  ASSERT_THAT(site_.Release("ada", hold->name()), IsOk());
  EXPECT_THAT(site_.Book("cy", "bo", kTen), IsOk());
}

TEST_F(HoldsTest, OneOverTheSameTimeReplacesTheOther) {
  const absl::StatusOr<v1::Hold> first = site_.Hold("ada", "bo", kTen);
  ASSERT_THAT(site_.Hold("ada", "bo", "2026-06-10 10:15"), IsOk());
  EXPECT_THAT(site_.Book("cy", "bo", "2026-06-10 09:45"), IsOk());  // Until 10:15: free again.
}

TEST_F(HoldsTest, FiveAtATime) {
  for (int hour : {9, 10, 11, 12, 13})
    ASSERT_THAT(site_.Hold("ada", "bo", absl::StrCat("2026-06-10 ", hour, ":00")), IsOk());
  EXPECT_THAT(site_.Hold("ada", "cy", "2026-06-10 14:00").status(),
              FailsWith(Code::kResourceExhausted, "TOO_MANY_HOLDS"));
  EXPECT_THAT(site_.Hold("dee", "cy", "2026-06-10 14:00"), IsOk());
  site_.clock.Advance(kHoldsFor);
  EXPECT_THAT(site_.Hold("ada", "cy", "2026-06-10 15:00"), IsOk());
}

TEST_F(HoldsTest, AreRefusedLikeBookings) {
  site_.Tell({Colleague("shy").Door(profile::v1::BOOKING_ASK_FIRST)});
  EXPECT_THAT(site_.Hold("ada", "shy", kTen).status(), FailsWith(Code::kFailedPrecondition, "CONSENT_REQUIRED"));
  EXPECT_THAT(site_.Hold("ada", "bo", "2026-06-10 03:00").status(),
              FailsWith(Code::kFailedPrecondition, "OUTSIDE_HOURS"));
  EXPECT_THAT(site_.Hold("ada", "bo", "2026-06-07 10:00").status(), FailsWith(Code::kInvalidArgument, "TIME_PASSED"));
  EXPECT_THAT(site_.Hold("ada", "ada", kTen).status(), FailsWith(Code::kInvalidArgument, "FIELD_INVALID"));
}

TEST_F(HoldsTest, ASeriesAroundOneLeavesItAlone) {
  ASSERT_THAT(site_.Hold("ada", "bo", "2026-06-12 14:00"), IsOk());
  ASSERT_THAT(site_.Send("ada", site_.AskingWeekly("bo", Utc(kTen), 3)), IsOk());
  EXPECT_THAT(site_.Book("cy", "bo", "2026-06-12 14:00").status(), FailsWith(Code::kAlreadyExists, "SLOT_TAKEN"));
}

// Edge case 31: the mentor leaves after the hold.
TEST_F(HoldsTest, AreVoidOnceSomebodyLeft) {
  ASSERT_THAT(site_.Hold("ada", "bo", kTen), IsOk());
  site_.Tell({Open("bo").Left()});
  EXPECT_THAT(site_.Book("ada", "bo", kTen).status(), FailsWith(Code::kFailedPrecondition, "NOT_AVAILABLE"));
}

}  // namespace
}  // namespace cortado::scheduling
