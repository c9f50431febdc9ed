#include "services/scheduling/seat_taker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/chat_view.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/hold_store.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

// Whether the profile may know better already than its projection here.
bool MayHaveChanged(bool is_final, const absl::Status& verdict) {
  return !is_final && (absl::IsNotFound(verdict) || absl::IsFailedPrecondition(verdict));
}

absl::Status TooManyHolds() {
  return Error(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_HOLDS,
               "the caller holds five times, or too many are held with one of the people; release one, or wait")
      .RetryAfter(kHoldsFor);
}

// Whether the chat of a plan that moves one can move at all. ABORTED; FAILED_PRECONDITION: CHAT_CANCELLED;
// INVALID_ARGUMENT: TIME_PASSED when it has begun, unless it stays where it is.
absl::Status MayMove(const ChatPlan& plan, absl::Time now) {
  if (plan.before->state() == v1::Chat::STATE_CANCELLED) return ChatCancelled();
  if (plan.before->etag() != plan.etag) return EtagMismatch();
  const Interval before = WhenOf(*plan.before);
  if (before == plan.when || now < before.start) return absl::OkStatus();
  return TimePassed("name", "the chat has begun; book another one");
}

// What people said was about the old time. Whoever moves the chat comes; who declined stays away.
void AskAnew(const std::string& mover, v1::Chat& chat) {
  for (v1::Attendee& attendee : *chat.mutable_attendees()) {
    const std::string& name = attendee.person().person();
    if (name == absl::StrCat("people/", mover) && name != chat.host()) {
      attendee.set_response(v1::Attendee::RESPONSE_ACCEPTED);
    } else if (!HasDeclined(attendee)) {
      attendee.clear_response();
    }
  }
}

}  // namespace

SeatTaker::SeatTaker(ChatStore& chats, PeopleProjection& projection, Executors& executors, const Clock& clock)
    : chats_(chats), projection_(projection), executors_(executors), clock_(clock) {}

Task<absl::StatusOr<Judgement>> SeatTaker::Judge(rpc::Call call, const ChatPlan& plan) const {
  const absl::Time now = clock_.Now();
  Judgement judgement;
  if (plan.before.has_value()) {
    judgement.verdict = MayMove(plan, now);
    judgement.is_final = !judgement.verdict.ok();
    if (judgement.is_final || WhenOf(*plan.before) == plan.when) co_return judgement;
  }
  CO_ASSIGN_OR_RETURN(std::vector<std::optional<Participant>> found,
                      co_await chats_.ReadPeople(call, plan.people, WindowAround(plan.when, now), now, plan.moving));
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
  const Obstacle obstacle = plan.joining ? ObstacleTo(plan.when, {judgement.people.front()}, now)
                                         : ObstacleTo(plan.when, judgement.people, now);
  if (obstacle == Obstacle::kNone) co_return judgement;
  co_await executors_.OnWorkers();
  judgement.verdict = Refusal(call, plan, judgement, obstacle);
  co_return judgement;
}

std::optional<Judgement> SeatTaker::JudgeFromMemory(const rpc::Call& call, const ChatPlan& plan) const {
  const absl::Time now = clock_.Now();
  if (plan.before.has_value() || plan.joining || plan.when.start < now) return std::nullopt;
  std::optional<std::vector<Participant>> people = chats_.Recall(call, plan.people);
  if (!people.has_value() || !MayCome(plan, *people, now).ok()) return std::nullopt;
  if (ObstacleTo(plan.when, *people, now) != Obstacle::kNone) return std::nullopt;
  Judgement judgement;
  judgement.people = *std::move(people);
  return judgement;
}

absl::Status SeatTaker::MayCome(const ChatPlan& plan, const std::vector<Participant>& people, absl::Time now) {
  const bool have_agreed = plan.before.has_value() || plan.joining;
  return have_agreed ? MayStillMeet(people, plan.when.start) : MayMeet(people, plan.agreement, now);
}

absl::Status SeatTaker::Refusal(const rpc::Call& call, const ChatPlan& plan, const Judgement& judgement,
                                Obstacle obstacle) const {
  std::optional<Interval> before;
  if (plan.before.has_value()) before = WhenOf(*plan.before);
  const Participant& asker = judgement.people.front();
  const std::vector<absl::Time> times = TimesInstead(plan.when, before, judgement.people, clock_.Now());
  return ErrorFor(obstacle, times, asker.time.zone, LanguageFor(call, asker.snapshot));
}

Task<absl::Status> SeatTaker::Explain(rpc::Call call, const ChatPlan& plan, const store::Outcome& outcome) const {
  if (outcome.refusal == kEtag) co_return EtagMismatch();
  if (outcome.refusal == kHeld) co_return TooManyHolds();
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

v1::Chat SeatTaker::ChatOf(const ChatPlan& plan, absl::Time now) {
  v1::Chat chat;
  if (plan.before.has_value()) {
    chat = *plan.before;
    chat.set_sequence(chat.sequence() + 1);
    AskAnew(plan.people.front(), chat);
    *chat.mutable_update_time() = WriteInstant(now);
  } else {
    chat.set_host(absl::StrCat("people/", plan.people.front()));
    for (const std::string& id : plan.people) {
      chat.add_attendees()->mutable_person()->set_person(absl::StrCat("people/", id));
    }
    chat.set_topic(plan.topic);
    if (plan.agreement.CoversAny(plan.people)) {
      chat.set_match(plan.match);
      chat.set_program(plan.agreement.program);
    }
    chat.set_state(v1::Chat::STATE_BOOKED);
    *chat.mutable_create_time() = WriteInstant(now);
  }
  *chat.mutable_start_time() = WriteInstant(plan.when.start);
  *chat.mutable_end_time() = WriteInstant(plan.when.end);
  return chat;
}

void SeatTaker::Fill(const ChatPlan& plan, const Judgement& judgement, absl::Time now, Booking& booking) {
  booking.chat = ChatOf(plan, now);
  booking.refusal = judgement.verdict.ok() ? "" : kJudged;
  booking.seats.clear();
  for (const Participant& person : judgement.people) {
    booking.seats.push_back({person.id, person.revision, plan.when.end + person.time.buffer,
                             FormatWeek(WeekOf(plan.when.start, person.time.zone)), ChatMinutes(plan.when, person.time),
                             person.time.weekly_minutes});
    const bool is_host = booking.chat.host() == absl::StrCat("people/", person.id);
    if (is_host) booking.chat.set_time_zone(person.time.zone.name());
  }
}

Task<absl::StatusOr<Taken>> SeatTaker::Take(rpc::Call call, ChatPlan plan, Booking booking, Writer write) const {
  bool is_caught_up = false;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    Judgement judgement;
    std::optional<Judgement> remembered;
    if (attempt == 0) remembered = JudgeFromMemory(call, plan);
    const bool is_remembered = remembered.has_value();
    if (is_remembered) {
      judgement = *std::move(remembered);
    } else {
      CO_ASSIGN_OR_RETURN(judgement, co_await Judge(call, plan));
    }
    Fill(plan, judgement, clock_.Now(), booking);
    CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await write(call, plan, booking));
    if (!outcome.refused()) {
      Taken taken;
      taken.outcome = std::move(outcome);
      taken.chat = std::move(booking.chat);
      for (Participant& person : judgement.people) taken.people[person.id] = std::move(person.snapshot);
      co_return taken;
    }
    if (is_remembered) continue;  // What stands in the way is said by whoever looks.
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

}  // namespace cortado::scheduling
