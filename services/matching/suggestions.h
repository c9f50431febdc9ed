// Who should meet whom: ranked role models with reasons, and what one score is made of. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/request_store.h"
#include "services/matching/suggested_times.h"

namespace cortado::matching {

class Suggestions {
 public:
  // All outlive this.
  Suggestions(LiveViews& views, RequestStore& store, SuggestedTimes& times, Executors& executors, const Clock& clock)
      : views_(views), store_(store), times_(times), executors_(executors), clock_(clock) {}

  // Ranks everybody for the caller (or, for a service, for the person named). PERMISSION_DENIED for another person;
  // NOT_FOUND when the person is absent or has left; UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::SuggestRoleModelsResponse>> Suggest(rpc::Call call,
                                                              const v1::SuggestRoleModelsRequest& request);

  // Tells what the score of two people is made of. PERMISSION_DENIED to anybody but the two; NOT_FOUND when one is
  // absent, has left, or blocks the other; INVALID_ARGUMENT (REQUEST_SELF) for twice the same.
  Task<absl::StatusOr<v1::Suggestion>> Explain(rpc::Call call, const v1::ExplainMatchRequest& request);

 private:
  LiveViews& views_;
  RequestStore& store_;
  SuggestedTimes& times_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::matching
