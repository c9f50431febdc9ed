// What happens to a round after it was worked out: every pair is looked at again and it is published; 15 minutes later
// its pairs become matches and people are told; and all that may be taken back. Each step can be repeated, so whoever
// finds the work unfinished goes on with it. Thread-safe.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/matching/live_views.h"
#include "services/matching/match_store.h"
#include "services/matching/program/publication_store.h"
#include "services/matching/program/round_context.h"
#include "services/matching/program/round_run.h"

namespace cortado::matching {

class Publisher {
 public:
  // People are told so long after a round was published; until then taking it back is silent.
  static constexpr absl::Duration kGrace = absl::Minutes(15);

  // All outlive this.
  Publisher(RoundSources sources, MatchStore& matches, Executors& executors, const Clock& clock)
      : sources_(sources), matches_(matches), executors_(executors), clock_(clock) {}

  // All work on `round` as its etag says, and give ABORTED when somebody else does meanwhile; CANCELLED when `progress`
  // was cancelled; UNAVAILABLE. Whatever is left undone then is done by calling them again.

  // Drops the pairs that cannot be any more, and publishes the rest. FAILED_PRECONDITION (ROUND_EMPTY) when none is
  // left.
  Task<absl::Status> Publish(v1::Program program, v1::Round round, const LiveView& live, RoundProgress& progress,
                             std::string organization);
  // Makes matches of the pairs and tells everybody.
  Task<absl::Status> Announce(v1::Program program, v1::Round round, const LiveView& live, RoundProgress& progress,
                              std::string organization);
  // Ends the matches that are still active, and tells their people.
  Task<absl::Status> Undo(v1::Program program, v1::Round round, RoundProgress& progress, std::string organization);

 private:
  struct Sifted {
    std::vector<v1::Pair> pairs;    // Those that stand.
    std::set<std::string> looking;  // Ids of all who look for somebody in this round.
  };
  // Drops those of `pairs` that do not stand.
  Task<absl::StatusOr<Sifted>> Sift(const v1::Program& program, v1::Round& round, const LiveView& live,
                                    RoundProgress& progress, std::string organization, std::vector<v1::Pair> pairs);
  Task<absl::Status> AnnounceUnmatched(const v1::Program& program, const v1::Round& round, RoundProgress& progress,
                                       std::string organization, std::set<std::string> looking);
  // Ends the match of a pair who were told, but of whom one blocked the other or left meanwhile.
  Task<absl::Status> EndIfApart(const LiveView& live, std::string organization, std::string name);
  Task<absl::Status> UndoMatch(const v1::Program& program, const v1::Round& round, std::string organization,
                               std::string name);

  const RoundSources sources_;
  MatchStore& matches_;
  Executors& executors_;
  const Clock& clock_;
};

// The call of work on rounds, which nobody waits for: each step has 10 seconds.
rpc::Call RoundCall(const std::string& organization);

}  // namespace cortado::matching
