// A round as somebody who manages it looks at it: found, with its pairs, and with everybody it could be made of now.
// Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/matching/live_views.h"
#include "services/matching/program/program_store.h"
#include "services/matching/program/programs.h"
#include "services/matching/program/round_run.h"
#include "services/matching/program/round_store.h"

namespace cortado::matching {

// A round and its programme, which has the terms of the round's trial if it is one.
struct FoundRound {
  v1::Program program;
  v1::Round round;
};

// Who is enrolled and what is known of them, as a run that began now would take it. Nothing runs.
class RoundScene {
 public:
  RoundScene(Executors& executors, const FoundRound& found) : run_(executors, progress_, found.program, found.round) {}
  RoundRun& run() { return run_; }
  const RoundRun& run() const { return run_; }

 private:
  RoundProgress progress_;
  RoundRun run_;
};

class RoundLooks {
 public:
  struct Parts {
    LiveViews& views;
    Programs& programs;
    ProgramStore& program_store;
    RoundStore& store;
    PublicationStore& publications;
    Executors& executors;
    const Clock& clock;
  };
  // All outlive this.
  explicit RoundLooks(const Parts& parts) : parts_(parts) {}

  // Returns `programs/P/rounds/R` to whoever manages the programme. NOT_FOUND to everybody else, and when absent.
  Task<absl::StatusOr<FoundRound>> Find(rpc::Call call, std::string name);
  // Returns the scene of a round, and leaves the caller on a worker thread. UNAVAILABLE (LOADING).
  Task<absl::StatusOr<std::shared_ptr<const RoundScene>>> Look(rpc::Call call, FoundRound found);
  // Returns all pairs of a round; their cards name people alone. Those that were dropped are none.
  Task<absl::StatusOr<std::vector<v1::Pair>>> Pairs(rpc::Call call, v1::Round round);
  // Fills in the cards of pairs for the caller. UNAVAILABLE (LOADING).
  Task<absl::StatusOr<std::vector<v1::Pair>>> WithCards(rpc::Call call, std::vector<v1::Pair> pairs);

 private:
  const Parts parts_;
};

// Whether a round that is not being worked out may still be changed: FAILED_PRECONDITION, ROUND_RUNNING or
// ROUND_NOT_READY (published), when it may not.
absl::Status CheckMayChange(const v1::Round& round);

// ABORTED (ETAG_MISMATCH) when the caller read another revision; an empty etag is any.
absl::Status CheckEtag(const v1::Round& round, const std::string& etag);

// Two people in the words of errors: "people/ada, people/bob".
std::string PairWords(const std::string& person, const std::string& other);

}  // namespace cortado::matching
