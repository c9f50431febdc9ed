// Everything that the stores know of a round's people: read before it is worked out, and again before it is published
// and announced. Safe from any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "services/matching/program/program_store.h"
#include "services/matching/program/publication_store.h"
#include "services/matching/program/round_store.h"

namespace cortado::matching {

// People are ids.
struct RoundContext {
  std::vector<Enrollment> enrolled;         // All who take part, but for those who sit this round out.
  std::vector<PersonHistory> histories;     // Of the enrolled, in their order.
  std::set<std::string> have_mentor;        // Of a cohort: by a match, or a pair of another published round.
  std::map<std::string, int> places_taken;  // Likewise, by mentor.
  std::map<std::string, int> kept;          // Places that the round itself keeps, by mentor.
  std::map<std::string, int> passed_over;   // Rounds in a row that found nobody for them.
};

// Where a round's people are read.
struct RoundSources {
  ProgramStore& programs;
  RoundStore& rounds;
  PublicationStore& publications;
};

// Returns what is known for `round` of `program` at `now`. UNAVAILABLE.
Task<absl::StatusOr<RoundContext>> LoadRoundContext(RoundSources sources, rpc::Call call, v1::Program program,
                                                    v1::Round round, absl::Time now);

// Returns all pairs of a round. UNAVAILABLE.
Task<absl::StatusOr<std::vector<v1::Pair>>> LoadPairs(RoundStore& rounds, rpc::Call call, v1::Round round);

// Gives the places back that drafts of a programme (by id) keep, but for the round `except`: of all of them the one
// that was run last keeps places, and of an archived programme none. UNAVAILABLE.
Task<absl::Status> FreeDrafts(RoundStore& rounds, rpc::Call call, std::string program, std::string except);

}  // namespace cortado::matching
