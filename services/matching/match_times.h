// When the people of a match could meet, as scheduling finds it. Thread-safe.
#pragma once

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"

namespace cortado::matching {

class MatchTimes {
 public:
  // Asks the scheduling service, until the call's deadline.
  using FindTimes = std::function<Task<absl::StatusOr<scheduling::v1::FindTimesResponse>>(
      rpc::Call call, scheduling::v1::FindTimesRequest request)>;

  explicit MatchTimes(FindTimes find_times) : find_times_(std::move(find_times)) {}

  // Adds up to three times that suit everybody of `match`, for the caller or, to a service, for its mentor. Never
  // fails: what could not be found within two seconds is left out. `match` outlives the task.
  Task<void> Add(rpc::Call call, v1::Match& match);

  // Returns whether everybody of `match` is free then. Scheduling's errors but those of a time or of people that do not
  // suit, which are a no.
  Task<absl::StatusOr<bool>> IsFree(rpc::Call call, v1::Match match, absl::Time start, absl::Duration length);

 private:
  const FindTimes find_times_;
};

}  // namespace cortado::matching
