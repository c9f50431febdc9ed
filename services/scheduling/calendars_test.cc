#include "services/scheduling/calendars.h"

#include <functional>
#include <random>
#include <string>
#include <vector>

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

constexpr auto kExists = absl::StatusCode::kAlreadyExists;

Interval Between(absl::string_view start, absl::string_view end) { return {Utc(start), Utc(end)}; }

// Tuesday from ten to eleven.
Interval Ten() { return Between("2026-06-09 10:00", "2026-06-09 11:00"); }

absl::StatusOr<v1::Calendar> Get(Site& site, const std::string& person) {
  v1::GetCalendarRequest request;
  request.set_name(absl::StrCat("people/", person, "/calendar"));
  return SyncWait(site.calendars.Get(site.As(person), request));
}

absl::StatusOr<v1::Calendar> OfferAnyway(Site& site, const v1::Calendar& calendar, bool anyway = true) {
  v1::UpdateCalendarRequest request;
  request.mutable_calendar()->set_name(calendar.name());
  request.mutable_calendar()->set_etag(calendar.etag());
  request.mutable_calendar()->set_offer_anyway(anyway);
  request.mutable_update_mask()->add_paths("offer_anyway");
  request.set_request_id(absl::StrCat("request-", ++site.serial));
  return SyncWait(site.calendars.Update(site.As("ada"), request));
}

absl::Status Forget(Site& site, const std::string& person, const std::string& request_id) {
  v1::DeleteCalendarRequest request;
  request.set_name(absl::StrCat("people/", person, "/calendar"));
  request.set_request_id(request_id);
  return SyncWait(site.calendars.Delete(site.As(person), request)).status();
}

v1::FindTimesResponse TimesOf(Site& site, const std::vector<std::string>& people) {
  v1::FindTimesRequest request;
  for (const std::string& id : people) request.add_people("people/" + id);
  const absl::StatusOr<v1::FindTimesResponse> found = site.Find(people.front(), request);
  EXPECT_THAT(found, IsOk());
  return found.ok() ? *found : v1::FindTimesResponse();
}

// Everything that Redis has of a calendar, with what is kept of its reading behind its revision.
std::string Kept(Site& site, const std::string& person) {
  const std::string reading = site.server.Ask({"GET", "cortado:{acme}:scheduling:reading:" + person});
  return site.server.Ask({"ZRANGE", "cortado:{acme}:scheduling:calendar:" + person, "0", "-1"}) + "|" +
         reading.substr(reading.find(':') + 1);
}

TEST(CalendarTest, ABusyTimeIsTakenForThoseWhoBook) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  const absl::StatusOr<v1::Chat> refused = site.Book("ada", "grace", "2026-06-09 10:30");
  EXPECT_THAT(refused, FailsWith(kExists, "SLOT_TAKEN"));
  EXPECT_EQ(MetadataOf(refused.status(), "times").find("2026-06-09T10"), std::string::npos);
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 11:00"), IsOk());
  EXPECT_THAT(site.Book("ada", "eve", "2026-06-09 10:30"), IsOk());
}

TEST(CalendarTest, ABusyTimeIsTakenForHoldsMovesAndSeries) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", "2026-06-09 14:00");
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  EXPECT_THAT(site.Hold("ada", "grace", "2026-06-09 10:00"), FailsWith(kExists, "SLOT_TAKEN"));
  EXPECT_THAT(site.Move("ada", chat, "2026-06-09 10:30"), FailsWith(kExists, "SLOT_TAKEN"));
  EXPECT_THAT(site.Send("ada", site.AskingWeekly("grace", Utc("2026-06-09 10:30"), 2)),
              FailsWith(absl::StatusCode::kFailedPrecondition, "SERIES_CONFLICT"));
  EXPECT_THAT(site.Send("ada", site.AskingWeekly("grace", Utc("2026-06-09 11:00"), 2)), IsOk());
}

