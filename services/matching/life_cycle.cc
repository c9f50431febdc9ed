#include "services/matching/life_cycle.h"

#include <utility>
#include <vector>

#include "common/id/id.h"
#include "common/status/status.h"
#include "services/matching/live_views.h"
#include "services/matching/request_rules.h"

namespace cortado::matching {
namespace {

constexpr int kPageSize = 200;
constexpr int kAttempts = 5;

absl::Time ToTime(const google::protobuf::Timestamp& time) { return absl::FromUnixSeconds(time.seconds()); }

// Nothing is left to do: it is gone, or somebody else did it.
absl::Status UnlessSettled(absl::Status status) {
  return absl::IsNotFound(status) || absl::IsAborted(status) ? absl::OkStatus() : status;
}

}  // namespace

Task<absl::StatusOr<v1::Request>> LifeCycle::Close(rpc::Call call, const LiveView& live, RequestStep step) {
  const absl::Time now = clock_.Now();
  v1::Request& request = step.request;
  const std::string next = id::MakeName("requests", id::New());
  std::vector<Choice> choices =
      live.Read([&](const OrganizationView& view) { return NextChoices(view, now, request, next); });
  request.set_state(v1::Request::STATE_CLOSED);
  request.mutable_answer_time()->set_seconds(absl::ToUnixSeconds(now));
  request.clear_expire_time();
  request.clear_postpone_end_time();
  request.clear_waits_for_requester();
  return requests_.Close(std::move(call), std::move(step), std::move(choices));
}

Task<absl::Status> LifeCycle::Reopen(rpc::Call call, const LiveView& live, v1::Request request) {
  const absl::Time now = clock_.Now();
  RequestStep step = OwnStep(request);
  Verdict verdict;
  step.request.set_state(v1::Request::STATE_OPEN);
  step.request.clear_postpone_end_time();
  live.Read([&](const OrganizationView& view) {
    verdict = JudgeYes(view, request);
    if (verdict.status.ok() && !CanWait(view, now, step.request)) verdict.places = 0;
    const absl::Time answer = AnswerTime(view, now, PersonId(request.mentor()));
    step.request.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(answer));
  });
  if (verdict.status.ok() && verdict.places > 0) {
    const absl::Status opened = (co_await requests_.Reopen(call, std::move(step), verdict.places)).status();
    if (!absl::IsFailedPrecondition(opened)) co_return opened;
  }
  co_return (co_await Close(std::move(call), live, OwnStep(std::move(request)))).status();
}

Task<absl::Status> LifeCycle::Try(rpc::Call call, const LiveView& live, v1::Request request) {
  const absl::Time now = clock_.Now();
  if (IsWaiting(request)) {
    const bool can_wait = live.Read([&](const OrganizationView& view) { return CanWait(view, now, request); });
    const bool postponed = request.state() == v1::Request::STATE_POSTPONED;
    if (can_wait && postponed && ToTime(request.postpone_end_time()) <= now) {
      co_return co_await Reopen(std::move(call), live, std::move(request));
    }
    if (can_wait && (postponed || ToTime(request.expire_time()) > now)) co_return absl::OkStatus();
    co_return (co_await Close(std::move(call), live, OwnStep(std::move(request)))).status();
  }
  const bool is_over = request.state() != v1::Request::STATE_ACCEPTED;
  // The mark that keeps the two apart counts milliseconds, the answer whole seconds.
  if (!is_over || ToTime(request.answer_time()) + kAskAgainAfter + absl::Seconds(1) > now) co_return absl::OkStatus();
  co_return co_await requests_.Forget(std::move(call), std::move(request));
}

Task<absl::Status> LifeCycle::LookAtRequest(rpc::Call call, const LiveView& live, std::string id) {
  absl::Status tried;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    absl::StatusOr<v1::Request> request = co_await requests_.GetRequest(call, id);
    if (!request.ok()) co_return UnlessSettled(request.status());
    tried = co_await Try(call, live, *std::move(request));
    if (!absl::IsAborted(tried)) break;
  }
  co_return absl::IsNotFound(tried) ? absl::OkStatus() : tried;
}

Task<absl::Status> LifeCycle::LookAtMatch(rpc::Call call, const LiveView& live, v1::Match match) {
  const bool may_stay = live.Read([&](const OrganizationView& view) { return MayStayMatched(view, match); });
  if (may_stay || match.state() != v1::Match::STATE_ACTIVE) co_return absl::OkStatus();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    match.set_state(v1::Match::STATE_ENDED);
    match.mutable_end_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    const absl::Status ended = (co_await matches_.End(call, OwnStep(match), "system")).status();
    if (!absl::IsAborted(ended)) co_return UnlessSettled(ended);
    absl::StatusOr<v1::Match> read = co_await matches_.GetMatch(call, IdOf(match.name()));
    if (!read.ok()) co_return UnlessSettled(read.status());
    match = *std::move(read);
    if (match.state() != v1::Match::STATE_ACTIVE) co_return absl::OkStatus();
  }
  co_return absl::AbortedError("the match changes all the time");
}

Task<absl::Status> LifeCycle::LookAtPerson(rpc::Call call, const LiveView& live, std::string person) {
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Request> page, co_await requests_.ListRequests(call, person, cursor, kPageSize));
    for (const v1::Request& request : page.items) {
      if (IsWaiting(request)) CO_RETURN_IF_ERROR(co_await LookAtRequest(call, live, IdOf(request.name())));
    }
    cursor = page.cursor;
  } while (!cursor.empty());
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Match> page, co_await matches_.ListMatches(call, person, cursor, kPageSize));
    for (v1::Match& match : page.items) CO_RETURN_IF_ERROR(co_await LookAtMatch(call, live, std::move(match)));
    cursor = page.cursor;
  } while (!cursor.empty());
  co_return absl::OkStatus();
}

}  // namespace cortado::matching
