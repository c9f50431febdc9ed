// The scheduling service without its wire, on a real redis-server, for tests: people come in through the projection as
// the profile would tell of them, matches are said by the test, and the clock stands at a Monday, 2026-06-08 06:00 UTC.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/redis/client.h"
#include "common/status/error.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/sync_wait.h"
#include "common/testing/redis_server.h"
#include "services/scheduling/calendars.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/holds.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/recurring_chats.h"
#include "services/scheduling/times.h"

namespace cortado::scheduling {

inline absl::Time Utc(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M", text, absl::UTCTimeZone(), &time, &error)) std::abort();
  return time;
}

// A person as the profile tells of them: active, Monday to Friday from 09:00 to 17:00 UTC, 600 minutes a week, door
// open.
class Colleague {
 public:
  explicit Colleague(const std::string& id) {
    profile::v1::Person& person = *snapshot_.mutable_person();
    person.set_name("people/" + id);
    person.set_display_name(id);
    person.set_time_zone("UTC");
    person.set_active(true);
    snapshot_.mutable_offer()->set_booking(profile::v1::BOOKING_OPEN_DOOR);
    Works(9 * 60, 17 * 60);
    WeeklyMinutes(600);
  }

  Colleague& Named(const std::string& name) { return snapshot_.mutable_person()->set_display_name(name), *this; }
  Colleague& At(const std::string& email) { return snapshot_.mutable_person()->set_email(email), *this; }
  Colleague& In(const std::string& zone) { return snapshot_.mutable_person()->set_time_zone(zone), *this; }
  Colleague& Speaks(const std::string& language) { return snapshot_.mutable_person()->add_languages(language), *this; }
  Colleague& Left() { return snapshot_.mutable_person()->set_active(false), *this; }
  Colleague& Door(profile::v1::Booking door) { return snapshot_.mutable_offer()->set_booking(door), *this; }
  Colleague& PausedUntil(absl::Time end) {
    *snapshot_.mutable_offer()->mutable_pause_end_time() = WriteInstant(end);
    return *this;
  }
  Colleague& Blocks(const std::string& id) { return snapshot_.add_blocks("people/" + id), *this; }
  Colleague& Works(int start_minute, int end_minute) {
    snapshot_.mutable_time()->clear_working_hours();
    for (int weekday = 1; weekday <= 5; ++weekday) {
      Add(weekday, start_minute, end_minute, *snapshot_.mutable_time()->mutable_working_hours());
    }
    return *this;
  }
  // Beside what was said of Monday to Friday.
  Colleague& OnSundays(int start_minute, int end_minute) {
    return Add(7, start_minute, end_minute, *snapshot_.mutable_time()->mutable_working_hours());
  }
  // `weekday` as in DayHours.
  Colleague& Prefers(int weekday, int start_minute, int end_minute) {
    return Add(weekday, start_minute, end_minute, *snapshot_.mutable_time()->mutable_preferred_hours());
  }
  Colleague& Protects(int weekday, int start_minute, int end_minute) {
    return Add(weekday, start_minute, end_minute, *snapshot_.mutable_time()->mutable_protected_blocks());
  }
  Colleague& WeeklyMinutes(int minutes) { return snapshot_.mutable_time()->set_weekly_minutes(minutes), *this; }
  Colleague& FollowUp(int minutes) { return snapshot_.mutable_time()->set_follow_up_minutes(minutes), *this; }
  Colleague& Buffer(int minutes) { return snapshot_.mutable_time()->set_buffer_minutes(minutes), *this; }
  Colleague& Notice(absl::Duration notice) {
    snapshot_.mutable_time()->mutable_notice()->set_seconds(absl::ToInt64Seconds(notice));
    return *this;
  }
  Colleague& ChatMinutes(int minutes) { return snapshot_.mutable_time()->set_chat_minutes(minutes), *this; }

  const profile::v1::PersonSnapshot& snapshot() const { return snapshot_; }

 private:
  Colleague& Add(int weekday, int start_minute, int end_minute,
                 google::protobuf::RepeatedPtrField<profile::v1::DayHours>& hours) {
    profile::v1::DayHours& day = *hours.Add();
    day.set_weekday(weekday);
    day.set_start_minute(start_minute);
    day.set_end_minute(end_minute);
    return *this;
  }

  profile::v1::PersonSnapshot snapshot_;
};

class Site {
 public:
  // `people` are told in one complete snapshot. `redis` is added to the command line of redis-server.
  explicit Site(const std::vector<Colleague>& people = {}, std::vector<std::string> redis = {})
      : server(std::move(redis)) {
    Tell(people, /*restart=*/true);
  }

