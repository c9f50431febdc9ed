#include "services/scheduling/times.h"

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::FindTimesRequest Among(const std::vector<std::string>& people, int minutes = 0) {
  v1::FindTimesRequest request;
  for (const std::string& id : people) request.add_people("people/" + id);
  if (minutes != 0) request.mutable_duration()->set_seconds(minutes * 60);
  return request;
}

std::vector<std::string> StartsOf(const v1::FindTimesResponse& response, int person = 0) {
  std::vector<std::string> starts;
  for (const v1::FreeTime& time : response.times()) starts.push_back(time.local_starts(person).text());
  return starts;
}

TEST(FindTimesTest, ThreeTimesOnEverybodysClock) {
  Site site({Colleague("ada"), Colleague("grace").In("America/New_York")});
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", Among({"grace", "ada"}));
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(StartsOf(*found, 1), ElementsAre("Mon 8 Jun 2026, 13:00 (UTC+00:00)", "Tue 9 Jun 2026, 13:00 (UTC+00:00)",
                                               "Wed 10 Jun 2026, 13:00 (UTC+00:00)"));
  EXPECT_EQ(StartsOf(*found, 0).front(), "Mon 8 Jun 2026, 09:00 (UTC-04:00)");
  EXPECT_THAT(found->calendar_not_connected(), ElementsAre("people/grace", "people/ada"));
}

TEST(FindTimesTest, EveryTimeListedCanBeBooked) {
  Site site({Colleague("ada").Buffer(10), Colleague("grace").Notice(absl::Hours(3)).WeeklyMinutes(2400)});
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-08 12:20"), IsOk());
  v1::FindTimesRequest request = Among({"ada", "grace"}, 25);
  request.set_page_size(20);
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", request);
  ASSERT_THAT(found, IsOk());
  ASSERT_THAT(found->times(), SizeIs(20));
  for (const v1::FreeTime& time : found->times()) {
    const absl::Time start = absl::FromUnixSeconds(time.start_time().seconds());
    const absl::StatusOr<v1::Chat> chat = site.Send("ada", site.Asking({"grace"}, start, 25));
    ASSERT_THAT(chat, IsOk()) << start;
    ASSERT_THAT(site.Cancel("ada", *chat), IsOk());
  }
}

TEST(FindTimesTest, WithoutALengthTheShortestPreferredOneCounts) {
  Site site({Colleague("ada").ChatMinutes(45), Colleague("grace").ChatMinutes(20)});
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", Among({"ada", "grace"}));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->times(0).end_time().seconds() - found->times(0).start_time().seconds(), 1200);
}

TEST(FindTimesTest, NothingThatFitsSaysWhatToDrop) {
  Site site({Colleague("ada").Works(540, 560), Colleague("grace")});
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", Among({"ada", "grace"}, 30));
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(found->times(), IsEmpty());
  EXPECT_EQ(found->note().code(), "times.shorter_chat");
  EXPECT_EQ(found->note().parameters().at("minutes"), "20");
  EXPECT_EQ(found->note().parameters().at("start_time"), "2026-06-08T09:00:00Z");
  EXPECT_EQ(found->note().text(), "No time suits everybody. Monday, 8 June works if you shorten to 20 minutes.");
}

// The search begins on Sunday evening in Europe; on the calendar of whoever asks it is Monday already.
TEST(FindTimesTest, TheDayOfTheAdviceIsOneOfTheReadersCalendarAndLanguage) {
  Site site({Colleague("ada").In("Pacific/Auckland").Works(0, 1440).Speaks("de"),
             Colleague("grace").Works(0, 0).OnSundays(22 * 60, 22 * 60 + 20)});
  v1::FindTimesRequest request = Among({"ada", "grace"}, 30);
  *request.mutable_start_time() = WriteInstant(Utc("2026-06-14 20:00"));
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-14 23:00"));
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", request);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->note().text(), "Keine Zeit passt allen. Montag, 15. Juni geht, wenn ihr auf 20 Minuten kürzt.");
}

TEST(FindTimesTest, TheDayThatALongerSearchFindsCanBeAskedFor) {
  Site site({Colleague("ada"), Colleague("grace").Notice(absl::Hours(24 * 14))});
  v1::FindTimesRequest request = Among({"ada", "grace"}, 30);
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-15 00:00"));
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", request);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->note().text(), "No time suits everybody so soon. On Monday, 22 June there is one.");
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-23 00:00"));
  EXPECT_THAT(StartsOf(*site.Find("ada", request)), ::testing::Contains("Mon 22 Jun 2026, 09:00 (UTC+00:00)"));
}

