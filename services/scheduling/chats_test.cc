#include "services/scheduling/chats.h"

#include "absl/strings/str_replace.h"
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kTenOnMonday[] = "2026-06-08 10:00";

std::vector<std::string> NamesOf(const v1::ListChatsResponse& response) {
  std::vector<std::string> names;
  for (const v1::Chat& chat : response.chats()) names.push_back(chat.name());
  return names;
}

std::vector<std::string> TimesIn(const absl::Status& status) {
  return absl::StrSplit(MetadataOf(status, "times"), ',', absl::SkipEmpty());
}

TEST(BookChatTest, TheChatIsThereForBoth) {
  Site site({Colleague("ada").Named("Ada"), Colleague("grace").Named("Grace").In("America/New_York").Works(300, 1020)});
  const absl::StatusOr<v1::Chat> chat = site.Book("ada", "grace", kTenOnMonday);
  ASSERT_THAT(chat, IsOk());
  EXPECT_EQ(chat->host(), "people/ada");
  EXPECT_EQ(chat->state(), v1::Chat::STATE_BOOKED);
  EXPECT_EQ(chat->attendees(1).person().display_name(), "Grace");
  EXPECT_EQ(chat->attendees(1).local_start().text(), "Mon 8 Jun 2026, 06:00 (UTC-04:00)");
  EXPECT_THAT(chat->invitation(), HasSubstr("METHOD:REQUEST"));
  EXPECT_EQ(site.Get("grace", chat->name())->SerializeAsString(), chat->SerializeAsString());
  EXPECT_THAT(NamesOf(*site.List("grace")), ElementsAre(chat->name()));
}

TEST(BookChatTest, ATakenTimeComesWithThreeFreeOnesAndNobodysName) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  ASSERT_THAT(site.Book("ada", "grace", kTenOnMonday), IsOk());
  const absl::Status refused = site.Book("eve", "grace", "2026-06-08 10:15").status();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
  ASSERT_THAT(TimesIn(refused), SizeIs(3));
  EXPECT_THAT(refused.ToString(), Not(HasSubstr("ada")));
  for (const std::string& time : TimesIn(refused)) {
    absl::Time start;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &start, nullptr));
    ASSERT_THAT(site.Send("eve", site.Asking({"grace"}, start)), IsOk()) << time;
  }
}

TEST(BookChatTest, TheHostsOwnTimeIsTestedToo) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  ASSERT_THAT(site.Book("ada", "grace", kTenOnMonday), IsOk());
  EXPECT_THAT(site.Book("ada", "eve", kTenOnMonday), FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
}

TEST(BookChatTest, ChatsMayTouch) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.Book("ada", "grace", kTenOnMonday), IsOk());
  EXPECT_THAT(site.Book("grace", "ada", "2026-06-08 10:30"), IsOk());
  EXPECT_THAT(site.Book("grace", "ada", "2026-06-08 09:30"), IsOk());
}

TEST(BookChatTest, TheBufferStaysFreeAfterAChat) {
  Site site({Colleague("ada"), Colleague("grace").Buffer(15)});
  ASSERT_THAT(site.Book("ada", "grace", kTenOnMonday), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-08 10:40"), FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-08 09:25"), FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-08 10:45"), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-08 09:15"), IsOk());
}

TEST(BookChatTest, ARepeatOfTheRequestIdBooksOnce) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::BookChatRequest request = site.Asking({"grace"}, Utc(kTenOnMonday));
  const absl::StatusOr<v1::Chat> first = site.Send("ada", request);
  ASSERT_THAT(first, IsOk());
  site.clock.Advance(absl::Hours(24));
  EXPECT_EQ(site.Send("ada", request)->name(), first->name());
  EXPECT_EQ(site.Send("ada", request)->etag(), first->etag());
  EXPECT_EQ(site.server.Ask({"ZCARD", "cortado:{acme}:scheduling:chats:ada"}), "1");
}