  // A page of the profile's feed with these people in it.
  PeopleProjection::Page PageOf(const std::vector<Colleague>& people) {
    PeopleProjection::Page page;
    for (const Colleague& person : people) *page.add_changes()->mutable_person() = person.snapshot();
    page.set_resume_token(absl::StrCat("token-", ++serial));
    page.set_snapshot_complete(true);
    return page;
  }
  void Tell(const std::vector<Colleague>& people, bool restart = false) {
    if (!SyncWait(projection.Apply("acme", PageOf(people), restart)).ok()) std::abort();
  }
  void TellGone(const std::string& id) {
    PeopleProjection::Page page = PageOf({});
    page.add_changes()->set_deleted_person("people/" + id);
    if (!SyncWait(projection.Apply("acme", page, false)).ok()) std::abort();
  }
  void Match(const std::string& mentee, const std::string& mentor, const std::string& name = "matches/m1") {
    matching::v1::Match& match = matches[name];
    match.set_name(name);
    match.mutable_mentee()->set_person("people/" + mentee);
    match.mutable_mentor()->set_person("people/" + mentor);
    match.set_state(matching::v1::Match::STATE_ACTIVE);
  }

  // A call of a person, as the binder would hand it on.
  rpc::Call As(const std::string& person, const std::string& method = "test") const {
    auto info = std::make_shared<rpc::CallInfo>();
    info->organization = "acme";
    info->subject = person;
    info->roles.Add(api::v1::ROLE_EMPLOYEE);
    info->method = method;
    info->deadline = absl::Now() + absl::Seconds(20);
    return rpc::Call(std::move(info));
  }