// The script looks at four hundred times in eight calendars, and has not a thousand commands.
TEST(CalendarTest, AYearOfEightPeopleWithCalendarsIsBookedInOneStep) {
  std::vector<Colleague> people;
  for (int i = 0; i < 8; ++i) people.push_back(Colleague(absl::StrCat("p", i)));
  Site site(people);
  for (int i = 0; i < 8; ++i) {
    v1::PutBusyTimesRequest reading = site.Reading(absl::StrCat("p", i), {Ten()});
    reading.mutable_end_time()->set_seconds(reading.start_time().seconds() + 400 * 86400);
    ASSERT_THAT(site.Send(absl::StrCat("p", i), reading), IsOk());
  }
  v1::BookSeriesRequest request = site.AskingWeekly("p1", Utc("2026-06-09 11:00"), 52);
  for (int i = 2; i < 8; ++i) request.add_attendees(absl::StrCat("people/p", i));
  const absl::StatusOr<v1::Series> series = site.Send("p0", request);
  ASSERT_THAT(series, IsOk());
  EXPECT_EQ(series->chats_size(), 52);
}

TEST(CalendarTest, WhoeverDeclinedDoesNotComeAfterAllToWhatTheirCalendarTookSince) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat chat = *site.Send("ada", site.Asking({"grace", "eve"}, Utc("2026-06-09 10:00")));
  ASSERT_THAT(site.Respond("grace", chat, v1::Attendee::RESPONSE_DECLINED), IsOk());
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  EXPECT_THAT(site.Respond("grace", chat, v1::Attendee::RESPONSE_ACCEPTED), FailsWith(kExists, "SLOT_TAKEN"));
}

TEST(CalendarTest, ABufferMayNotReachIntoABusyTime) {
  Site site({Colleague("ada"), Colleague("grace").Buffer(15)});
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 09:16"), FailsWith(kExists, "SLOT_TAKEN"));
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 09:15"), IsOk());
}

TEST(CalendarTest, ATimeThatBeganDaysAgoIsBusyStill) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.PutBusy("grace", {Between("2026-06-08 00:00", "2026-06-18 17:00")}), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-17 10:00"), FailsWith(kExists, "SLOT_TAKEN"));
  const v1::FindTimesResponse found = TimesOf(site, {"ada", "grace"});
  ASSERT_GT(found.times_size(), 0);
  EXPECT_GE(ToTime(found.times(0).start_time()), Utc("2026-06-18 17:00"));
}

TEST(CalendarTest, WhatWasNotReadIsNeitherListedNorBooked) {
  Site site({Colleague("ada"), Colleague("grace")});
  v1::PutBusyTimesRequest reading = site.Reading("grace", {});
  *reading.mutable_end_time() = WriteInstant(Utc("2026-06-08 12:00"));
  ASSERT_THAT(site.Send("grace", reading), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-08 11:45"), FailsWith(kExists, "SLOT_TAKEN"));
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-08 11:30"), IsOk());
  const v1::FindTimesResponse found = TimesOf(site, {"ada", "grace"});
  for (const v1::FreeTime& time : found.times()) {
    EXPECT_LE(ToTime(time.end_time()), Utc("2026-06-08 12:00"));
  }
}

TEST(CalendarTest, AReadingTakesThePlaceOfTheOneBeforeWhole) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  ASSERT_THAT(site.PutBusy("grace", {Between("2026-06-10 10:00", "2026-06-10 11:00")}), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 10:00"), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-10 10:00"), FailsWith(kExists, "SLOT_TAKEN"));
}

TEST(CalendarTest, TimesThatTouchAreJoinedAndThoseOfNoLengthLeftOut) {
  Site site({Colleague("ada")});
  const auto calendar = site.PutBusy(
      "ada", {Between("2026-06-09 11:00", "2026-06-09 12:00"), Ten(), Between("2026-06-09 15:00", "2026-06-09 15:00"),
              Between("2026-05-01 00:00", "2026-06-08 01:00")});
  ASSERT_THAT(calendar, IsOk());
  EXPECT_EQ(calendar->busy_count(), 2);
  EXPECT_EQ(calendar->state(), v1::Calendar::STATE_CURRENT);
}

TEST(CalendarTest, APartOfASecondIsBusyForAllOfIt) {
  Site site({Colleague("ada"), Colleague("grace")});
  v1::PutBusyTimesRequest reading = site.Reading("grace", {Between("2026-06-09 10:00", "2026-06-09 11:00")});
  reading.mutable_busy(0)->mutable_end_time()->set_nanos(1);
  ASSERT_THAT(site.Send("grace", reading), IsOk());
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 11:00"), FailsWith(kExists, "SLOT_TAKEN"));
}

