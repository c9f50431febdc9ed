// The edge cases of real schedulers, as people meet them who look for a time and book it, on a real store. Each has the
// number of its row in the list of cases; those that local times alone decide are in
// availability/times_edge_cases_test.cc.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kTenOnMonday[] = "2026-06-08 10:00";
constexpr char kTwoOnMonday[] = "2026-06-08 14:00";
constexpr auto kTaken = absl::StatusCode::kAlreadyExists;
constexpr auto kWrongState = absl::StatusCode::kFailedPrecondition;

std::vector<std::string> TimesIn(const absl::Status& status) {
  return absl::StrSplit(MetadataOf(status, "times"), ',', absl::SkipEmpty());
}

// How many intervals the store keeps as busy for somebody.
std::string BusyCount(Site& site, const std::string& id) {
  return site.server.Ask({"ZCARD", "cortado:{acme}:scheduling:busy:" + id});
}

// Everything the store has of its organisation: what a refusal must leave as it was.
std::string EverythingOf(Site& site) {
  std::string all = site.server.Ask({"GET", "cortado:{acme}:scheduling:rev"});
  for (const char* stream : {"feed", "events", "audit"}) {
    all += site.server.Ask({"XRANGE", std::string("cortado:{acme}:scheduling:") + stream, "-", "+"});
  }
  return all + site.server.Ask({"KEYS", "*"});
}

// Lets all of them happen at once, each on a thread of its own.
std::vector<absl::StatusOr<v1::Chat>> AtOnce(const std::vector<std::function<absl::StatusOr<v1::Chat>()>>& acts) {
  std::vector<absl::StatusOr<v1::Chat>> answers(acts.size(), absl::UnknownError("not asked"));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < acts.size(); ++i) threads.emplace_back([&, i] { answers[i] = acts[i](); });
  for (std::thread& thread : threads) thread.join();
  return answers;
}

// The errors among the answers, of which exactly one must be a chat.
std::vector<absl::Status> AllButTheOne(const std::vector<absl::StatusOr<v1::Chat>>& answers) {
  std::vector<absl::Status> refused;
  for (const absl::StatusOr<v1::Chat>& answer : answers) {
    if (!answer.ok()) refused.push_back(answer.status());
  }
  EXPECT_EQ(refused.size() + 1, answers.size());
  return refused;
}

// Starts of FindTimes for two people, on the clock of the first, with `minutes` between `start` and `end`.
std::vector<std::string> Listed(Site& site, const std::vector<std::string>& people, int minutes,
                                absl::string_view start, absl::string_view end) {
  v1::FindTimesRequest request;
  for (const std::string& id : people) request.add_people("people/" + id);
  request.mutable_duration()->set_seconds(minutes * 60);
  *request.mutable_start_time() = WriteInstant(Utc(start));
  *request.mutable_end_time() = WriteInstant(Utc(end));
  request.set_page_size(20);
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find(people.front(), request);
  EXPECT_THAT(found, IsOk());
  std::vector<std::string> starts;
  if (!found.ok()) return starts;
  for (const v1::FreeTime& time : found->times()) starts.push_back(time.local_starts(0).text());
  std::sort(starts.begin(), starts.end());
  return starts;
}

// Case 1.
TEST(EdgeCaseTest, OfThoseWhoClickAtOnceOneGetsTheTimeAndTheOthersThreeMore) {
  std::vector<Colleague> people = {Colleague("mentor")};
  for (int i = 0; i < 8; ++i) people.emplace_back(absl::StrCat("client", i));
  Site site(people);
  std::vector<std::function<absl::StatusOr<v1::Chat>()>> clicks;
  for (int i = 0; i < 8; ++i) {
    clicks.push_back([&site, i] { return site.Book(absl::StrCat("client", i), "mentor", kTenOnMonday); });
  }
  for (const absl::Status& refused : AllButTheOne(AtOnce(clicks))) {
    EXPECT_THAT(refused, FailsWith(kTaken, "SLOT_TAKEN"));
    EXPECT_THAT(TimesIn(refused), SizeIs(3));
  }
  EXPECT_EQ(BusyCount(site, "mentor"), "1");
}

