#include "services/scheduling/chats.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

constexpr int kMostAttempts = 8;
constexpr int kDefaultPage = 100;

Reader ReaderOf(const rpc::Call& call, const People& people, absl::Time now) {
  const auto self = people.find(call.subject());
  const bool speaks = self != people.end() && self->second.person().languages_size() > 0;
  const std::string own = speaks ? self->second.person().languages(0) : "";
  return {call.organization(), text::ChooseLanguage(call.accept_language(), own, ""), now};
}

// The call as `host` would make it; whoever made it stays its actor.
rpc::Call CallOf(const rpc::Call& call, const std::string& host) {
  auto info = std::make_shared<rpc::CallInfo>();
  info->organization = call.organization();
  info->subject = host;
  info->actor = call.subject();
  info->roles.Add(api::v1::ROLE_EMPLOYEE);
  info->method = call.method();
  info->accept_language = call.accept_language();
  info->deadline = call.deadline();
  return rpc::Call(std::move(info));
}

bool IsAttendee(const rpc::Call& call, const v1::Chat& chat) {
  const std::string caller = absl::StrCat("people/", call.subject());
  return std::any_of(chat.attendees().begin(), chat.attendees().end(),
                     [&caller](const v1::Attendee& attendee) { return attendee.person().person() == caller; });
}

// Whether the profile may know better already than its projection here.
bool MayHaveChanged(bool is_final, const absl::Status& verdict) {
  return !is_final && (absl::IsNotFound(verdict) || absl::IsFailedPrecondition(verdict));
}

absl::Status TryAgain() {
  return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
               "too much changed at once; repeat the same request id")
      .RetryAfter(absl::Milliseconds(100));
}

}  // namespace

Chats::Chats(ChatStore& chats, PeopleStore& people, PeopleProjection& projection, const Consents& consents,
             Executors& executors, const Clock& clock)
    : chats_(chats),
      people_(people),
      projection_(projection),
      consents_(consents),
      executors_(executors),
      clock_(clock) {}

absl::StatusOr<Chats::Plan> Chats::PlanOf(const rpc::Call& call, const v1::BookChatRequest& request) const {
  Plan plan;
  plan.people.push_back(call.subject());
  for (const std::string& name : request.attendees()) {
    ASSIGN_OR_RETURN(std::string id, id::ParseName("people", name));
    if (std::find(plan.people.begin(), plan.people.end(), id) != plan.people.end()) {
      return InvalidField("attendees", "must name other people than the caller, each once")
          .Metadata("rule", "each_once");
    }
    plan.people.push_back(std::move(id));
  }
  ASSIGN_OR_RETURN(plan.when.start, ReadInstant("start_time", request.start_time()));
  ASSIGN_OR_RETURN(const absl::Duration length, ReadChatLength("duration", request.duration()));
  plan.when.end = plan.when.start + length;
  if (!ValidateChat(plan.when).ok())
    return InvalidField("start_time", "must be a full minute").Metadata("rule", "full_minute");
  plan.topic = request.topic();
  plan.match = request.match();
  return plan;
}

Task<absl::StatusOr<Chats::Judgement>> Chats::Judge(rpc::Call call, const Plan& plan) const {
  const absl::Time now = clock_.Now();
  Judgement judgement;
  if (plan.before.has_value()) {
    judgement.verdict = MayMove(plan, now);
    judgement.is_final = !judgement.verdict.ok();
    if (judgement.is_final || WhenOf(*plan.before) == plan.when) co_return judgement;
  }
  CO_ASSIGN_OR_RETURN(std::vector<std::optional<Participant>> found,
                      co_await chats_.ReadPeople(call, plan.people, WindowAround(plan.when, now), plan.moving));
  for (std::optional<Participant>& person : found) {
    if (!person.has_value()) {
      judgement.people.clear();
      judgement.verdict = NotFound();
      co_return judgement;
    }
    judgement.people.push_back(*std::move(person));
  }
  judgement.verdict = plan.when.start < now ? TimePassed("start_time", "the time has passed; choose a later one")
                                            : MayCome(plan, judgement.people, now);
  if (!judgement.verdict.ok()) co_return judgement;
  const Obstacle obstacle = ObstacleTo(plan.when, judgement.people, now);
  if (obstacle == Obstacle::kNone) co_return judgement;
  co_await executors_.OnWorkers();
  judgement.verdict = Refusal(call, plan, judgement, obstacle);
  co_return judgement;
}

absl::Status Chats::MayCome(const Plan& plan, const std::vector<Participant>& people, absl::Time now) {
  return plan.before.has_value() ? MayStillMeet(people, plan.when.start) : MayMeet(people, plan.matched_with, now);
}

absl::Status Chats::Refusal(const rpc::Call& call, const Plan& plan, const Judgement& judgement,
                            Obstacle obstacle) const {
  std::optional<Interval> before;
  if (plan.before.has_value()) before = WhenOf(*plan.before);
  const Participant& asker = judgement.people.front();
  const std::vector<absl::Time> times = TimesInstead(plan.when, before, judgement.people, clock_.Now());
  return ErrorFor(obstacle, times, asker.time.zone, LanguageFor(call, asker.snapshot));
}

