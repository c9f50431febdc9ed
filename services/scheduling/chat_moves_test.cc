// Moving a chat: the rules, on a real store.
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kTenOnMonday[] = "2026-06-08 10:00";
constexpr char kTwoOnMonday[] = "2026-06-08 14:00";
constexpr char kTenOnNextMonday[] = "2026-06-15 10:00";

std::vector<std::string> TimesIn(const absl::Status& status) {
  return absl::StrSplit(MetadataOf(status, "times"), ',', absl::SkipEmpty());
}

std::string LineOf(const v1::Chat& chat, absl::string_view property) {
  for (const absl::string_view line : absl::StrSplit(chat.invitation(), "\r\n")) {
    if (absl::StartsWith(line, absl::StrCat(property, ":"))) return std::string(line);
  }
  return "";
}

// Everything of the last `count` events, as text.
std::string LastEvents(Site& site, int count) {
  return site.server.Ask({"XREVRANGE", "cortado:{acme}:scheduling:events", "+", "-", "COUNT", absl::StrCat(count)});
}

TEST(RescheduleChatTest, TheOldTimeIsFreeAndTheNewOneIsTaken) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  const absl::StatusOr<v1::Chat> moved = site.Move("ada", chat, kTwoOnMonday);
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->name(), chat.name());
  EXPECT_EQ(moved->start_time().seconds(), absl::ToUnixSeconds(Utc(kTwoOnMonday)));
  EXPECT_NE(moved->etag(), chat.etag());
  EXPECT_THAT(site.Book("eve", "grace", kTwoOnMonday), FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(site.Book("eve", "grace", kTenOnMonday), IsOk());
  EXPECT_EQ(site.Get("ada", chat.name())->SerializeAsString(), moved->SerializeAsString());
  EXPECT_THAT(site.List("ada")->chats(), SizeIs(1));
}

TEST(RescheduleChatTest, AnyAttendeeMovesItAndTheHostStays) {
  Site site({Colleague("ada").In("Europe/Berlin"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  const absl::StatusOr<v1::Chat> moved = site.Move("grace", chat, kTwoOnMonday);
  ASSERT_THAT(moved, IsOk());
  EXPECT_EQ(moved->host(), "people/ada");
  EXPECT_EQ(moved->attendees(0).person().person(), "people/ada");
  EXPECT_EQ(moved->time_zone(), "Europe/Berlin");
}

TEST(RescheduleChatTest, TheInvitationIsTheSameOneWithAHigherSequence) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  site.clock.Advance(absl::Minutes(5));
  const v1::Chat moved = *site.Move("grace", chat, kTwoOnMonday);
  EXPECT_EQ(LineOf(moved, "UID"), LineOf(chat, "UID"));
  EXPECT_EQ(LineOf(chat, "SEQUENCE"), "SEQUENCE:0");
  EXPECT_EQ(LineOf(moved, "SEQUENCE"), "SEQUENCE:1");
  EXPECT_EQ(LineOf(moved, "METHOD"), "METHOD:REQUEST");
  EXPECT_EQ(LineOf(moved, "DTSTART"), "DTSTART:20260608T140000Z");
  EXPECT_EQ(LineOf(moved, "LAST-MODIFIED"), "LAST-MODIFIED:20260608T060500Z");
  EXPECT_EQ(LineOf(*site.Cancel("ada", moved), "SEQUENCE"), "SEQUENCE:2");
}

TEST(RescheduleChatTest, TheLengthStaysUnlessAnotherIsSaid) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday, 45);
  const v1::Chat moved = *site.Move("ada", chat, kTwoOnMonday);
  EXPECT_EQ(moved.end_time().seconds() - moved.start_time().seconds(), 45 * 60);
  const v1::Chat longer = *site.Move("ada", moved, kTwoOnMonday, 60);
  EXPECT_EQ(longer.start_time().seconds(), moved.start_time().seconds());
  EXPECT_EQ(longer.end_time().seconds() - longer.start_time().seconds(), 60 * 60);
  EXPECT_EQ(longer.sequence(), 2);
}

TEST(RescheduleChatTest, ItMayOverlapWhereItWas) {
  Site site({Colleague("ada"), Colleague("grace").Buffer(30)});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  EXPECT_THAT(site.Move("ada", chat, "2026-06-08 10:15"), IsOk());
}