TEST(BookChatTest, ARequestIdWithAnotherTimeIsRefused) {
  Site site({Colleague("ada"), Colleague("grace")});
  v1::BookChatRequest request = site.Asking({"grace"}, Utc(kTenOnMonday));
  ASSERT_THAT(site.Send("ada", request), IsOk());
  *request.mutable_start_time() = WriteInstant(Utc("2026-06-08 14:00"));
  EXPECT_THAT(site.Send("ada", request), FailsWith(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
  EXPECT_THAT(site.List("ada")->chats(), SizeIs(1));
}

TEST(BookChatTest, ARepeatAfterCancellingReturnsTheChatAsItIsNow) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::BookChatRequest request = site.Asking({"grace"}, Utc(kTenOnMonday));
  ASSERT_THAT(site.Cancel("ada", *site.Send("ada", request)), IsOk());
  EXPECT_EQ(site.Send("ada", request)->state(), v1::Chat::STATE_CANCELLED);
}

TEST(BookChatTest, MeetingOneselfOrSomebodyTwiceIsRefused) {
  Site site({Colleague("ada"), Colleague("grace")});
  EXPECT_THAT(site.Book("ada", "ada", kTenOnMonday), RefusesField("attendees"));
  EXPECT_THAT(site.Send("ada", site.Asking({"grace", "grace"}, Utc(kTenOnMonday))), RefusesField("attendees"));
}

TEST(BookChatTest, ATimePassedByASecondIsRefused) {
  Site site({Colleague("ada"), Colleague("grace")});
  site.clock.Set(Utc(kTenOnMonday) + absl::Seconds(1));
  const absl::Status refused = site.Book("ada", "grace", kTenOnMonday).status();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kInvalidArgument, "TIME_PASSED"));
  EXPECT_EQ(FieldsOf(refused), "start_time");
}

TEST(BookChatTest, OddTimesAndLengthsNameTheirField) {
  Site site({Colleague("ada"), Colleague("grace")});
  EXPECT_THAT(site.Send("ada", site.Asking({"grace"}, Utc(kTenOnMonday) + absl::Seconds(7))),
              RefusesField("start_time"));
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday, 9), RefusesField("duration"));
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday, -30), RefusesField("duration"));
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday, 241), RefusesField("duration"));
  v1::BookChatRequest far = site.Asking({"grace"}, Utc(kTenOnMonday));
  far.mutable_start_time()->set_seconds(INT64_MAX);
  EXPECT_THAT(site.Send("ada", far), RefusesField("start_time"));
}

TEST(BookChatTest, OutsideSomebodysHoursComesWithTimesInside) {
  Site site({Colleague("ada"), Colleague("grace").Works(13 * 60, 15 * 60)});
  const absl::Status refused = site.Book("ada", "grace", kTenOnMonday).status();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kFailedPrecondition, "OUTSIDE_HOURS"));
  EXPECT_THAT(TimesIn(refused), ElementsAre("2026-06-08T13:00:00Z", "2026-06-09T13:00:00Z", "2026-06-10T13:00:00Z"));
}

TEST(BookChatTest, SoonerThanTheNoticeIsRefused) {
  Site site({Colleague("ada"), Colleague("grace").Notice(absl::Hours(48))});
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday),
              FailsWith(absl::StatusCode::kFailedPrecondition, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-10 10:00"), IsOk());
}

TEST(BookChatTest, AnUnknownPersonIsNotFound) {
  Site site({Colleague("ada")});
  EXPECT_THAT(site.Book("ada", "nobody", kTenOnMonday), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

// Another process kept the news of grace: this one still remembers her as she was.
TEST(BookChatTest, WhatIsRememberedOfSomebodyGrantsNothing) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-09 10:00"), IsOk());
  const auto put = [&](const Colleague& grace) {
    std::vector<profile::v1::PersonSnapshot> people = {grace.snapshot()};
    return SyncWait(site.people_store.Put(site.As("test"), people, {}));
  };
  ASSERT_THAT(put(Colleague("grace").Door(profile::v1::BOOKING_CLOSED)), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 11:00"),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  ASSERT_THAT(put(Colleague("grace").Works(12 * 60, 17 * 60)), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 11:00"),
              FailsWith(absl::StatusCode::kFailedPrecondition, "OUTSIDE_HOURS"));
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 12:00"), IsOk());
}