Task<absl::Status> Chats::Explain(rpc::Call call, const Plan& plan, const store::Outcome& outcome) const {
  if (outcome.refusal == kEtag) co_return EtagMismatch();
  if (outcome.refusal == kMinutes) {
    const bool is_own = !outcome.values.empty() && call.IsSelf(outcome.values.front().text);
    co_return ErrorFor(is_own ? Obstacle::kOwnMinutes : Obstacle::kMinutesOfAnother);
  }
  CO_ASSIGN_OR_RETURN(const Judgement judgement, co_await Judge(call, plan));
  if (!judgement.verdict.ok()) co_return judgement.verdict;
  if (judgement.people.empty()) co_return TryAgain();
  // What stood in the way is gone again: the time may be asked for once more, or another taken.
  co_await executors_.OnWorkers();
  co_return Refusal(call, plan, judgement, Obstacle::kBusy);
}

v1::Chat Chats::ChatOf(const Plan& plan, absl::Time now) {
  v1::Chat chat;
  if (plan.before.has_value()) {
    chat = *plan.before;
    chat.set_sequence(chat.sequence() + 1);
    *chat.mutable_update_time() = WriteInstant(now);
  } else {
    chat.set_host(absl::StrCat("people/", plan.people.front()));
    for (const std::string& id : plan.people) {
      chat.add_attendees()->mutable_person()->set_person(absl::StrCat("people/", id));
    }
    chat.set_topic(plan.topic);
    const bool is_by_match = std::find(plan.people.begin(), plan.people.end(), plan.matched_with) != plan.people.end();
    if (is_by_match) chat.set_match(plan.match);
    chat.set_state(v1::Chat::STATE_BOOKED);
    *chat.mutable_create_time() = WriteInstant(now);
  }
  *chat.mutable_start_time() = WriteInstant(plan.when.start);
  *chat.mutable_end_time() = WriteInstant(plan.when.end);
  return chat;
}

void Chats::Fill(const Plan& plan, const Judgement& judgement, absl::Time now, Booking& booking) {
  booking.chat = ChatOf(plan, now);
  booking.refusal = judgement.verdict.ok() ? "" : kJudged;
  booking.seats.clear();
  for (const Participant& person : judgement.people) {
    booking.seats.push_back({person.id, person.revision, plan.when.end + person.time.buffer,
                             FormatWeek(WeekOf(plan.when.start, person.time.zone)), ChatMinutes(plan.when),
                             person.time.weekly_minutes});
    const bool is_host = booking.chat.host() == absl::StrCat("people/", person.id);
    if (is_host) booking.chat.set_time_zone(person.time.zone.name());
  }
}

Task<absl::StatusOr<v1::Chat>> Chats::Book(rpc::Call call, const v1::BookChatRequest& request) {
  if (!call.IsService()) {
    const bool is_own = request.host().empty() || request.host() == absl::StrCat("people/", call.subject());
    if (!is_own) co_return InvalidField("host", "must be empty: everybody books for themselves");
    co_return co_await BookAs(std::move(call), request);
  }
  if (request.host().empty()) co_return InvalidField("host", "must name the person a service books for");
  CO_ASSIGN_OR_RETURN(const std::string host, id::ParseName("people", request.host()));
  co_return co_await BookAs(CallOf(call, host), request);
}

Task<absl::StatusOr<v1::Chat>> Chats::BookAs(rpc::Call call, const v1::BookChatRequest& request) {
  CO_ASSIGN_OR_RETURN(Plan plan, PlanOf(call, request));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  CO_ASSIGN_OR_RETURN(plan.matched_with, co_await consents_.MatchedWith(call, plan.match));
  Booking booking;
  booking.id = id::New();
  booking.request_id = request.request_id();
  booking.fingerprint = store::Fingerprint(call, request);
  co_return co_await Take(std::move(call), std::move(plan), std::move(booking));
}

Task<absl::StatusOr<store::Outcome>> Chats::Write(rpc::Call call, const Plan& plan, Booking booking) const {
  if (plan.before.has_value()) co_return co_await chats_.Move(std::move(call), *plan.before, std::move(booking));
  co_return co_await chats_.Insert(std::move(call), std::move(booking));
}