TEST(FindTimesTest, TheAdviceToLeaveSomebodyOutNamesTheDayToo) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve").Named("Eve").Works(20 * 60, 21 * 60)});
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", Among({"ada", "grace", "eve"}, 30));
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->note().text(), "No time suits everybody. Without Eve there would be one on Monday, 8 June.");
}

TEST(FindTimesTest, FollowUpCountsAgainstTheWeeklyMinutes) {
  Site site({Colleague("ada"), Colleague("grace").WeeklyMinutes(60).FollowUp(40)});
  EXPECT_THAT(site.Find("ada", Among({"ada", "grace"}, 30)),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(site.Find("ada", Among({"ada", "grace"}, 20))->times(), SizeIs(3));
}

TEST(FindTimesTest, PreferredHoursComeFirst) {
  Site site({Colleague("ada"), Colleague("grace").Prefers(3, 14 * 60, 16 * 60)});
  EXPECT_EQ(StartsOf(*site.Find("ada", Among({"ada", "grace"}, 30))).front(), "Wed 10 Jun 2026, 14:00 (UTC+00:00)");
}

TEST(FindTimesTest, ConsentIsNeededForLookingToo) {
  Site site({Colleague("ada"), Colleague("grace").Door(profile::v1::BOOKING_ASK_FIRST)});
  site.Match("ada", "grace");
  v1::FindTimesRequest request = Among({"ada", "grace"});
  EXPECT_THAT(site.Find("ada", request), FailsWith(absl::StatusCode::kFailedPrecondition, "CONSENT_REQUIRED"));
  request.set_match("matches/m1");
  EXPECT_THAT(site.Find("ada", request), IsOk());
}

TEST(FindTimesTest, TheCallerIsAmongThePeopleAndEverybodyNamedOnce) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  EXPECT_THAT(site.Find("ada", Among({"grace", "eve"})), RefusesField("people"));
  EXPECT_THAT(site.Find("ada", Among({"ada"})), RefusesField("people"));
  EXPECT_THAT(site.Find("ada", Among({"ada", "grace", "grace"})), RefusesField("people"));
  EXPECT_THAT(site.Find("ada", Among({"ada", "nobody"})), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST(FindTimesTest, TheSearchIsAtMostFourWeeksAndNotInThePast) {
  Site site({Colleague("ada"), Colleague("grace")});
  v1::FindTimesRequest request = Among({"ada", "grace"});
  *request.mutable_start_time() = WriteInstant(Utc("2026-06-08 00:00"));
  *request.mutable_end_time() = WriteInstant(Utc("2026-07-06 00:01"));
  EXPECT_THAT(site.Find("ada", request), RefusesField("end_time"));
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-08 05:59"));
  EXPECT_THAT(site.Find("ada", request), RefusesField("end_time"));
  *request.mutable_end_time() = WriteInstant(Utc("2026-07-06 00:00"));
  EXPECT_THAT(site.Find("ada", request), IsOk());
}

TEST(FindTimesTest, TooManyLooksAtOnePersonHaveToWait) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  for (int i = 0; i < 120; ++i) ASSERT_THAT(site.Find("ada", Among({"ada", "grace"})), IsOk());
  EXPECT_THAT(site.Find("ada", Among({"ada", "grace"})),
              FailsWith(absl::StatusCode::kResourceExhausted, "TOO_MANY_LOOKS"));
  EXPECT_THAT(site.Find("ada", Among({"ada", "eve"})), IsOk());
  site.clock.Advance(absl::Seconds(30));
  EXPECT_THAT(site.Find("ada", Among({"ada", "grace"})), IsOk());
}

TEST(GetAvailabilityTest, OnesOwnFreeStretchesAndMinutes) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-08 10:00", 60), IsOk());
  v1::GetAvailabilityRequest request;
  request.set_person("people/ada");
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-09 00:00"));
  const absl::StatusOr<v1::GetAvailabilityResponse> own = SyncWait(site.times.GetAvailability(site.As("ada"), request));
  ASSERT_THAT(own, IsOk());
  ASSERT_THAT(own->free(), SizeIs(2));
  EXPECT_EQ(own->free(0).end_time().seconds(), absl::ToUnixSeconds(Utc("2026-06-08 10:00")));
  EXPECT_EQ(own->free(1).start_time().seconds(), absl::ToUnixSeconds(Utc("2026-06-08 11:00")));
  EXPECT_EQ(own->minutes_left(), 540);
  EXPECT_FALSE(own->calendar_connected());
}

TEST(GetAvailabilityTest, NobodyElsesIsShown) {
  Site site({Colleague("ada"), Colleague("grace")});
  v1::GetAvailabilityRequest request;
  request.set_person("people/grace");
  EXPECT_THAT(SyncWait(site.times.GetAvailability(site.As("ada"), request)),
              FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
}

}  // namespace
}  // namespace cortado::scheduling
