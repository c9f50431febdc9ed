// A cohort without its pinned and forbidden pairs: what is left to decide. Thread-compatible.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "services/matching/assign/assign.h"
#include "services/matching/assign/cohort.h"

namespace cortado::matching {

struct ReducedCohort {
  CandidateGraph graph;         // Pinned mentees have no candidates.
  std::vector<int32_t> places;  // Without those that pins take.
  absl::flat_hash_set<std::pair<int32_t, int32_t>> forbidden;

  // Returns what is left of `cohort`; errors as AssignCohort has them.
  static absl::StatusOr<ReducedCohort> Of(const Cohort& cohort);

  // Adds those of `pairs` that beat the prices, once each, and returns how many. INVALID_ARGUMENT for a pair out of
  // range or forbidden. A pair of the graph does not beat the prices that were made from it.
  absl::StatusOr<int64_t> Grow(std::vector<CohortPair> pairs, const PairPrices& prices);
};

}  // namespace cortado::matching