Task<absl::StatusOr<v1::Chat>> Chats::Take(rpc::Call call, Plan plan, Booking booking) const {
  bool is_caught_up = false;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    CO_ASSIGN_OR_RETURN(Judgement judgement, co_await Judge(call, plan));
    Fill(plan, judgement, clock_.Now(), booking);
    CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await Write(call, plan, booking));
    if (outcome.kind == store::Outcome::Kind::kWritten) {
      v1::Chat chat = std::move(booking.chat);
      chat.set_name(std::move(outcome.resource));
      chat.set_etag(absl::StrCat(outcome.revision));
      People people;
      for (Participant& person : judgement.people) people[person.id] = std::move(person.snapshot);
      Show(people, ReaderOf(call, people, clock_.Now()), chat);
      co_return chat;
    }
    if (!outcome.refused()) co_return co_await ShowByName(call, std::move(outcome.resource));
    if (outcome.refusal == kJudged) {
      if (is_caught_up || !MayHaveChanged(judgement.is_final, judgement.verdict)) co_return judgement.verdict;
      co_await projection_.CatchUp(call);
      is_caught_up = true;
    } else if (outcome.refusal != kReload) {
      co_return co_await Explain(call, plan, outcome);
    }
  }
  co_return TryAgain();
}

Task<absl::StatusOr<v1::Chat>> Chats::FindVisible(rpc::Call call, std::string name) const {
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("chats", name));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Chat> chat, co_await chats_.Find(call, std::move(id)));
  if (!chat.has_value() || !(IsAttendee(call, *chat) || call.IsService())) co_return NotFound();
  co_return *std::move(chat);
}

Task<absl::StatusOr<v1::Chat>> Chats::ShowByName(rpc::Call call, std::string name) const {
  CO_ASSIGN_OR_RETURN(v1::Chat chat, co_await FindVisible(call, std::move(name)));
  std::vector<v1::Chat> one;
  one.push_back(std::move(chat));
  CO_ASSIGN_OR_RETURN(one, co_await ShowAll(std::move(call), std::move(one)));
  co_return std::move(one.front());
}

Task<absl::StatusOr<std::vector<v1::Chat>>> Chats::ShowAll(rpc::Call call, std::vector<v1::Chat> chats) const {
  std::set<std::string> ids = {call.subject()};
  for (const v1::Chat& chat : chats) {
    for (const v1::Attendee& attendee : chat.attendees()) {
      absl::StatusOr<std::string> id = id::ParseName("people", attendee.person().person());
      if (id.ok()) ids.insert(*std::move(id));
    }
  }
  std::vector<std::string> asked(ids.begin(), ids.end());
  CO_ASSIGN_OR_RETURN(const People people, co_await people_.Find(call, std::move(asked)));
  if (chats.size() > 1) co_await executors_.OnWorkers();
  const Reader reader = ReaderOf(call, people, clock_.Now());
  for (v1::Chat& chat : chats) Show(people, reader, chat);
  co_return chats;
}

Task<absl::StatusOr<v1::Chat>> Chats::Cancel(rpc::Call call, const v1::CancelChatRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Chat chat, co_await FindVisible(call, request.name()));
  absl::Status verdict;
  if (chat.state() == v1::Chat::STATE_CANCELLED) {
    verdict = ChatCancelled();
  } else if (chat.etag() != request.etag()) {
    verdict = EtagMismatch();
  }
  Cancellation cancellation;
  cancellation.chat = std::move(chat);
  cancellation.now = clock_.Now();
  cancellation.refusal = verdict.ok() ? "" : kJudged;
  cancellation.request_id = request.request_id();
  cancellation.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await chats_.Cancel(call, std::move(cancellation)));
  if (outcome.refused()) co_return verdict.ok() ? static_cast<absl::Status>(EtagMismatch()) : verdict;
  co_return co_await ShowByName(std::move(call), request.name());
}

Task<absl::StatusOr<v1::Chat>> Chats::Get(rpc::Call call, const v1::GetChatRequest& request) {
  co_return co_await ShowByName(std::move(call), request.name());
}

Task<absl::StatusOr<v1::ListChatsResponse>> Chats::List(rpc::Call call, const v1::ListChatsRequest& request) {
  const std::string arguments = absl::StrCat(
      call.organization(), "\n", call.subject(), "\n", request.start_time().seconds(), "\n",
      request.end_time().seconds(), "\n", request.has_start_time(), request.has_end_time(), request.show_cancelled());
  ChatQuery query;
  query.person = call.subject();
  query.after = clock_.Now();
  query.show_cancelled = request.show_cancelled();
  query.limit = static_cast<size_t>(request.page_size() == 0 ? kDefaultPage : request.page_size());
  if (request.has_start_time()) {
    CO_ASSIGN_OR_RETURN(query.after, ReadInstant("start_time", request.start_time()));
  }
  if (request.has_end_time()) {
    CO_ASSIGN_OR_RETURN(query.before, ReadInstant("end_time", request.end_time()));
  }
  CO_ASSIGN_OR_RETURN(query.cursor, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(ChatPage page, co_await chats_.List(call, std::move(query)));
  CO_ASSIGN_OR_RETURN(std::vector<v1::Chat> shown, co_await ShowAll(std::move(call), std::move(page.chats)));
  v1::ListChatsResponse response;
  for (v1::Chat& chat : shown) *response.add_chats() = std::move(chat);
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

}  // namespace cortado::scheduling
