// What whoever manages a programme does to a round beside running it: stops the run, pins pairs, forbids them, and
// takes either back. A repeat of a call that was done is answered with the round as it is now. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/program/round_look.h"
#include "services/matching/program/rounds.h"

namespace cortado::matching {

class RoundEdits {
 public:
  static constexpr int kMostPairs = 1000;  // Pinned, and forbidden.

  // All outlive this.
  RoundEdits(RoundLooks& looks, RoundStore& store, Rounds& rounds, const Clock& clock)
      : looks_(looks), store_(store), rounds_(rounds), clock_(clock) {}

  // All: NOT_FOUND to whoever does not manage the programme.

  // Ends the run of a round, which then is FAILED with ROUND_CANCELLED; a round that is so already is no error.
  // FAILED_PRECONDITION (ROUND_NOT_RUNNING).
  Task<absl::StatusOr<v1::Round>> Cancel(rpc::Call call, const v1::CancelRoundRequest& request);

  // Change what pairs there may be, from the next run on. What is as asked already is no error.
  //
  // FAILED_PRECONDITION: ROUND_RUNNING; ROUND_NOT_READY once published; PROGRAM_ARCHIVED. ABORTED (ETAG_MISMATCH).
  // INVALID_ARGUMENT for somebody with themselves, and for a pair more than kMostPairs.

  // FAILED_PRECONDITION (PIN_IMPOSSIBLE), with the `pair` and the `rule` that refuses it, if one does. UNAVAILABLE
  // (LOADING).
  Task<absl::StatusOr<v1::Round>> Pin(rpc::Call call, const v1::PinPairRequest& request);
  Task<absl::StatusOr<v1::Round>> Unpin(rpc::Call call, const v1::UnpinPairRequest& request);
  // FAILED_PRECONDITION (PIN_IMPOSSIBLE) for a pair that is pinned.
  Task<absl::StatusOr<v1::Round>> Forbid(rpc::Call call, const v1::ForbidPairRequest& request);
  Task<absl::StatusOr<v1::Round>> Allow(rpc::Call call, const v1::AllowPairRequest& request);

 private:
  enum class Change { kPin, kUnpin, kForbid, kAllow };

  // What is asked, the same for all four.
  struct EditOf {
    Change change;
    std::string round;
    v1::PinnedPair pair;
    std::string etag;
    std::string request_id;
    std::string fingerprint;
  };
  template <class Request>
  static EditOf Of(const rpc::Call& call, const Request& request, Change change);

  Task<absl::StatusOr<v1::Round>> Edit(rpc::Call call, EditOf edit);
  // Whether a run of now could keep the pin.
  Task<absl::Status> CheckPin(rpc::Call call, FoundRound found, v1::PinnedPair pair);

  RoundLooks& looks_;
  RoundStore& store_;
  Rounds& rounds_;
  const Clock& clock_;
};

}  // namespace cortado::matching
