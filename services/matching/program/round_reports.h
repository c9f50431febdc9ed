// What whoever manages a programme asks about rounds that were run: how two differ, and why somebody has no pair.
// Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/program/round_look.h"

namespace cortado::matching {

class RoundReports {
 public:
  static constexpr int kMostDifferences = 100;  // Pairs shown of each round.

  // Outlives this.
  explicit RoundReports(RoundLooks& looks) : looks_(looks) {}

  // All: NOT_FOUND to whoever does not manage the programme. UNAVAILABLE (LOADING).

  // Compares the pairs of two rounds of one programme. In a cohort a pair is the same when the mentee and the mentor
  // are; in a draw, when its people are. INVALID_ARGUMENT for two programmes. FAILED_PRECONDITION (ROUND_NOT_READY)
  // with the `round` that has no pairs.
  Task<absl::StatusOr<v1::CompareRoundsResponse>> Compare(rpc::Call call, const v1::CompareRoundsRequest& request);

  // Tells which rules stand between somebody who looks for a pair and everybody it could be with, by the rules and
  // people of now. Whoever has a pair may be asked about, too. NOT_FOUND for whoever is not enrolled or looks for none.
  // FAILED_PRECONDITION: ROUND_RUNNING; ROUND_NOT_READY when the round was never run.
  Task<absl::StatusOr<v1::ExplainUnmatchedResponse>> ExplainUnmatched(rpc::Call call,
                                                                      const v1::ExplainUnmatchedRequest& request);

 private:
  RoundLooks& looks_;
};

}  // namespace cortado::matching