// Case 2: a request that waits does not hold the time; its confirmation looks again.
TEST(EdgeCaseTest, OfTwoMatchesConfirmedForOneTimeTheSecondIsRefused) {
  Site site({Colleague("ada"), Colleague("eve"), Colleague("mentor").Door(profile::v1::BOOKING_ASK_FIRST)});
  site.Match("ada", "mentor", "matches/m1");
  site.Match("eve", "mentor", "matches/m2");
  v1::BookChatRequest first = site.Asking({"mentor"}, Utc(kTenOnMonday));
  first.set_match("matches/m1");
  v1::BookChatRequest second = site.Asking({"mentor"}, Utc(kTenOnMonday));
  second.set_match("matches/m2");
  ASSERT_THAT(site.Send("ada", first), IsOk());
  EXPECT_THAT(site.Send("eve", second), FailsWith(kTaken, "SLOT_TAKEN"));
  EXPECT_EQ(BusyCount(site, "mentor"), "1");
}

// Case 5: a group whose first members all click at once meets once, and each has a seat in it alone.
TEST(EdgeCaseTest, OfAGroupWhoseMembersBookAtOnceOneMeetingIsMade) {
  const std::vector<std::string> members = {"ada", "bob", "cy", "dee", "eve"};
  Site site({Colleague("ada"), Colleague("bob"), Colleague("cy"), Colleague("dee"), Colleague("eve")});
  std::vector<std::function<absl::StatusOr<v1::Chat>()>> clicks;
  for (const std::string& host : members) {
    std::vector<std::string> others = members;
    others.erase(std::find(others.begin(), others.end(), host));
    clicks.push_back([&site, host, others] { return site.Send(host, site.Asking(others, Utc(kTenOnMonday))); });
  }
  EXPECT_THAT(AllButTheOne(AtOnce(clicks)), Each(FailsWith(kTaken, "SLOT_TAKEN")));
  for (const std::string& member : members) {
    EXPECT_EQ(BusyCount(site, member), "1") << member;
    EXPECT_THAT(site.List(member)->chats(), SizeIs(1)) << member;
    EXPECT_THAT(site.List(member)->chats(0).attendees(), SizeIs(5)) << member;
  }
}

// Case 6: what was listed a moment ago grants nothing.
TEST(EdgeCaseTest, ATimeThatWasListedIsRefusedOnceSomebodyElseHasIt) {
  Site site({Colleague("ada"), Colleague("eve"), Colleague("mentor")});
  const std::vector<std::string> listed = Listed(site, {"eve", "mentor"}, 30, kTenOnMonday, "2026-06-08 10:30");
  ASSERT_THAT(listed, Contains("Mon 8 Jun 2026, 10:00 (UTC+00:00)"));
  ASSERT_THAT(site.Book("ada", "mentor", kTenOnMonday), IsOk());
  EXPECT_THAT(site.Book("eve", "mentor", kTenOnMonday), FailsWith(kTaken, "SLOT_TAKEN"));
}

// Case 6 again: here it is the mentor's own calendar that says so since.
TEST(EdgeCaseTest, ATimeThatWasListedIsRefusedOnceACalendarSaysBusy) {
  Site site({Colleague("eve"), Colleague("mentor")});
  ASSERT_THAT(site.PutBusy("mentor", {}), IsOk());
  ASSERT_THAT(Listed(site, {"eve", "mentor"}, 30, kTenOnMonday, "2026-06-08 10:30"),
              Contains("Mon 8 Jun 2026, 10:00 (UTC+00:00)"));
  ASSERT_THAT(site.PutBusy("mentor", {{Utc("2026-06-08 09:45"), Utc("2026-06-08 10:15")}}), IsOk());
  const absl::StatusOr<v1::Chat> refused = site.Book("eve", "mentor", kTenOnMonday);
  EXPECT_THAT(refused, FailsWith(kTaken, "SLOT_TAKEN"));
  EXPECT_THAT(TimesIn(refused.status()), SizeIs(3));
  EXPECT_EQ(BusyCount(site, "mentor"), "0");
}

