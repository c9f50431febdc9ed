// Matches as the two of them see them. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

class Matches {
 public:
  // All outlive this.
  Matches(LiveViews& views, RequestStore& store, const Clock& clock) : views_(views), store_(store), clock_(clock) {}

  // Returns a match to one of the two, or to a service (which thereby learns of consent). NOT_FOUND to everybody else.
  // A service gets the names of the two alone, whether or not the organisation is loaded; everybody else UNAVAILABLE
  // (LOADING) while it is not.
  Task<absl::StatusOr<v1::Match>> Get(rpc::Call call, const v1::GetMatchRequest& request);

  // Lists the caller's. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
  Task<absl::StatusOr<v1::ListMatchesResponse>> List(rpc::Call call, const v1::ListMatchesRequest& request);

 private:
  void Fill(const LiveView& live, v1::Match& match) const;

  LiveViews& views_;
  RequestStore& store_;
  const Clock& clock_;
};

}  // namespace cortado::matching