TEST(CalendarTest, FiveThousandTimesAreKeptAndSoIsTheLast) {
  Site site({Colleague("ada"), Colleague("grace").Works(0, 1440)});
  std::vector<Interval> busy;
  for (int i = 0; i < 5000; ++i) {
    const absl::Time start = Utc("2026-06-08 12:00") + i * absl::Minutes(2);
    busy.push_back({start, start + absl::Minutes(1)});
  }
  ASSERT_THAT(site.PutBusy("grace", busy), IsOk());
  EXPECT_EQ(site.server.Ask({"ZCARD", "cortado:{acme}:scheduling:calendar:grace"}), "5000");
  EXPECT_EQ(Get(site, "grace")->busy_count(), 5000);
}

// Its UID is that of the invitation: the chat itself counts, and may be moved within its own time.
TEST(CalendarTest, OnesOwnChatInTheCalendarIsLeftOut) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", "2026-06-09 10:00");
  v1::PutBusyTimesRequest reading = site.Reading("grace", {Between("2026-06-09 10:00", "2026-06-09 10:30")});
  reading.mutable_busy(0)->set_uid(absl::StrCat(chat.name().substr(6), "@acme.cortado.invalid"));
  ASSERT_THAT(site.Send("grace", reading), IsOk());
  EXPECT_EQ(Get(site, "grace")->busy_count(), 0);
  EXPECT_THAT(site.Move("ada", chat, "2026-06-09 10:15"), IsOk());
}

TEST(CalendarTest, AnEventOfAnotherOrganisationIsBusy) {
  Site site({Colleague("grace")});
  v1::PutBusyTimesRequest reading = site.Reading("grace", {Ten()});
  reading.mutable_busy(0)->set_uid("c1@other.cortado.invalid");
  ASSERT_THAT(site.Send("grace", reading), IsOk());
  EXPECT_EQ(Get(site, "grace")->busy_count(), 1);
}

TEST(CalendarTest, AReadingThatCameLateChangesNothing) {
  Site site({Colleague("grace")});
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  const std::string before = Kept(site, "grace");
  v1::PutBusyTimesRequest late = site.Reading("grace", {});
  *late.mutable_read_time() = WriteInstant(site.clock.Now() - absl::Minutes(1));
  const absl::StatusOr<v1::Calendar> answer = site.Send("grace", late);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->busy_count(), 1);
  EXPECT_EQ(Kept(site, "grace"), before);
}

TEST(CalendarTest, ARepeatOfTheRequestIdIsOneReading) {
  Site site({Colleague("grace")});
  const v1::PutBusyTimesRequest reading = site.Reading("grace", {Ten()});
  const v1::Calendar first = *site.Send("grace", reading);
  const absl::StatusOr<v1::Calendar> second = site.Send("grace", reading);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->etag(), first.etag());
}

TEST(CalendarTest, NoneConnectedIsNoError) {
  Site site({Colleague("ada"), Colleague("grace")});
  const absl::StatusOr<v1::Calendar> calendar = Get(site, "ada");
  ASSERT_THAT(calendar, IsOk());
  EXPECT_EQ(calendar->state(), v1::Calendar::STATE_NOT_CONNECTED);
  EXPECT_EQ(calendar->etag(), "");
  EXPECT_FALSE(calendar->has_read_time());
  EXPECT_THAT(TimesOf(site, {"ada", "grace"}).calendar_not_connected(), ElementsAre("people/ada", "people/grace"));
}

TEST(CalendarTest, WhoeverLooksForTimesHearsHowOldAReadingIs) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  EXPECT_THAT(TimesOf(site, {"ada", "grace"}).calendar_not_connected(), ElementsAre("people/ada"));
  EXPECT_THAT(TimesOf(site, {"ada", "grace"}).old_calendars(), IsEmpty());
  site.clock.Advance(absl::Hours(3));
  const v1::FindTimesResponse found = TimesOf(site, {"ada", "grace"});
  ASSERT_THAT(found.old_calendars(), SizeIs(1));
  EXPECT_EQ(found.old_calendars(0).person(), "people/grace");
  EXPECT_EQ(found.old_calendars(0).age().seconds(), 3 * 3600);
  EXPECT_EQ(Get(site, "grace")->state(), v1::Calendar::STATE_OLD);
}

