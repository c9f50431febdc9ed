// Beside the ranking: people who cover a gap together, and teams that miss what one has. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

class Discovery {
 public:
  // All outlive this.
  Discovery(LiveViews& views, RequestStore& store, Executors& executors, const Clock& clock)
      : views_(views), store_(store), executors_(executors), clock_(clock) {}

  // For the caller (or, for a service, for the person named). PERMISSION_DENIED for another person; NOT_FOUND when the
  // person is absent or has left, and for a skill of the filter that is none; UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::SuggestMentorSetResponse>> SuggestMentorSet(rpc::Call call,
                                                                      const v1::SuggestMentorSetRequest& request);
  // Errors as above.
  Task<absl::StatusOr<v1::SuggestTeamsResponse>> SuggestTeams(rpc::Call call, const v1::SuggestTeamsRequest& request);

 private:
  LiveViews& views_;
  RequestStore& store_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::matching