TEST(BookChatTest, WhatIsRememberedOfSomebodyHidesNothing) {
  Site site({Colleague("ada"), Colleague("grace").Works(9 * 60, 10 * 60)});
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-09 09:00"), IsOk());
  std::vector<profile::v1::PersonSnapshot> people = {Colleague("grace").snapshot()};
  ASSERT_THAT(SyncWait(site.people_store.Put(site.As("test"), people, {})), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 11:00"), IsOk());
}

TEST(ConsentTest, WhoAsksFirstIsBookedByAMatchAlone) {
  Site site({Colleague("ada"), Colleague("grace").Door(profile::v1::BOOKING_ASK_FIRST)});
  site.Match("ada", "grace");
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday),
              FailsWith(absl::StatusCode::kFailedPrecondition, "CONSENT_REQUIRED"));
  v1::BookChatRequest request = site.Asking({"grace"}, Utc(kTenOnMonday));
  request.set_match("matches/m1");
  const absl::StatusOr<v1::Chat> chat = site.Send("ada", request);
  ASSERT_THAT(chat, IsOk());
  EXPECT_EQ(chat->match(), "matches/m1");
}

TEST(ConsentTest, AChatRemembersTheProgrammeThatBroughtThemTogether) {
  Site site({Colleague("ada"), Colleague("grace").Door(profile::v1::BOOKING_ASK_FIRST)});
  site.Match("ada", "grace");
  site.matches["matches/m1"].set_program("programs/spring");
  v1::BookChatRequest request = site.Asking({"grace"}, Utc(kTenOnMonday));
  request.set_match("matches/m1");
  EXPECT_EQ(site.Send("ada", request)->program(), "programs/spring");
}

TEST(ConsentTest, AMatchOfAGroupCoversAllOfThem) {
  const auto door = profile::v1::BOOKING_ASK_FIRST;
  Site site({Colleague("ada").Door(door), Colleague("bo").Door(door), Colleague("cy").Door(door),
             Colleague("eve").Door(door)});
  site.Match("ada", "bo");
  site.matches["matches/m1"].add_others()->set_person("people/cy");
  v1::BookChatRequest request = site.Asking({"ada", "bo"}, Utc(kTenOnMonday));
  request.set_match("matches/m1");
  EXPECT_THAT(site.Send("cy", request), IsOk());
  request = site.Asking({"ada", "eve"}, Utc(kTenOnMonday) + absl::Hours(2));
  request.set_match("matches/m1");
  EXPECT_THAT(site.Send("cy", request), FailsWith(absl::StatusCode::kFailedPrecondition, "CONSENT_REQUIRED"));
}

TEST(ConsentTest, AMatchWithSomebodyElseOrThatHasEndedGivesNone) {
  Site site({Colleague("ada"), Colleague("eve"), Colleague("grace").Door(profile::v1::BOOKING_ASK_FIRST)});
  site.Match("eve", "grace", "matches/theirs");
  site.Match("ada", "grace", "matches/over");
  site.matches["matches/over"].set_state(matching::v1::Match::STATE_ENDED);
  for (const char* match : {"matches/theirs", "matches/over", "matches/none"}) {
    v1::BookChatRequest request = site.Asking({"grace"}, Utc(kTenOnMonday));
    request.set_match(match);
    EXPECT_THAT(site.Send("ada", request), FailsWith(absl::StatusCode::kFailedPrecondition, "CONSENT_REQUIRED"))
        << match;
  }
}

TEST(ConsentTest, AClosedDoorOpensForAMatchThatStands) {
  Site site({Colleague("ada"), Colleague("grace").Door(profile::v1::BOOKING_CLOSED)});
  site.Match("grace", "ada");
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  v1::BookChatRequest request = site.Asking({"grace"}, Utc(kTenOnMonday));
  request.set_match("matches/m1");
  EXPECT_THAT(site.Send("ada", request), IsOk());
}