TEST(CalendarTest, OnesOwnFreeStretchesLeaveOutWhatTheCalendarSays) {
  Site site({Colleague("ada")});
  ASSERT_THAT(site.PutBusy("ada", {Between("2026-06-08 12:00", "2026-06-08 13:00")}), IsOk());
  site.clock.Advance(absl::Minutes(10));
  v1::GetAvailabilityRequest request;
  request.set_person("people/ada");
  *request.mutable_end_time() = WriteInstant(Utc("2026-06-09 00:00"));
  const absl::StatusOr<v1::GetAvailabilityResponse> own = SyncWait(site.times.GetAvailability(site.As("ada"), request));
  ASSERT_THAT(own, IsOk());
  ASSERT_THAT(own->free(), SizeIs(2));
  EXPECT_EQ(ToTime(own->free(0).end_time()), Utc("2026-06-08 12:00"));
  EXPECT_TRUE(own->calendar_connected());
  EXPECT_EQ(own->calendar_age().seconds(), 600);
}

TEST(CalendarTest, ItsOwnerMayBeMetByAnOldReadingAndThatStaysSaid) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Calendar before = *site.PutBusy("ada", {Ten()});
  const absl::StatusOr<v1::Calendar> said = OfferAnyway(site, before);
  ASSERT_THAT(said, IsOk());
  EXPECT_TRUE(said->offer_anyway());
  EXPECT_THAT(OfferAnyway(site, before, false), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  const absl::StatusOr<v1::Calendar> read_again = site.PutBusy("ada", {Ten()});
  ASSERT_THAT(read_again, IsOk());
  EXPECT_TRUE(read_again->offer_anyway());
  site.clock.Advance(absl::Hours(25));
  EXPECT_EQ(Get(site, "ada")->state(), v1::Calendar::STATE_OUTDATED);
  EXPECT_THAT(site.Book("grace", "ada", "2026-06-10 10:00"), IsOk());
  ASSERT_THAT(OfferAnyway(site, *Get(site, "ada"), false), IsOk());
  EXPECT_THAT(site.Book("grace", "ada", "2026-06-10 11:00"), FailsWith(kExists, "SLOT_TAKEN"));
}