TEST(RescheduleChatTest, ATakenTimeComesWithThreeOtherTimes) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Book("ada", "grace", "2026-06-08 09:00");
  ASSERT_THAT(site.Book("eve", "grace", kTenOnMonday), IsOk());
  const absl::Status refused = site.Move("ada", chat, kTenOnMonday).status();
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
  EXPECT_THAT(TimesIn(refused), AllOf(SizeIs(3), Not(::testing::Contains("2026-06-08T09:00:00Z"))));
  EXPECT_EQ(site.Get("ada", chat.name())->etag(), chat.etag());
  for (const std::string& time : TimesIn(refused)) {
    absl::Time start;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, time, &start, nullptr));
    EXPECT_THAT(site.Send("ada", site.Moving(*site.Get("ada", chat.name()), start)), IsOk()) << time;
  }
}

TEST(RescheduleChatTest, HoursAndNoticeHoldForTheNewTime) {
  Site site({Colleague("ada"), Colleague("grace").Notice(absl::Hours(3))});
  const v1::Chat chat = *site.Book("ada", "grace", kTwoOnMonday);
  const absl::Status late = site.Move("ada", chat, "2026-06-08 18:00").status();
  EXPECT_THAT(late, FailsWith(absl::StatusCode::kFailedPrecondition, "OUTSIDE_HOURS"));
  EXPECT_THAT(TimesIn(late), SizeIs(3));
  site.clock.Set(Utc(kTenOnMonday));
  EXPECT_THAT(site.Move("ada", chat, "2026-06-08 12:00"),
              FailsWith(absl::StatusCode::kFailedPrecondition, "OUTSIDE_HOURS"));
}

TEST(RescheduleChatTest, TheMinutesItHadCountAsFree) {
  Site site({Colleague("ada").WeeklyMinutes(60), Colleague("grace").WeeklyMinutes(30)});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  const absl::StatusOr<v1::Chat> moved = site.Move("ada", chat, kTwoOnMonday);
  ASSERT_THAT(moved, IsOk());
  EXPECT_THAT(site.Move("ada", *moved, kTenOnMonday, 31),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(site.Move("grace", *moved, kTenOnMonday, 31),
              FailsWith(absl::StatusCode::kFailedPrecondition, "WEEKLY_MINUTES_SPENT"));
}

TEST(RescheduleChatTest, AMoveToAnotherWeekGivesBackThoseOfTheOld) {
  Site site({Colleague("ada"), Colleague("grace").WeeklyMinutes(30)});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  ASSERT_THAT(site.Move("ada", chat, kTenOnNextMonday), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-16 10:00"),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday), IsOk());
}

// Minutes are held in the week of the zone they were booked in.
TEST(RescheduleChatTest, MinutesComeBackAfterAChangeOfZone) {
  Site site({Colleague("ada").Works(0, 1440), Colleague("grace").Works(0, 1440).WeeklyMinutes(30)});
  const v1::Chat chat = *site.Book("ada", "grace", "2026-06-15 00:30");
  site.Tell({Colleague("grace").Works(0, 1440).WeeklyMinutes(30).In("America/New_York")});
  ASSERT_THAT(site.Move("ada", chat, "2026-06-17 12:00"), IsOk());
  EXPECT_EQ(site.server.Ask({"HGET", "cortado:{acme}:scheduling:minutes:grace", "2026-W25"}), "30");
  ASSERT_THAT(site.Move("ada", *site.Get("ada", chat.name()), "2026-06-12 12:00"), IsOk());
  EXPECT_EQ(site.server.Ask({"HGET", "cortado:{acme}:scheduling:minutes:grace", "2026-W25"}), "0");
}

TEST(RescheduleChatTest, APassedTimeAndAChatThatHasBegunAreRefused) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTwoOnMonday);
  const absl::Status passed = site.Move("ada", chat, "2026-06-08 05:00").status();
  EXPECT_THAT(passed, FailsWith(absl::StatusCode::kInvalidArgument, "TIME_PASSED"));
  EXPECT_EQ(FieldsOf(passed), "start_time");
  site.clock.Set(Utc(kTwoOnMonday));
  const absl::Status begun = site.Move("ada", chat, "2026-06-09 10:00").status();
  EXPECT_THAT(begun, FailsWith(absl::StatusCode::kInvalidArgument, "TIME_PASSED"));
  EXPECT_EQ(FieldsOf(begun), "name");
}

