// When the people of a match could meet, and whether they will, as scheduling knows it. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/matching/live_views.h"

namespace cortado::matching {

// Returns the ids of those of a match who still work here: whoever left is not waited for.
std::vector<std::string> PresentPeople(const LiveView& live, const v1::Match& match);

class MatchTimes {
 public:
  // Ask the scheduling service, until the call's deadline.
  using FindTimes = std::function<Task<absl::StatusOr<scheduling::v1::FindTimesResponse>>(
      rpc::Call call, scheduling::v1::FindTimesRequest request)>;
  using GetChat = std::function<Task<absl::StatusOr<scheduling::v1::Chat>>(rpc::Call call, std::string name)>;

  MatchTimes(FindTimes find_times, GetChat get_chat)
      : find_times_(std::move(find_times)), get_chat_(std::move(get_chat)) {}

  // Adds up to three times that suit everybody of `match`, for the caller or, to a service, for one of them. Never
  // fails: what could not be found within two seconds is left out. References outlive the task.
  Task<void> Add(rpc::Call call, const LiveView& live, v1::Match& match);

  // Returns whether everybody of `match` is free then, as far as may be asked: the booking decides. Scheduling's errors
  // but those of a time or of people that do not suit, which are a no.
  Task<absl::StatusOr<bool>> IsFree(rpc::Call call, const LiveView& live, v1::Match match, absl::Time start,
                                    absl::Duration length);

  // Returns whether the chat of a match will happen, or did; one that cannot be asked for now counts.
  Task<bool> HasChat(rpc::Call call, v1::Match match);

 private:
  const FindTimes find_times_;
  const GetChat get_chat_;
};

}  // namespace cortado::matching