// Product rule 1.5: a block, a pause, a closed door, spent minutes and somebody who left look the same to the last
// byte.
TEST(ConsentTest, NotAvailableIsOneAnswer) {
  Site site({Colleague("ada").Blocks("blocked"), Colleague("blocked"), Colleague("blocker").Blocks("ada"),
             Colleague("paused").PausedUntil(Utc("2026-07-01 00:00")), Colleague("left").Left(),
             Colleague("closed").Door(profile::v1::BOOKING_CLOSED), Colleague("spent").WeeklyMinutes(29)});
  const std::string expected = static_cast<absl::Status>(NotAvailable()).ToString();
  v1::FindTimesRequest find;
  find.mutable_duration()->set_seconds(1800);
  for (const char* other : {"blocked", "blocker", "paused", "left", "closed", "spent"}) {
    EXPECT_EQ(site.Book("ada", other, kTenOnMonday).status().ToString(), expected) << other;
    find.clear_people();
    find.add_people("people/ada");
    find.add_people(absl::StrCat("people/", other));
    EXPECT_EQ(site.Find("ada", find).status().ToString(), expected) << other;
  }
}

TEST(ConsentTest, PeopleWhoBlockedOneAnotherAreNotBroughtTogether) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve").Blocks("grace")});
  EXPECT_THAT(site.Send("ada", site.Asking({"grace", "eve"}, Utc(kTenOnMonday))),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(site.Send("ada", site.Asking({"eve"}, Utc(kTenOnMonday))), IsOk());
}

TEST(ConsentTest, NotAvailableIsLookedAtBeforeConsent) {
  Site site({Colleague("ada"), Colleague("grace").Door(profile::v1::BOOKING_ASK_FIRST).Left(),
             Colleague("eve").Door(profile::v1::BOOKING_ASK_FIRST)});
  EXPECT_THAT(site.Send("ada", site.Asking({"eve", "grace"}, Utc(kTenOnMonday))),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
}

TEST(WeeklyMinutesTest, NobodyOverdrawsThem) {
  Site site({Colleague("ada"), Colleague("grace").WeeklyMinutes(60)});
  ASSERT_THAT(site.Book("ada", "grace", kTenOnMonday, 45), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-12 10:00", 16),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-12 10:00", 15), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-15 10:00", 60), IsOk());
}

TEST(WeeklyMinutesTest, OnesOwnAreSaidToBeOnesOwn) {
  Site site({Colleague("ada").WeeklyMinutes(20), Colleague("grace")});
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday),
              FailsWith(absl::StatusCode::kFailedPrecondition, "WEEKLY_MINUTES_SPENT"));
}

TEST(WeeklyMinutesTest, WhereBothHaveSpentThemTheOthersAreLookedAtFirst) {
  Site site({Colleague("ada").WeeklyMinutes(30), Colleague("grace").WeeklyMinutes(30)});
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-09 10:00"), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 11:00"),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
}

TEST(WeeklyMinutesTest, ACancelledChatGivesThemBack) {
  Site site({Colleague("ada"), Colleague("grace").WeeklyMinutes(30)});
  ASSERT_THAT(site.Cancel("grace", *site.Book("ada", "grace", kTenOnMonday)), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 10:00"), IsOk());
}

std::string MinutesOf(Site& site, const std::string& id) {
  return site.server.Ask({"HGET", "cortado:{acme}:scheduling:minutes:" + id, "2026-W24"});
}

TEST(FollowUpTest, IsChargedToWhoeverNeedsItAndComesBackWithTheChat) {
  Site site({Colleague("ada"), Colleague("grace").FollowUp(15)});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday, 30);
  EXPECT_EQ(MinutesOf(site, "grace"), "45");
  EXPECT_EQ(MinutesOf(site, "ada"), "30");
  ASSERT_THAT(site.Cancel("ada", chat), IsOk());
  EXPECT_EQ(MinutesOf(site, "grace"), "0");
}

TEST(FollowUpTest, CountsByEveryWayOfTakingATime) {
  Site site({Colleague("ada"), Colleague("grace").WeeklyMinutes(89).FollowUp(15)});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday, 30);
  const auto refused = FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE");
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 10:00", 30), refused);
  EXPECT_THAT(site.Hold("ada", "grace", "2026-06-09 10:00", 30), refused);
  EXPECT_THAT(site.Send("ada", site.AskingWeekly("grace", Utc("2026-06-09 10:00"), 2)), refused);
  EXPECT_THAT(site.Move("ada", chat, "2026-06-09 10:00", 75), refused);
  EXPECT_EQ(MinutesOf(site, "grace"), "45");
  EXPECT_THAT(site.Hold("ada", "grace", "2026-06-10 10:00", 29), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 10:00", 29), IsOk());
  EXPECT_EQ(MinutesOf(site, "grace"), "89");
}

