#include "services/matching/old_matches.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

constexpr int kAtOnce = 200;
// So much before the deadline the last step begins.
constexpr absl::Duration kOneStep = absl::Seconds(10);

bool MayGoOn(const rpc::Call& call) { return !call.Cancelled() && absl::Now() + kOneStep < call.deadline(); }

bool IsGoneOrChanged(const absl::Status& status) { return absl::IsNotFound(status) || absl::IsAborted(status); }

}  // namespace

// A closed request comes due kAskAgainAfter behind its answer. Those that wait for something else stand among them, and
// are passed over.
Task<absl::StatusOr<int64_t>> OldMatches::RemoveRequests(rpc::Call call, absl::Time before) {
  int64_t removed = 0;
  int passed = 0;
  for (bool more = true; more && MayGoOn(call);) {
    CO_ASSIGN_OR_RETURN(const std::vector<std::string> due,
                        co_await requests_.ListDue(call, before + kAskAgainAfter, kAtOnce, passed));
    more = static_cast<int>(due.size()) == kAtOnce;
    for (const std::string& one : due) {
      int64_t gone = 0;
      if (absl::StartsWith(one, "r:")) {
        CO_ASSIGN_OR_RETURN(gone, co_await RemoveRequest(call, one.substr(2), before));
      }
      removed += gone;
      passed += gone > 0 ? 0 : 1;
    }
  }
  co_return removed;
}

Task<absl::StatusOr<int64_t>> OldMatches::RemoveRequest(rpc::Call call, std::string id, absl::Time before) {
  absl::StatusOr<v1::Request> request = co_await requests_.GetRequest(call, std::move(id));
  if (absl::IsNotFound(request.status())) co_return 0;
  CO_RETURN_IF_ERROR(request.status());
  const bool is_over =
      request->state() == v1::Request::STATE_CLOSED || request->state() == v1::Request::STATE_WITHDRAWN;
  if (!is_over || absl::FromUnixSeconds(request->answer_time().seconds()) >= before) co_return 0;
  const absl::Status forgotten = co_await requests_.Forget(call, *std::move(request));
  if (IsGoneOrChanged(forgotten)) co_return 0;
  CO_RETURN_IF_ERROR(forgotten);
  co_return 1;
}

Task<absl::StatusOr<int64_t>> OldMatches::RemoveMatches(rpc::Call call, absl::Time before) {
  int64_t removed = 0;
  for (bool more = true; more && MayGoOn(call);) {
    CO_ASSIGN_OR_RETURN(const std::vector<std::string> ended, co_await matches_.ListEnded(call, before, kAtOnce));
    more = static_cast<int>(ended.size()) == kAtOnce;
    for (const std::string& id : ended) {
      absl::StatusOr<v1::Match> match = co_await matches_.GetMatch(call, id);
      if (absl::IsNotFound(match.status())) {
        match = v1::Match();
        match->set_name(id::MakeName("matches", id));
      }
      CO_RETURN_IF_ERROR(match.status());
      const absl::Status forgotten = co_await matches_.Forget(call, *std::move(match));
      if (absl::IsAborted(forgotten)) co_return removed;  // Somebody rates it now: the next time.
      CO_RETURN_IF_ERROR(forgotten);
      ++removed;
    }
  }
  co_return removed;
}

}  // namespace cortado::matching
