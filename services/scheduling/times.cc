#include "services/scheduling/times.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "common/text/day.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/scheduling/chat_view.h"
#include "services/scheduling/hosts.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/slot_finder.h"

namespace cortado::scheduling {
namespace {

constexpr int kLooksAtOnce = 120;
constexpr absl::Duration kLookEvery = absl::Seconds(30);
constexpr int kDefaultTimes = 3;
constexpr absl::Duration kDefaultSearch = absl::Hours(24 * 14);
constexpr absl::Duration kLongestLook = absl::Hours(24 * 56);

// A window of the request: from now and for `standard` unless said otherwise, at most `longest`.
absl::StatusOr<Interval> WindowOf(bool has_start, const google::protobuf::Timestamp& start, bool has_end,
                                  const google::protobuf::Timestamp& end, absl::Time now, absl::Duration standard,
                                  absl::Duration longest) {
  Interval window = {now, now};
  if (has_start) {
    ASSIGN_OR_RETURN(window.start, ReadInstant("start_time", start));
  }
  window.end = window.start + standard;
  if (has_end) {
    ASSIGN_OR_RETURN(window.end, ReadInstant("end_time", end));
  }
  if (window.end <= std::max(now, window.start)) {
    return InvalidField("end_time", "must lie in the future and after start_time").Metadata("rule", "future");
  }
  if (window.end - window.start > longest) return InvalidField("end_time", "is too long after start_time");
  return window;
}

// Whether every week of the window lacks the minutes: then the person is not available, whatever their calendar says.
bool IsSpent(const Participant& person, const Interval& window, absl::Duration length, absl::Time now) {
  const Availability availability(person.time, {window.start, window.start}, now);
  for (absl::Time day = window.start; day < window.end; day += absl::Hours(24)) {
    if (availability.HasMinutes({day, day + length})) return false;
  }
  return !availability.HasMinutes({window.end, window.end + length});
}

// The first of the people reads it: a day is one of their calendar.
type::v1::Text NoteOf(const std::optional<Relief>& relief, const std::vector<Participant>& people,
                      const std::string& language) {
  std::string code = "times.none";
  text::Parameters parameters;
  if (relief.has_value()) {
    parameters["day"] = text::FormatDay(relief->when.start, people.front().time.zone, language);
    parameters["start_time"] = JoinInstants({relief->when.start});
  }
  if (relief.has_value() && relief->kind == Relief::Kind::kShorterChat) {
    code = "times.shorter_chat";
    parameters["minutes"] = absl::StrCat(absl::ToInt64Minutes(relief->length));
  } else if (relief.has_value() && relief->kind == Relief::Kind::kLaterEnd) {
    code = "times.longer_search";
  } else if (relief.has_value()) {
    code = "times.fewer_people";
    parameters["name"] = people[relief->person].snapshot.person().display_name();
  }
  text::Message message = text::MakeMessage(code, language, std::move(parameters));
  type::v1::Text note;
  note.set_code(std::move(message.code));
  note.mutable_parameters()->insert(message.parameters.begin(), message.parameters.end());
  note.set_text(std::move(message.text));
  return note;
}

// Says where a person's free times are not told by a calendar, or by an old reading of it.
void MarkCalendar(const Participant& person, absl::Time now, v1::FindTimesResponse& response) {
  const std::string name = absl::StrCat("people/", person.id);
  const CalendarState state = StateOf(person.calendar, now);
  if (state == CalendarState::kNotConnected) response.add_calendar_not_connected(name);
  if (state != CalendarState::kOld && state != CalendarState::kOutdated) return;
  v1::OldCalendar& old = *response.add_old_calendars();
  old.set_person(name);
  *old.mutable_age() = WriteSpan(AgeOf(*person.calendar, now));
}

}  // namespace

// What FindTimes is asked.
struct Times::Question {
  std::vector<std::string> asked;   // Ids, in the order of the request.
  std::vector<std::string> people;  // The same, the caller first.
  Interval window;
  Interval known;         // What of the people's busy times is read: enough to say that a longer search helps.
  absl::Duration length;  // Zero: what the people prefer.
  Agreement agreement;    // Filled in once matching was asked.
  absl::Time now;
};

Times::Times(ChatStore& chats, PeopleProjection& projection, const Consents& consents, Executors& executors,
             const Clock& clock)
    : chats_(chats),
      projection_(projection),
      consents_(consents),
      executors_(executors),
      clock_(clock),
      looks_(kLooksAtOnce, kLookEvery) {}

absl::StatusOr<Times::Question> Times::QuestionOf(const rpc::Call& call, const v1::FindTimesRequest& request) const {
  Question question;
  for (const std::string& name : request.people()) {
    ASSIGN_OR_RETURN(std::string id, id::ParseName("people", name));
    if (std::find(question.asked.begin(), question.asked.end(), id) != question.asked.end()) {
      return InvalidField("people", "must name each person once").Metadata("rule", "each_once");
    }
    question.asked.push_back(std::move(id));
  }
  if (question.asked.size() < kFewestPeople) return InvalidField("people", "must name 2 to 8 people");
  question.people = question.asked;
  const auto self = std::find(question.people.begin(), question.people.end(), call.subject());
  if (self == question.people.end())
    return InvalidField("people", "must name the caller, or whom a service looks for, too");
  std::rotate(question.people.begin(), self, self + 1);
  question.now = clock_.Now();
  ASSIGN_OR_RETURN(question.window, WindowOf(request.has_start_time(), request.start_time(), request.has_end_time(),
                                             request.end_time(), question.now, kDefaultSearch, kLongestSearch));
  if (request.has_duration()) {
    ASSIGN_OR_RETURN(question.length, ReadChatLength("duration", request.duration()));
  }
  question.known = {question.window.start, question.window.start + kLongestSearch};
  return question;
}

absl::Status Times::CountLooks(const rpc::Call& call, const Question& question) {
  for (size_t i = 1; i < question.people.size(); ++i) {
    const absl::Duration wait = looks_.Look(call.organization(), call.subject(), question.people[i], question.now);
    if (wait <= absl::ZeroDuration()) continue;
    return Error(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_LOOKS,
                 "too many looks at the same person's times; wait")
        .RetryAfter(wait);
  }
  return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<Participant>>> Times::ReadAll(rpc::Call call, std::vector<std::string> ids,
                                                              Interval window) const {
  CO_ASSIGN_OR_RETURN(std::vector<std::optional<Participant>> found,
                      co_await chats_.ReadPeople(std::move(call), std::move(ids), window, clock_.Now()));
  std::vector<Participant> people;
  for (std::optional<Participant>& person : found) {
    if (!person.has_value()) co_return NotFound();
    people.push_back(*std::move(person));
  }
  co_return people;
}

Task<absl::StatusOr<std::vector<Participant>>> Times::ReadAvailable(rpc::Call call, const Question& question) const {
  CO_ASSIGN_OR_RETURN(std::vector<Participant> people,
                      co_await ReadAll(std::move(call), question.people, question.known));
  const absl::Status consent = MayMeet(people, question.agreement, question.now);
  if (ReasonOf(consent) == "NOT_AVAILABLE") co_return consent;
  const absl::Duration length = LengthOf(question, people);
  for (size_t i = 1; i < people.size(); ++i) {
    if (IsSpent(people[i], question.window, length, question.now)) co_return NotAvailable();
  }
  CO_RETURN_IF_ERROR(consent);
  co_return people;
}

Task<absl::StatusOr<v1::FindTimesResponse>> Times::Find(rpc::Call caller, const v1::FindTimesRequest& request) {
  CO_ASSIGN_OR_RETURN(rpc::Call call, CallOfHost(caller, request.host()));
  CO_ASSIGN_OR_RETURN(Question question, QuestionOf(call, request));
  CO_RETURN_IF_ERROR(CountLooks(call, question));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  CO_ASSIGN_OR_RETURN(question.agreement, co_await consents_.AgreementOf(call, request.match()));
  absl::StatusOr<std::vector<Participant>> people = co_await ReadAvailable(call, question);
  if (absl::IsNotFound(people.status()) || absl::IsFailedPrecondition(people.status())) {
    co_await projection_.CatchUp(call);
    people = co_await ReadAvailable(call, question);
  }
  CO_RETURN_IF_ERROR(people.status());
  co_await executors_.OnWorkers();
  co_return Answer(question, *people, request.page_size(), LanguageFor(call, people->front().snapshot));
}

absl::Duration Times::LengthOf(const Question& question, const std::vector<Participant>& people) {
  if (question.length > absl::ZeroDuration()) return question.length;
  absl::Duration shortest = kLongestChat;
  for (const Participant& person : people) shortest = std::min(shortest, ChatLengthOf(person.snapshot));
  return shortest;
}

absl::StatusOr<v1::FindTimesResponse> Times::Answer(const Question& question, const std::vector<Participant>& people,
                                                    int limit, const std::string& language) {
  const absl::Duration length = LengthOf(question, people);
  std::vector<PersonTime> times;
  std::vector<absl::TimeZone> zones(question.asked.size());
  v1::FindTimesResponse response;
  for (const Participant& person : people) {
    times.push_back(person.time);
    const auto asked = std::find(question.asked.begin(), question.asked.end(), person.id);
    zones[static_cast<size_t>(asked - question.asked.begin())] = person.time.zone;
  }
  ASSIGN_OR_RETURN(const SlotFinder finder, SlotFinder::Make(std::move(times), question.window, question.now));
  ASSIGN_OR_RETURN(const std::vector<Slot> slots,
                   finder.Find(length, static_cast<size_t>(limit == 0 ? kDefaultTimes : limit)));
  for (const Slot& slot : slots) {
    v1::FreeTime& free = *response.add_times();
    *free.mutable_start_time() = WriteInstant(slot.when.start);
    *free.mutable_end_time() = WriteInstant(slot.when.end);
    for (const absl::TimeZone& zone : zones) *free.add_local_starts() = ShowInstant(slot.when.start, zone, language);
  }
  if (slots.empty()) *response.mutable_note() = NoteOf(finder.WhatToDrop(length), people, language);
  for (const std::string& id : question.asked) {
    const auto person = std::find_if(people.begin(), people.end(), [&id](const Participant& p) { return p.id == id; });
    MarkCalendar(*person, question.now, response);
  }
  return response;
}

Task<absl::StatusOr<v1::GetAvailabilityResponse>> Times::GetAvailability(rpc::Call call,
                                                                         const v1::GetAvailabilityRequest& request) {
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("people", request.person()));
  if (!call.IsSelf(id)) co_return AccessDenied();
  const absl::Time now = clock_.Now();
  CO_ASSIGN_OR_RETURN(const Interval window,
                      WindowOf(request.has_start_time(), request.start_time(), request.has_end_time(),
                               request.end_time(), now, kDefaultSearch, kLongestLook));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  std::vector<std::string> ids;
  ids.push_back(std::move(id));
  CO_ASSIGN_OR_RETURN(const std::vector<Participant> people, co_await ReadAll(std::move(call), std::move(ids), window));
  co_await executors_.OnWorkers();
  const Availability availability(people.front().time, window, now);
  v1::GetAvailabilityResponse response;
  const IntervalSet free_stretches = availability.Free(ChatLengthOf(people.front().snapshot));
  for (const Interval& free : free_stretches.intervals()) {
    v1::Interval& stretch = *response.add_free();
    *stretch.mutable_start_time() = WriteInstant(free.start);
    *stretch.mutable_end_time() = WriteInstant(free.end);
  }
  response.set_minutes_left(availability.MinutesLeft(window.start));
  const std::optional<CalendarReading>& calendar = people.front().calendar;
  response.set_calendar_connected(calendar.has_value());
  if (calendar.has_value()) *response.mutable_calendar_age() = WriteSpan(AgeOf(*calendar, now));
  co_return response;
}

}  // namespace cortado::scheduling
