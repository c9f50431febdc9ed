#include "services/matching/life_cycle_job.h"

#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(5);
constexpr absl::Duration kOneTimeout = absl::Seconds(5);
constexpr absl::Duration kToBegin = absl::Milliseconds(200);
// What is left over is due still when the job runs again.
constexpr int kAtOnce = 10'000;

absl::Status UnlessSettled(absl::Status status) {
  return absl::IsNotFound(status) || absl::IsAborted(status) ? absl::OkStatus() : status;
}

}  // namespace

void LifeCycleJob::Register(store::Store& store, jobs::Runner& runner) {
  runner.Add({kJob, kPeriod, [this](rpc::Call call, jobs::Fence) { return Run(std::move(call)); }});
  store.BeforeFirstWrite([this, &runner](rpc::Call call) { return runner.Schedule(call, kJob, clock_.Now()); });
}

Task<absl::Status> LifeCycleJob::Do(rpc::Call call, const LiveView& live, std::string due) {
  const std::vector<std::string> parts = absl::StrSplit(due, ':');
  if (parts[0] == "r" && parts.size() == 2) co_return co_await life_cycle_.LookAtRequest(call, live, parts[1]);
  if (parts[0] == "a" && parts.size() == 3) {
    co_return UnlessSettled(co_await matches_.ForgetApart(call, parts[1], parts[2]));
  }
  if (parts[0] == "c" && parts.size() == 3) co_return co_await requests_.ForgetMark(call, parts[1], parts[2]);
  if (parts.size() != 2) co_return absl::InternalError("something of an unknown kind is due");
  co_return UnlessSettled(co_await DoMatch(std::move(call), live, parts[0], parts[1]));
}

Task<absl::Status> LifeCycleJob::DoMatch(rpc::Call call, const LiveView& live, std::string what, std::string id) {
  CO_ASSIGN_OR_RETURN(v1::Match match, co_await matches_.GetMatch(call, std::move(id)));
  if (what == "o") co_return co_await matches_.OfferTimes(call, std::move(match));
  if (what == "l") {
    match.set_state(v1::Match::STATE_ENDED);
    match.mutable_end_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    co_return (co_await matches_.End(call, OwnStep(std::move(match)), "")).status();
  }
  if (what != "m") co_return absl::InternalError("something of an unknown kind is due");
  if (!HasTimeToBook(match)) co_return absl::OkStatus();
  co_return (co_await bookings_.Book(call, live, std::move(match))).status();
}

Task<absl::Status> LifeCycleJob::FollowIfNeeded(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const bool is_needed, co_await requests_.HasAnythingBetweenPeople(call));
  if (!is_needed) co_return absl::OkStatus();
  // To have begun is enough: other organisations wait for their jobs.
  const rpc::Call brief = rpc::InternalCall(call.organization(), call.subject(), absl::Now() + kToBegin);
  const absl::Status followed = (co_await views_.Get(brief)).status();
  co_return absl::IsUnavailable(followed) || absl::IsDeadlineExceeded(followed) ? absl::OkStatus() : followed;
}

Task<absl::Status> LifeCycleJob::Run(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(std::vector<std::string> due, co_await requests_.ListDue(call, clock_.Now(), kAtOnce));
  if (due.empty()) co_return co_await FollowIfNeeded(std::move(call));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  absl::Status first;
  bool scheduling_answers = true;
  for (std::string& one : due) {
    if (call.Cancelled()) break;
    const bool is_booking = one[0] == 'm';
    if (is_booking && !scheduling_answers) continue;
    const rpc::Call own = rpc::InternalCall(call.organization(), call.subject(), absl::Now() + kOneTimeout);
    absl::Status done = co_await Do(own, *live, std::move(one));
    if (!done.ok() && is_booking) scheduling_answers = false;
    if (first.ok()) first = std::move(done);
  }
  co_return first;
}

}  // namespace cortado::matching