// Case 7.
TEST(EdgeCaseTest, AnOldLinkMovesAChatOnceAndFreesItsOldTime) {
  Site site({Colleague("ada"), Colleague("eve"), Colleague("mentor")});
  const v1::Chat chat = *site.Book("ada", "mentor", kTenOnMonday);
  ASSERT_THAT(site.Move("ada", chat, kTwoOnMonday), IsOk());
  EXPECT_THAT(site.Move("ada", chat, "2026-06-09 10:00"), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_EQ(BusyCount(site, "mentor"), "1");
  EXPECT_THAT(site.Book("eve", "mentor", kTenOnMonday), IsOk());
}

// Case 8: the same people at the same time are not the same request.
TEST(EdgeCaseTest, WhatWasCancelledMayBeBookedAgainWordForWord) {
  Site site({Colleague("ada"), Colleague("mentor")});
  const v1::Chat first = *site.Book("ada", "mentor", kTenOnMonday);
  ASSERT_THAT(site.Cancel("mentor", first), IsOk());
  const absl::StatusOr<v1::Chat> second = site.Book("ada", "mentor", kTenOnMonday);
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(second->name(), first.name());
  EXPECT_EQ(second->state(), v1::Chat::STATE_BOOKED);
}

// Case 9: the list said free and booking failed, because one of them forgot the buffers.
TEST(EdgeCaseTest, EveryTimeListedNextToABufferCanBeBooked) {
  Site site({Colleague("ada").Buffer(20), Colleague("mentor").Buffer(10), Colleague("eve")});
  ASSERT_THAT(site.Book("eve", "mentor", kTenOnMonday), IsOk());
  ASSERT_THAT(site.Book("eve", "ada", "2026-06-08 11:00"), IsOk());
  v1::FindTimesRequest request;
  for (const char* name : {"people/ada", "people/mentor"}) request.add_people(name);
  request.mutable_duration()->set_seconds(900);
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-08 12:00"));
  request.set_page_size(20);
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find("ada", request);
  ASSERT_THAT(found, IsOk());
  // 09:45 leaves the mentor no buffer before ten, 10:45 leaves Ada none before eleven.
  EXPECT_THAT(found->times(), SizeIs(3));
  for (const v1::FreeTime& time : found->times()) {
    const absl::StatusOr<v1::Chat> chat =
        site.Send("ada", site.Asking({"mentor"}, absl::FromUnixSeconds(time.start_time().seconds()), 15));
    ASSERT_THAT(chat, IsOk()) << time.local_starts(0).text();
    ASSERT_THAT(site.Cancel("ada", *chat), IsOk());
  }
}

// Case 10: whoever calls the API by hand is told what the list would have kept from them.
TEST(EdgeCaseTest, NoticeHoursBlocksAndMinutesHoldForWhoeverCalls) {
  Site site(
      {Colleague("ada"), Colleague("mentor").Notice(absl::Hours(24)).WeeklyMinutes(30).Protects(3, 12 * 60, 13 * 60)});
  const std::string before = EverythingOf(site);
  EXPECT_THAT(site.Book("ada", "mentor", kTenOnMonday), FailsWith(kWrongState, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-09 08:45"), FailsWith(kWrongState, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-13 10:00"), FailsWith(kWrongState, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-10 12:15"), FailsWith(kWrongState, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-10 11:45"), FailsWith(kWrongState, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-10 10:00", 31), FailsWith(kWrongState, "NOT_AVAILABLE"));
  EXPECT_EQ(EverythingOf(site), before);
}

// Case 11: a notice is a span of real time, also when the clocks change within it.
TEST(EdgeCaseTest, ANoticeThatEndsOnTheDayOfAChangeIsAsLongAsOnAnyOther) {
  Site site({Colleague("ada").Works(0, 1440),
             Colleague("mentor").In("Europe/Berlin").Works(0, 1440).Notice(absl::Hours(24))});
  site.clock.Set(Utc("2026-10-25 01:00"));  // Half an hour into the hour that came twice.
  EXPECT_THAT(site.Book("ada", "mentor", "2026-10-26 00:59"), FailsWith(kWrongState, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-10-26 01:00"), IsOk());
}

TEST(EdgeCaseTest, TheHoursOfNovemberAreNotThoseOfOctober) {
  Site site({Colleague("ada").Works(0, 1440), Colleague("mentor").In("Europe/Berlin")});
  EXPECT_THAT(site.Book("ada", "mentor", "2026-10-20 07:00"), IsOk());
  EXPECT_THAT(site.Book("ada", "mentor", "2026-10-27 07:00"), FailsWith(kWrongState, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-10-27 08:00"), IsOk());
  EXPECT_THAT(site.Book("ada", "mentor", "2026-10-27 15:30"), IsOk());
}

// Somebody in Berlin who works in the night of Sunday, and somebody who always does.
std::vector<Colleague> NightsInBerlin() {
  return {Colleague("ada").In("Europe/Berlin").OnSundays(2 * 60, 4 * 60),
          Colleague("mentor").Works(0, 1440).OnSundays(0, 1440)};
}

// Case 12.
TEST(EdgeCaseTest, ATimeTheClocksSkipIsNotOffered) {
  Site site(NightsInBerlin());
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 30, "2027-03-28 00:00", "2027-03-28 03:00"),
              ElementsAre("Sun 28 Mar 2027, 03:00 (UTC+02:00)", "Sun 28 Mar 2027, 03:30 (UTC+02:00)"));
}

// Case 13.
TEST(EdgeCaseTest, AnHourThatComesTwiceIsOfferedTwiceAndToldApart) {
  Site site(NightsInBerlin());
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 30, "2026-10-25 00:30", "2026-10-25 01:00"),
              ElementsAre("Sun 25 Oct 2026, 02:30 (UTC+02:00)"));
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 30, "2026-10-25 01:30", "2026-10-25 02:00"),
              ElementsAre("Sun 25 Oct 2026, 02:30 (UTC+01:00)"));
}

// Case 14.
TEST(EdgeCaseTest, EachSeesTheirOwnHourInTheWeeksBetweenTheChanges) {
  Site site({Colleague("ada").In("Europe/Berlin"), Colleague("grace").In("America/New_York").Works(540, 1020)});
  const absl::StatusOr<v1::Chat> between = site.Book("ada", "grace", "2026-10-27 14:00");
  const absl::StatusOr<v1::Chat> after = site.Book("ada", "grace", "2026-11-03 14:00");
  ASSERT_THAT(between, IsOk());
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(between->attendees(0).local_start().text(), "Tue 27 Oct 2026, 15:00 (UTC+01:00)");
  EXPECT_EQ(between->attendees(1).local_start().text(), "Tue 27 Oct 2026, 10:00 (UTC-04:00)");
  EXPECT_EQ(after->attendees(1).local_start().text(), "Tue 3 Nov 2026, 09:00 (UTC-05:00)");
}

// Case 15.
TEST(EdgeCaseTest, HourlyTimesBeginOnTheHourInKolkata) {
  Site site({Colleague("ada").In("Asia/Kolkata").Works(600, 720), Colleague("mentor").Works(0, 1440)});
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 60, "2026-06-09 00:00", "2026-06-10 00:00"),
              ElementsAre("Tue 9 Jun 2026, 10:00 (UTC+05:30)", "Tue 9 Jun 2026, 11:00 (UTC+05:30)"));
}

