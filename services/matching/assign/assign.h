// Assigns a cohort: the one door to the solvers, with a certificate on every result. Pure functions, safe from any
// thread; the same input gives the same result on every machine.
//
//   Cohort cohort;                                  // graph, places, pins, mode
//   ASSIGN_OR_RETURN(CohortAssignment best, AssignCohort(cohort));
//   ASSIGN_OR_RETURN(best, AssignCohortOverAll(cohort, [&](const PairPrices& prices) { return ScanBothSides(prices);
//   }));
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/matching/assign/cohort.h"

namespace cortado::matching {

// What a pair outside the graph must beat to change the result.
struct PairPrices {
  enum class Kind : uint8_t {
    kScore,     // score + bonus > mentee + mentor: the pair could raise the total.
    kCount,     // 1 > mentee + mentor: the pair could raise the number of people matched.
    kBlocking,  // score > mentee and liking > mentor: both would rather have each other.
  };
  Kind kind = Kind::kScore;
  int64_t bonus = 0;
  std::vector<int64_t> mentee;  // Of a pinned mentee: so large that nothing beats it.
  std::vector<int64_t> mentor;

  bool Beats(const CohortPair& pair) const;
};

// Finds eligible pairs that beat the prices among all pairs: a look from both sides, through an index or at everybody.
// Returns none exactly when there are none; else any of them, the more telling ones first (a few of each mentee
// are plenty). Forbidden pairs are not eligible. An error ends the assignment with that error: so a caller cancels.
using PairScan = std::function<absl::StatusOr<std::vector<CohortPair>>(const PairPrices& prices)>;

// Returns the assignment that the cohort's mode asks for, with its certificate within the graph.
//
// INVALID_ARGUMENT: a number, score, liking or place out of range, a mentor twice among the candidates of one mentee, a
// mentee pinned twice. FAILED_PRECONDITION: more pins on a mentor than places, or a pair both pinned and forbidden.
// Nobody to assign, or nobody to assign them to, is not an error: all are unmatched.
absl::StatusOr<CohortAssignment> AssignCohort(const Cohort& cohort);

// The same, over all pairs the scan knows: solves on the graph, lets `scan` price out missing pairs, adds them and
// solves again until none is left (column generation: Gilmore and Gomory 1961). The certificate then is kAllEligible.
// Of several equally good results, or several stable ones when there are ties, the first graph decides which is
// returned. Besides what AssignCohort returns: the scan's error; INTERNAL when the scan only returns pairs that beat
// nothing.
absl::StatusOr<CohortAssignment> AssignCohortOverAll(const Cohort& cohort, const PairScan& scan);

}  // namespace cortado::matching
