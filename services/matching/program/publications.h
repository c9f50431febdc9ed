// What HR and owners do with a round that was worked out: publish it, take it back, see who has no pair. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/program/programs.h"
#include "services/matching/program/publication_store.h"
#include "services/matching/program/round_store.h"
#include "services/matching/program/rounds.h"

namespace cortado::matching {

class Publications {
 public:
  struct Parts {
    LiveViews& views;
    Programs& programs;
    RoundStore& rounds;
    PublicationStore& store;
    Rounds& work;
    const Clock& clock;
  };
  // All outlive this.
  explicit Publications(const Parts& parts) : parts_(parts) {}

  // All: NOT_FOUND to whoever does not manage the programme.

  // Begins to publish. FAILED_PRECONDITION: ROUND_NOT_READY, ROUND_IS_TRIAL, ROUND_RUNNING, PROGRAM_ARCHIVED. ABORTED
  // (ETAG_MISMATCH).
  Task<absl::StatusOr<v1::Round>> Publish(rpc::Call call, const v1::PublishRoundRequest& request);
  // Takes back, at once while nobody was told, else by beginning to. FAILED_PRECONDITION: ROUND_NOT_PUBLISHED,
  // ROUND_RUNNING while people are being told. ABORTED (ETAG_MISMATCH).
  Task<absl::StatusOr<v1::Round>> Undo(rpc::Call call, const v1::UndoRoundRequest& request);
  // INVALID_ARGUMENT (PAGE_TOKEN_INVALID). UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::ListUnmatchedResponse>> ListUnmatched(rpc::Call call,
                                                                const v1::ListUnmatchedRequest& request);

 private:
  struct Found {
    v1::Program program;
    v1::Round round;  // With the caller's etag, if they gave one.
  };
  Task<absl::StatusOr<Found>> Find(rpc::Call call, std::string name, std::string etag);
  // Begins work on a round in the state it has. ABORTED (ETAG_MISMATCH).
  Task<absl::StatusOr<v1::Round>> Begin(rpc::Call call, Found found, std::string request_id, std::string fingerprint);

  const Parts parts_;
};

}  // namespace cortado::matching