// Case 18.
TEST(EdgeCaseTest, AChatThatCrossesMidnightIsListedAndBooked) {
  Site site({Colleague("ada").Works(22 * 60, 3 * 60), Colleague("mentor").Works(0, 1440)});
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 30, "2026-06-09 23:45", "2026-06-10 00:15"),
              ElementsAre("Tue 9 Jun 2026, 23:45 (UTC+00:00)"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-09 23:45"), IsOk());
}

// Case 27.
TEST(EdgeCaseTest, AHalfHourThatIsTakenKeepsAnHourFromBeingOffered) {
  Site site({Colleague("ada"), Colleague("mentor"), Colleague("eve")});
  ASSERT_THAT(site.Book("eve", "mentor", kTwoOnMonday), IsOk());
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 60, "2026-06-08 13:00", "2026-06-08 15:30"),
              ElementsAre("Mon 8 Jun 2026, 13:00 (UTC+00:00)", "Mon 8 Jun 2026, 14:30 (UTC+00:00)"));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-08 13:45", 60), FailsWith(kTaken, "SLOT_TAKEN"));
}

TEST(EdgeCaseTest, TimesAreOfferedInFullMinutesWhateverTheSecond) {
  Site site({Colleague("ada"), Colleague("mentor")});
  site.clock.Set(Utc(kTenOnMonday) + absl::Seconds(1));
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 30, kTenOnMonday, "2026-06-08 11:00"),
              ElementsAre("Mon 8 Jun 2026, 10:15 (UTC+00:00)"));
}

// Case 28: the last reading counts for a day; then nothing is offered, until it is read again or its owner says so.
TEST(EdgeCaseTest, ACalendarThatCannotBeReadOffersNothingAfterADay) {
  Site site({Colleague("ada"), Colleague("mentor")});
  ASSERT_THAT(site.PutBusy("mentor", {{Utc("2026-06-09 10:00"), Utc("2026-06-09 11:00")}}), IsOk());
  site.clock.Advance(absl::Hours(24));
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 60, "2026-06-09 09:00", "2026-06-09 12:00"),
              ElementsAre("Tue 9 Jun 2026, 09:00 (UTC+00:00)", "Tue 9 Jun 2026, 11:00 (UTC+00:00)"));
  site.clock.Advance(absl::Seconds(1));
  EXPECT_THAT(Listed(site, {"ada", "mentor"}, 60, "2026-06-09 09:00", "2026-06-12 12:00"), SizeIs(0));
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-09 09:00"), FailsWith(kTaken, "SLOT_TAKEN"));
  ASSERT_THAT(site.PutBusy("mentor", {}), IsOk());
  EXPECT_THAT(site.Book("ada", "mentor", "2026-06-09 09:00"), IsOk());
}

