// Matches as the two of them see them, end them and think of them. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/match_store.h"
#include "services/matching/match_times.h"

namespace cortado::matching {

class Matches {
 public:
  // All outlive this.
  Matches(LiveViews& views, MatchStore& store, MatchTimes& times, const Clock& clock)
      : views_(views), store_(store), times_(times), clock_(clock) {}

  // Returns a match to one of the two, or to a service (which thereby learns of consent). NOT_FOUND to everybody else.
  // A service gets the names of the two alone, whether or not the organisation is loaded; everybody else UNAVAILABLE
  // (LOADING) while it is not. Times that cannot be found now are left out.
  Task<absl::StatusOr<v1::Match>> Get(rpc::Call call, const v1::GetMatchRequest& request);

  // Lists the caller's. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
  Task<absl::StatusOr<v1::ListMatchesResponse>> List(rpc::Call call, const v1::ListMatchesRequest& request);

  // Ends a match for one of the two. NOT_FOUND to everybody else. FAILED_PRECONDITION (MATCH_ENDED). ABORTED
  // (ETAG_MISMATCH).
  Task<absl::StatusOr<v1::Match>> End(rpc::Call call, const v1::EndMatchRequest& request);

  // Keeps what one of the two thinks, for them alone. Errors as End, but a match that has ended may be rated;
  // INVALID_ARGUMENT: `end_match` without NOT.
  Task<absl::StatusOr<v1::Match>> Rate(rpc::Call call, const v1::RateFitRequest& request);

  // Reads a match for one of its people. NOT_FOUND to everybody else, and to a link that is for another.
  Task<absl::StatusOr<v1::Match>> FindOwn(rpc::Call call, std::string name);
  // Fills in what the caller sees of it. UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::Match>> Show(rpc::Call call, v1::Match match);

 private:
  // FindOwn, to be written at `etag`; empty: whatever it is.
  Task<absl::StatusOr<v1::Match>> Find(rpc::Call call, std::string name, std::string etag);
  void Fill(const rpc::Call& call, const LiveView& live, v1::Match& match) const;

  LiveViews& views_;
  MatchStore& store_;
  MatchTimes& times_;
  const Clock& clock_;
};

}  // namespace cortado::matching