TEST(RescheduleChatTest, AMoveToTheSameTimeChangesNothing) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  const std::string events = LastEvents(site, 100);
  const absl::StatusOr<v1::Chat> same = site.Move("grace", chat, kTenOnMonday, 30);
  ASSERT_THAT(same, IsOk());
  EXPECT_EQ(same->SerializeAsString(), site.Get("grace", chat.name())->SerializeAsString());
  EXPECT_EQ(same->etag(), chat.etag());
  EXPECT_EQ(same->sequence(), 0);
  EXPECT_EQ(LastEvents(site, 100), events);
}

TEST(RescheduleChatTest, AnEtagIsGoodForOneMove) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  ASSERT_THAT(site.Move("ada", chat, kTwoOnMonday), IsOk());
  EXPECT_THAT(site.Move("grace", chat, "2026-06-09 10:00"), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_THAT(site.Move("grace", chat, kTwoOnMonday), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_EQ(site.server.Ask({"ZCARD", "cortado:{acme}:scheduling:busy:grace"}), "1");
}

TEST(RescheduleChatTest, ARepeatOfTheRequestIdMovesOnce) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  v1::RescheduleChatRequest request = site.Moving(chat, Utc(kTwoOnMonday));
  const absl::StatusOr<v1::Chat> first = site.Send("ada", request);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(site.Send("ada", request)->etag(), first->etag());
  site.clock.Set(Utc(kTwoOnMonday));
  EXPECT_EQ(site.Send("ada", request)->etag(), first->etag());
  *request.mutable_start_time() = WriteInstant(Utc("2026-06-09 10:00"));
  EXPECT_THAT(site.Send("ada", request), FailsWith(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
}

TEST(RescheduleChatTest, ACancelledChatStaysCancelled) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat cancelled = *site.Cancel("ada", *site.Book("ada", "grace", kTenOnMonday));
  EXPECT_THAT(site.Move("ada", cancelled, kTwoOnMonday),
              FailsWith(absl::StatusCode::kFailedPrecondition, "CHAT_CANCELLED"));
  EXPECT_EQ(site.server.Ask({"ZCARD", "cortado:{acme}:scheduling:busy:ada"}), "0");
}

TEST(RescheduleChatTest, OthersFindNoSuchChat) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  EXPECT_THAT(site.Move("eve", chat, kTwoOnMonday), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST(RescheduleChatTest, OddTimesAndLengthsNameTheirField) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  EXPECT_THAT(site.Send("ada", site.Moving(chat, Utc(kTwoOnMonday) + absl::Seconds(7))), RefusesField("start_time"));
  EXPECT_THAT(site.Move("ada", chat, kTwoOnMonday, 9), RefusesField("duration"));
  EXPECT_THAT(site.Move("ada", chat, kTwoOnMonday, 241), RefusesField("duration"));
}

TEST(RescheduleChatTest, WhoAgreedToTheChatAgreedToMeet) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  site.Tell(
      {Colleague("grace").Door(profile::v1::BOOKING_CLOSED), Colleague("ada").Door(profile::v1::BOOKING_ASK_FIRST)});
  const absl::StatusOr<v1::Chat> moved = site.Move("ada", chat, kTwoOnMonday);
  ASSERT_THAT(moved, IsOk());
  EXPECT_THAT(site.Move("grace", *moved, kTenOnMonday), IsOk());
}

// What the projection has cancelled by then in all but the shortest moment.
TEST(RescheduleChatTest, WhoLeftIsAwayOrBlocksIsNotAvailable) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Send("ada", site.Asking({"grace", "eve"}, Utc(kTenOnMonday)));
  const std::string expected = static_cast<absl::Status>(NotAvailable()).ToString();
  for (const Colleague& now : {Colleague("grace").Left(), Colleague("grace").PausedUntil(Utc("2026-07-01 00:00")),
                               Colleague("grace").Blocks("ada"), Colleague("grace").Blocks("eve")}) {
    ASSERT_THAT(SyncWait(site.people_store.Put(site.As("ada"), {now.snapshot()}, {})), IsOk());
    EXPECT_EQ(site.Move("ada", chat, kTwoOnMonday).status().ToString(), expected);
  }
  EXPECT_EQ(site.Get("ada", chat.name())->etag(), chat.etag());
}