TEST(CalendarTest, OnlyWhoeverHasOneSaysSomethingOfIt) {
  Site site({Colleague("ada")});
  EXPECT_THAT(OfferAnyway(site, *Get(site, "ada")), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Forget(site, "ada", "forget-it"), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST(CalendarTest, AForgottenCalendarIsNotConnectedAndARepeatIsAnsweredAlike) {
  Site site({Colleague("ada"), Colleague("grace")});
  ASSERT_THAT(site.PutBusy("grace", {Ten()}), IsOk());
  ASSERT_THAT(Forget(site, "grace", "forget-it"), IsOk());
  EXPECT_THAT(Forget(site, "grace", "forget-it"), IsOk());
  EXPECT_EQ(Get(site, "grace")->state(), v1::Calendar::STATE_NOT_CONNECTED);
  EXPECT_EQ(Kept(site, "grace"), "|");
  EXPECT_THAT(site.Book("ada", "grace", "2026-06-09 10:00"), IsOk());
}

TEST(CalendarTest, ItGoesWithWhoeverLeavesOrIsDeleted) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  for (const char* person : {"ada", "grace", "eve"}) ASSERT_THAT(site.PutBusy(person, {Ten()}), IsOk());
  const std::string kept = Kept(site, "ada");
  site.Tell({Colleague("grace").Left()});
  site.TellGone("eve");
  EXPECT_EQ(Kept(site, "grace"), "|");
  EXPECT_EQ(Kept(site, "eve"), "|");
  EXPECT_EQ(Kept(site, "ada"), kept);
  EXPECT_THAT(site.PutBusy("grace", {Ten()}), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Kept(site, "grace"), "|");
}

TEST(CalendarTest, NobodyElsesIsShownOrWritten) {
  Site site({Colleague("ada"), Colleague("grace")});
  const auto denied = FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED");
  EXPECT_THAT(site.Send("ada", site.Reading("grace", {Ten()})), denied);
  v1::GetCalendarRequest get;
  get.set_name("people/grace/calendar");
  EXPECT_THAT(SyncWait(site.calendars.Get(site.As("ada"), get)), denied);
  v1::DeleteCalendarRequest forget;
  forget.set_name("people/grace/calendar");
  EXPECT_THAT(SyncWait(site.calendars.Delete(site.As("ada"), forget)), denied);
  v1::Calendar graces;
  graces.set_name("people/grace/calendar");
  EXPECT_THAT(OfferAnyway(site, graces), denied);
}

TEST(CalendarTest, WhatCannotBeIsRefusedByFieldAndChangesNothing) {
  Site site({Colleague("ada")});
  const auto refused = [&](const std::function<void(v1::PutBusyTimesRequest&)>& spoil, const char* field) {
    v1::PutBusyTimesRequest reading = site.Reading("ada", {Ten()});
    spoil(reading);
    EXPECT_THAT(site.Send("ada", reading), RefusesField(field));
  };
  refused([](auto& r) { *r.mutable_end_time() = r.start_time(); }, "end_time");
  refused([](auto& r) { r.mutable_end_time()->set_seconds(r.start_time().seconds() + 400 * 86400 + 1); }, "end_time");
  refused([](auto& r) { r.mutable_start_time()->set_seconds(-1); }, "start_time");
  refused([](auto& r) { r.mutable_busy(0)->mutable_end_time()->set_seconds(r.busy(0).start_time().seconds() - 1); },
          "busy[0].end_time");
  refused([](auto& r) { r.mutable_busy(0)->mutable_start_time()->set_seconds(4'133'980'800); }, "busy[0].start_time");
  refused([&](auto& r) { *r.mutable_read_time() = WriteInstant(site.clock.Now() + absl::Seconds(61)); }, "read_time");
  EXPECT_EQ(Kept(site, "ada"), "|");
}

// What the script that books finds is what the rules of a reading say, whatever was read.
TEST(CalendarTest, TheScriptThatBooksAgreesWithTheRules) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  Site site({Colleague("ada"), Colleague("grace")});
  const absl::Time base = Utc("2026-06-09 00:00");
  const auto minute = [&](int most) { return base + absl::Minutes(static_cast<int>(random() % most)); };
  int taken = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Interval> busy;
    for (size_t i = random() % 5; i > 0; --i) {
      const absl::Time start = minute(300);
      busy.push_back({start, start + absl::Minutes(random() % 60)});
    }
    v1::PutBusyTimesRequest reading = site.Reading("grace", busy);
    *reading.mutable_start_time() = WriteInstant(minute(60));
    *reading.mutable_end_time() = WriteInstant(minute(300) + absl::Hours(1));
    ASSERT_THAT(site.Send("grace", reading), IsOk());
    if (random() % 4 == 0) site.clock.Advance(absl::Hours(24) + absl::Seconds(random() % 2));
    const absl::Time start = minute(360);
    const Interval chat = {start, start + absl::Minutes(10 + random() % 60)};
    const auto people = *SyncWait(site.chat_store.ReadPeople(site.As("ada"), {"ada", "grace"}, chat, site.clock.Now()));
    Booking booking;
    booking.id = absl::StrCat("c", round);
    *booking.chat.mutable_start_time() = WriteInstant(chat.start);
    *booking.chat.mutable_end_time() = WriteInstant(chat.end);
    booking.seats.push_back({"grace", people[1]->revision, chat.end, "2026-W24", 0, 60});
    const bool is_busy = BusyByCalendar(people[1]->calendar, chat, site.clock.Now()).Overlaps(chat);
    taken += is_busy ? 1 : 0;
    const store::Outcome outcome = *SyncWait(site.chat_store.Insert(site.As("ada"), booking));
    ASSERT_EQ(outcome.refusal, is_busy ? kTaken : "") << "round " << round;
    if (!outcome.refused()) site.server.Ask({"DEL", "cortado:{acme}:scheduling:busy:grace"});
  }
  EXPECT_GT(taken, 30);
  EXPECT_LT(taken, 270);
}

}  // namespace
}  // namespace cortado::scheduling