TEST(FollowUpTest, OfASeriesIsChargedForEachOfItsChats) {
  Site site({Colleague("ada"), Colleague("grace").WeeklyMinutes(45).FollowUp(15)});
  ASSERT_THAT(site.Send("ada", site.AskingWeekly("grace", Utc("2026-06-09 10:00"), 3)), IsOk());
  EXPECT_EQ(MinutesOf(site, "grace"), "45");
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-24 10:00", 10),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
}

TEST(FollowUpTest, WhoeverTakesTheirSeatAgainIsChargedAgain) {
  Site site({Colleague("ada"), Colleague("bob"), Colleague("grace").FollowUp(15)});
  const v1::Chat chat = *site.Send("ada", site.Asking({"bob", "grace"}, Utc(kTenOnMonday)));
  ASSERT_THAT(site.Respond("grace", chat, v1::Attendee::RESPONSE_DECLINED), IsOk());
  EXPECT_EQ(MinutesOf(site, "grace"), "0");
  ASSERT_THAT(site.Respond("grace", chat, v1::Attendee::RESPONSE_ACCEPTED), IsOk());
  EXPECT_EQ(MinutesOf(site, "grace"), "45");
}

// What a chat took stays as it was booked: whoever says another number gets back exactly what was taken.
TEST(FollowUpTest, AnotherNumberCountsForTheChatsBookedFromThenOn) {
  Site site({Colleague("ada"), Colleague("grace").FollowUp(15)});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday, 30);
  site.Tell({Colleague("grace").FollowUp(60)});
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-09 10:00", 30), IsOk());
  EXPECT_EQ(MinutesOf(site, "grace"), "135");
  ASSERT_THAT(site.Cancel("ada", chat), IsOk());
  EXPECT_EQ(MinutesOf(site, "grace"), "90");
}

TEST(CancelChatTest, TheTimeIsFreeAtOnce) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const absl::StatusOr<v1::Chat> chat = site.Book("ada", "grace", kTenOnMonday);
  ASSERT_THAT(chat, IsOk());
  const absl::StatusOr<v1::Chat> cancelled = site.Cancel("grace", *chat);
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state(), v1::Chat::STATE_CANCELLED);
  EXPECT_EQ(cancelled->sequence(), 1);
  EXPECT_NE(cancelled->etag(), chat->etag());
  EXPECT_THAT(cancelled->invitation(), HasSubstr("METHOD:CANCEL"));
  EXPECT_THAT(site.Book("eve", "grace", kTenOnMonday), IsOk());
}

TEST(CancelChatTest, AnOldEtagIsRefused) {
  Site site({Colleague("ada"), Colleague("grace")});
  v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  chat.set_etag("77");
  EXPECT_THAT(site.Cancel("ada", chat), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_THAT(NamesOf(*site.List("ada")), ElementsAre(chat.name()));
}

TEST(CancelChatTest, ASecondTimeIsRefusedAndARepeatIsNot) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  const absl::StatusOr<v1::Chat> first = site.Cancel("ada", chat, "cancel-request");
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(site.Cancel("ada", chat, "cancel-request")->etag(), first->etag());
  EXPECT_THAT(site.Cancel("grace", *first), FailsWith(absl::StatusCode::kFailedPrecondition, "CHAT_CANCELLED"));
}

