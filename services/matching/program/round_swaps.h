// Exchanges partners between two pairs of a round, and says what that does to the total. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/program/round_look.h"

namespace cortado::matching {

class RoundSwaps {
 public:
  // Both outlive this.
  RoundSwaps(RoundLooks& looks, RoundStore& store) : looks_(looks), store_(store) {}

  // Exchanges the partners of two people of a round that SUCCEEDED; the pairs and the figures change in one step. With
  // validate_only nothing changes. In a cohort both people are mentees, and the blocking pairs are no longer known.
  //
  // NOT_FOUND to whoever does not manage the programme, and when either has no pair. FAILED_PRECONDITION:
  // SWAP_IMPOSSIBLE with the `pair`; ROUND_RUNNING; ROUND_NOT_READY; PROGRAM_ARCHIVED. ABORTED (ETAG_MISMATCH).
  // INVALID_ARGUMENT for two of one pair, or mentees of one mentor. UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::SwapPairsResponse>> Swap(rpc::Call call, const v1::SwapPairsRequest& request);

 private:
  // What a call that was done before is answered with.
  Task<absl::StatusOr<v1::SwapPairsResponse>> Repeat(rpc::Call call, v1::SwapPairsRequest request, v1::Round round);

  RoundLooks& looks_;
  RoundStore& store_;
};

}  // namespace cortado::matching
