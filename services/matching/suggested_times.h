// The next times of people with an open door, beside the reason to talk to them. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/matching/live_views.h"

namespace cortado::matching {

// The call, for the two seconds that times beside something else may take.
rpc::Call Briefly(const rpc::Call& call);

class SuggestedTimes {
 public:
  // Asks the scheduling service, until the call's deadline.
  using FindTimes = std::function<Task<absl::StatusOr<scheduling::v1::FindTimesResponse>>(
      rpc::Call call, scheduling::v1::FindTimesRequest request)>;

  explicit SuggestedTimes(FindTimes find_times) : find_times_(std::move(find_times)) {}

  // Adds times to the first 10 suggestions whose door is open, for the asker `people/P`. Never fails: what could not be
  // found within two seconds sets `times_unavailable`. Both references outlive the task.
  Task<void> Add(rpc::Call call, std::string asker, const LiveView& live, v1::SuggestRoleModelsResponse& response);

 private:
  const FindTimes find_times_;
};

}  // namespace cortado::matching