TEST(CancelChatTest, OthersFindNoSuchChat) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  EXPECT_THAT(site.Cancel("eve", chat), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(site.Get("eve", chat.name()), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(site.Get("eve", chat.name()).status().ToString(), site.Get("eve", "chats/none").status().ToString());
}

TEST(ListChatsTest, PagesHoldEveryChatOnceByStart) {
  Site site({Colleague("ada").WeeklyMinutes(2400), Colleague("grace").WeeklyMinutes(2400)});
  std::vector<std::string> names;
  for (int hour = 16; hour >= 9; --hour) {
    const absl::StatusOr<v1::Chat> chat = site.Book("ada", "grace", absl::StrCat("2026-06-09 ", hour, ":00"));
    ASSERT_THAT(chat, IsOk());
    names.insert(names.begin(), chat->name());
  }
  std::vector<std::string> listed;
  v1::ListChatsRequest request;
  request.set_page_size(3);
  do {
    const absl::StatusOr<v1::ListChatsResponse> page = site.List("ada", request);
    ASSERT_THAT(page, IsOk());
    for (std::string& name : NamesOf(*page)) listed.push_back(std::move(name));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, names);
}

TEST(ListChatsTest, CancelledAndPastOnesAreShownOnlyWhenAskedFor) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat past = *site.Book("ada", "grace", "2026-06-08 09:00");
  const v1::Chat cancelled = *site.Book("ada", "grace", "2026-06-09 09:00");
  const v1::Chat ahead = *site.Book("ada", "grace", "2026-06-10 09:00");
  ASSERT_THAT(site.Cancel("ada", cancelled), IsOk());
  site.clock.Set(Utc("2026-06-08 09:30"));
  EXPECT_THAT(NamesOf(*site.List("ada")), ElementsAre(ahead.name()));
  v1::ListChatsRequest request;
  request.set_show_cancelled(true);
  *request.mutable_start_time() = WriteInstant(Utc("2026-06-08 00:00"));
  EXPECT_THAT(NamesOf(*site.List("ada", request)), ElementsAre(past.name(), cancelled.name(), ahead.name()));
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-09 00:00"));
  EXPECT_THAT(NamesOf(*site.List("ada", request)), ElementsAre(past.name()));
  EXPECT_THAT(NamesOf(*site.List("eve")), IsEmpty());
}

TEST(ListChatsTest, APageTokenOfAnotherQuestionIsRefused) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-09 09:00"), IsOk());
  ASSERT_THAT(site.Book("ada", "grace", "2026-06-10 09:00"), IsOk());
  v1::ListChatsRequest request;
  request.set_page_size(1);
  request.set_page_token(site.List("ada", request)->next_page_token());
  ASSERT_THAT(request.page_token(), Not(IsEmpty()));
  request.set_show_cancelled(true);
  EXPECT_EQ(site.List("ada", request).status().code(), absl::StatusCode::kInvalidArgument);
  request.set_show_cancelled(false);
  EXPECT_EQ(site.List("grace", request).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ChatTest, WhatIsBookedKeepsItsInstantWhenSomebodyMovesToAnotherZone) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  site.Tell({Colleague("grace").In("Asia/Kolkata")});
  const absl::StatusOr<v1::Chat> now = site.Get("ada", chat.name());
  ASSERT_THAT(now, IsOk());
  EXPECT_EQ(now->start_time().seconds(), chat.start_time().seconds());
  EXPECT_EQ(now->attendees(1).local_start().text(), "Mon 8 Jun 2026, 15:30 (UTC+05:30)");
  EXPECT_EQ(now->time_zone(), "UTC");
}

TEST(ChatTest, TheReadersLanguageIsSpoken) {
  Site site({Colleague("ada").Speaks("de-AT"), Colleague("grace")});
  const absl::StatusOr<v1::Chat> chat = site.Book("ada", "grace", kTenOnMonday);
  ASSERT_THAT(chat, IsOk());
  EXPECT_EQ(chat->attendees(0).local_start().text(), "Mo 8. Juni 2026, 10:00 (UTC+00:00)");
}

TEST(ChatTest, TheInvitationTellsPeopleWithoutAddressApart) {
  Site site({Colleague("ada").At("ada@example.com"), Colleague("grace")});
  const absl::StatusOr<v1::Chat> chat = site.Book("ada", "grace", kTenOnMonday);
  ASSERT_THAT(chat, IsOk());
  const std::string unfolded = absl::StrReplaceAll(chat->invitation(), {{"\r\n ", ""}});
  EXPECT_THAT(unfolded, HasSubstr("mailto:ada@example.com"));
  EXPECT_THAT(unfolded, HasSubstr("mailto:grace@cortado.invalid"));
}

}  // namespace
}  // namespace cortado::scheduling