TEST(RescheduleChatTest, AChatAfterABreakMayMoveDuringIt) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnNextMonday);
  site.Tell({Colleague("grace").PausedUntil(Utc("2026-06-13 00:00"))});
  EXPECT_THAT(site.Move("ada", chat, kTwoOnMonday), FailsWith(absl::StatusCode::kFailedPrecondition, "NOT_AVAILABLE"));
  EXPECT_THAT(site.Move("grace", chat, "2026-06-16 10:00"), IsOk());
}

TEST(RescheduleChatTest, OfThreeEachIsMoved) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Send("ada", site.Asking({"grace", "eve"}, Utc(kTenOnMonday)));
  ASSERT_THAT(site.Move("eve", chat, kTwoOnMonday), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", kTenOnMonday), IsOk());
  EXPECT_THAT(site.Book("eve", "grace", kTwoOnMonday), FailsWith(absl::StatusCode::kAlreadyExists, "SLOT_TAKEN"));
}

TEST(RescheduleChatTest, TheEventSaysWhereItWasAndWhoMovedIt) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  ASSERT_THAT(site.Move("grace", chat, kTwoOnMonday), IsOk());
  const std::string event = absl::StrReplaceAll(LastEvents(site, 1), {{"\n", " "}});
  EXPECT_THAT(event, HasSubstr(absl::StrCat("kind chat.moved subject ", chat.name())));
  EXPECT_THAT(event, HasSubstr("people people/ada,people/grace"));
  EXPECT_THAT(event, HasSubstr(absl::StrCat("start ", absl::ToUnixSeconds(Utc(kTwoOnMonday)))));
  EXPECT_THAT(event, HasSubstr(absl::StrCat("was ", absl::ToUnixSeconds(Utc(kTenOnMonday)))));
  EXPECT_THAT(event, HasSubstr("by grace"));
}

TEST(TimesTextTest, TimesReadAsTheCallersClockAndLanguageHaveThem) {
  Site site({Colleague("ada").In("Europe/Berlin").Speaks("de"), Colleague("grace").Works(13 * 60, 15 * 60)});
  const absl::Status refused = site.Book("ada", "grace", kTenOnMonday).status();
  EXPECT_THAT(TimesIn(refused), ElementsAre("2026-06-08T13:00:00Z", "2026-06-09T13:00:00Z", "2026-06-10T13:00:00Z"));
  EXPECT_EQ(MetadataOf(refused, "times_text"),
            "Mo 8. Juni 2026, 15:00 (UTC+02:00), Di 9. Juni 2026, 15:00 (UTC+02:00) und Mi 10. Juni 2026, 15:00 "
            "(UTC+02:00)");
}

TEST(MailedInvitationTest, AMailboxOfOursInvitesTheHostToo) {
  Site site({Colleague("ada").At("ada@example.com"), Colleague("grace").At("grace@example.com")});
  const v1::Chat chat = *site.Book("ada", "grace", kTenOnMonday);
  v1::Chat mailed = chat;
  const Invitee ours = {"Cortado", "cortado@example.com"};
  const People people = *SyncWait(site.people_store.Find(site.As("ada"), {"ada", "grace"}));
  Show(people, {"acme", "en", site.clock.Now(), ours}, mailed);
  const auto unfolded = [](const v1::Chat& shown) { return absl::StrReplaceAll(shown.invitation(), {{"\r\n ", ""}}); };
  EXPECT_THAT(unfolded(mailed), HasSubstr("ORGANIZER;CN=\"Cortado\":mailto:cortado@example.com"));
  EXPECT_THAT(
      unfolded(mailed),
      HasSubstr("ATTENDEE;CN=\"ada\";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ada@example.com"));
  EXPECT_THAT(unfolded(mailed), HasSubstr("RSVP=TRUE:mailto:grace@example.com"));
  EXPECT_THAT(unfolded(chat), HasSubstr("ORGANIZER;CN=\"ada\":mailto:ada@example.com"));
  EXPECT_EQ(LineOf(mailed, "UID"), LineOf(chat, "UID"));
}

}  // namespace
}  // namespace cortado::scheduling