// Case 29.
TEST(EdgeCaseTest, TimesAndLengthsThatCannotBeAreRefusedByFieldAndChangeNothing) {
  Site site({Colleague("ada"), Colleague("mentor")});
  const std::string before = EverythingOf(site);
  EXPECT_THAT(site.Book("ada", "mentor", kTenOnMonday, 0), RefusesField("duration"));
  EXPECT_THAT(site.Book("ada", "mentor", kTenOnMonday, -30), RefusesField("duration"));
  EXPECT_THAT(site.Book("ada", "mentor", "1969-12-31 23:00"), RefusesField("start_time"));
  EXPECT_THAT(site.Book("ada", "mentor", "2101-01-01 00:00"), RefusesField("start_time"));
  v1::FindTimesRequest backwards;
  for (const char* name : {"people/ada", "people/mentor"}) backwards.add_people(name);
  *backwards.mutable_start_time() = WriteInstant(Utc("2026-06-09 10:00"));
  *backwards.mutable_end_time() = WriteInstant(Utc("2026-06-09 09:00"));
  EXPECT_THAT(site.Find("ada", backwards), RefusesField("end_time"));
  EXPECT_EQ(EverythingOf(site), before);
}

// Case 31: what is booked is an instant, wherever its people go.
TEST(EdgeCaseTest, ATravellersChatsStayWhereTheyAreInTime) {
  Site site({Colleague("ada"), Colleague("grace").Works(0, 1440)});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  site.Tell({Colleague("grace").In("Asia/Tokyo").Works(0, 1440)});
  const absl::StatusOr<v1::Chat> now = site.Get("grace", chat.name());
  ASSERT_THAT(now, IsOk());
  EXPECT_EQ(now->start_time().seconds(), absl::ToUnixSeconds(Utc(kTenOnMonday)));
  EXPECT_EQ(now->attendees(1).local_start().text(), "Mon 8 Jun 2026, 19:00 (UTC+09:00)");
  EXPECT_EQ(now->etag(), chat.etag());
}

TEST(EdgeCaseTest, NobodyMeetsThemselves) {
  Site site({Colleague("ada"), Colleague("mentor")});
  const std::string before = EverythingOf(site);
  EXPECT_THAT(site.Book("ada", "ada", kTenOnMonday), RefusesField("attendees"));
  EXPECT_EQ(EverythingOf(site), before);
}

TEST(EdgeCaseTest, ATimePassedByASecondIsRefusedAndChangesNothing) {
  Site site({Colleague("ada"), Colleague("mentor")});
  site.clock.Set(Utc(kTenOnMonday) + absl::Seconds(1));
  const std::string before = EverythingOf(site);
  EXPECT_THAT(site.Book("ada", "mentor", kTenOnMonday), FailsWith(absl::StatusCode::kInvalidArgument, "TIME_PASSED"));
  EXPECT_EQ(EverythingOf(site), before);
}

// One asks through Slack, whose bot acts for her, and one on the web; and matching books for a third.
TEST(EdgeCaseTest, OfThoseWhoAskByDifferentWaysOneGetsTheTime) {
  Site site({Colleague("ada"), Colleague("eve"), Colleague("bob"), Colleague("mentor")});
  const auto as = [](const std::string& subject, api::v1::Role role, const std::string& actor) {
    auto info = std::make_shared<rpc::CallInfo>();
    info->organization = "acme";
    info->subject = subject;
    info->actor = actor;
    info->roles.Add(role);
    info->method = "test";
    info->deadline = absl::Now() + absl::Seconds(20);
    return rpc::Call(std::move(info));
  };
  const v1::BookChatRequest asking = site.Asking({"mentor"}, Utc(kTenOnMonday));
  v1::BookChatRequest for_bob = asking;
  for_bob.set_host("people/bob");
  const auto refused = AllButTheOne(
      AtOnce({[&] { return SyncWait(site.chats.Book(as("ada", api::v1::ROLE_EMPLOYEE, "slack"), asking)); },
              [&] { return SyncWait(site.chats.Book(as("eve", api::v1::ROLE_EMPLOYEE, ""), asking)); },
              [&] { return SyncWait(site.chats.Book(as("matching", api::v1::ROLE_SERVICE, ""), for_bob)); }}));
  EXPECT_THAT(refused, Each(FailsWith(kTaken, "SLOT_TAKEN")));
  EXPECT_EQ(BusyCount(site, "mentor"), "1");
}

}  // namespace
}  // namespace cortado::scheduling