  v1::BookChatRequest Asking(const std::vector<std::string>& others, absl::Time start, int minutes = 30) {
    v1::BookChatRequest request;
    for (const std::string& id : others) request.add_attendees("people/" + id);
    *request.mutable_start_time() = WriteInstant(start);
    request.mutable_duration()->set_seconds(minutes * 60);
    request.set_request_id(absl::StrCat("request-", ++serial));
    return request;
  }
  absl::StatusOr<v1::Chat> Send(const std::string& host, const v1::BookChatRequest& request) {
    return SyncWait(chats.Book(As(host), request));
  }
  absl::StatusOr<v1::Chat> Book(const std::string& host, const std::string& other, absl::string_view start,
                                int minutes = 30) {
    return Send(host, Asking({other}, Utc(start), minutes));
  }
  absl::StatusOr<v1::Chat> Cancel(const std::string& person, const v1::Chat& chat, const std::string& request_id = "") {
    v1::CancelChatRequest request;
    request.set_name(chat.name());
    request.set_etag(chat.etag());
    request.set_request_id(request_id.empty() ? absl::StrCat("request-", ++serial) : request_id);
    return SyncWait(chats.Cancel(As(person), request));
  }
  // A request to move the chat as `chat` says it is; as long as it was, unless `minutes` says otherwise.
  v1::RescheduleChatRequest Moving(const v1::Chat& chat, absl::Time start, int minutes = 0) {
    v1::RescheduleChatRequest request;
    request.set_name(chat.name());
    request.set_etag(chat.etag());
    *request.mutable_start_time() = WriteInstant(start);
    if (minutes != 0) request.mutable_duration()->set_seconds(minutes * 60);
    request.set_request_id(absl::StrCat("request-", ++serial));
    return request;
  }
  absl::StatusOr<v1::Chat> Send(const std::string& person, const v1::RescheduleChatRequest& request) {
    return SyncWait(chats.Reschedule(As(person), request));
  }
  absl::StatusOr<v1::Chat> Move(const std::string& person, const v1::Chat& chat, absl::string_view start,
                                int minutes = 0) {
    return Send(person, Moving(chat, Utc(start), minutes));
  }
  absl::StatusOr<v1::Hold> Hold(const std::string& owner, const std::string& other, absl::string_view start,
                                int minutes = 30) {
    v1::HoldTimeRequest request;
    request.add_attendees("people/" + other);
    *request.mutable_start_time() = WriteInstant(Utc(start));
    request.mutable_duration()->set_seconds(minutes * 60);
    request.set_request_id(absl::StrCat("request-", ++serial));
    return SyncWait(holds.Hold(As(owner), request));
  }
  absl::Status Release(const std::string& person, const std::string& name) {
    v1::ReleaseHoldRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("request-", ++serial));
    return SyncWait(holds.Release(As(person), request)).status();
  }
  v1::BookSeriesRequest AskingWeekly(const std::string& other, absl::Time start, int count) {
    v1::BookSeriesRequest request;
    request.add_attendees("people/" + other);
    *request.mutable_start_time() = WriteInstant(start);
    request.mutable_duration()->set_seconds(30 * 60);
    request.mutable_recurrence()->set_frequency(v1::Recurrence::FREQUENCY_WEEKLY);
    request.mutable_recurrence()->set_count(count);
    request.set_request_id(absl::StrCat("request-", ++serial));
    return request;
  }
  absl::StatusOr<v1::Series> Send(const std::string& host, const v1::BookSeriesRequest& request) {
    return SyncWait(recurring_chats.Book(As(host), request));
  }
  absl::StatusOr<v1::Series> Cancel(const std::string& person, const v1::Series& series) {
    v1::CancelSeriesRequest request;
    request.set_name(series.name());
    request.set_etag(series.etag());
    request.set_request_id(absl::StrCat("request-", ++serial));
    return SyncWait(recurring_chats.Cancel(As(person), request));
  }
  absl::StatusOr<v1::Chat> Respond(const std::string& person, const v1::Chat& chat, v1::Attendee::Response response) {
    v1::RespondToChatRequest request;
    request.set_name(chat.name());
    request.set_response(response);
    request.set_request_id(absl::StrCat("request-", ++serial));
    return SyncWait(chats.Respond(As(person), request));
  }
  absl::StatusOr<v1::Chat> Get(const std::string& person, const std::string& name) {
    v1::GetChatRequest request;
    request.set_name(name);
    return SyncWait(chats.Get(As(person), request));
  }
  absl::StatusOr<v1::ListChatsResponse> List(const std::string& person, v1::ListChatsRequest request = {}) {
    return SyncWait(chats.List(As(person), request));
  }
  // A reading of now: busy at these times of the four weeks from today's midnight on.
  v1::PutBusyTimesRequest Reading(const std::string& person, const std::vector<Interval>& busy) {
    const absl::Time today = absl::FromCivil(absl::ToCivilDay(clock.Now(), absl::UTCTimeZone()), absl::UTCTimeZone());
    v1::PutBusyTimesRequest request;
    request.set_name(absl::StrCat("people/", person, "/calendar"));
    *request.mutable_start_time() = WriteInstant(today);
    *request.mutable_end_time() = WriteInstant(today + absl::Hours(24 * 28));
    for (const Interval& one : busy) {
      *request.add_busy()->mutable_start_time() = WriteInstant(one.start);
      *request.mutable_busy()->rbegin()->mutable_end_time() = WriteInstant(one.end);
    }
    request.set_request_id(absl::StrCat("request-", ++serial));
    return request;
  }
  absl::StatusOr<v1::Calendar> Send(const std::string& person, const v1::PutBusyTimesRequest& request) {
    return SyncWait(calendars.Put(As(person), request));
  }
  absl::StatusOr<v1::Calendar> PutBusy(const std::string& person, const std::vector<Interval>& busy) {
    return Send(person, Reading(person, busy));
  }
  absl::StatusOr<v1::FindTimesResponse> Find(const std::string& person, const v1::FindTimesRequest& request) {
    return SyncWait(times.Find(As(person), request));
  }

  std::atomic<int> serial{0};
  testing::RedisServer server;
  EventLoop loop;
  Executors executors;
  redis::Client client{server.address(), loop};
  FakeClock clock{Utc("2026-06-08 06:00")};
  store::Store store{client, "scheduling", clock};
  ChatStore chat_store{store};
  PeopleStore people_store{store};
  PeopleProjection projection{people_store, chat_store, loop, executors, clock};
  std::map<std::string, matching::v1::Match> matches;
  Consents consents{[this](rpc::Call call, std::string name) { return FindMatch(std::move(call), std::move(name)); }};
  Chats chats{chat_store, people_store, projection, consents, executors, clock};
  CalendarStore calendar_store{store};
  Calendars calendars{calendar_store, projection, clock};
  Times times{chat_store, projection, consents, executors, clock};
  HoldStore hold_store{store};
  SeriesStore series_store{store};
  SeatTaker taker{chat_store, projection, executors, clock};
  Holds holds{hold_store, taker, projection, consents, clock};
  RecurringChats recurring_chats{chat_store, series_store, people_store, projection, consents, executors, clock};

 private:
  Task<absl::StatusOr<matching::v1::Match>> FindMatch(rpc::Call, std::string name) {
    const auto found = matches.find(name);
    if (found == matches.end()) co_return NotFound();
    co_return found->second;
  }
};

}  // namespace cortado::scheduling
