// The best assignment of a cohort within its graph, exact: an auction with epsilon scaling (auction.h; Bertsekas and
// Castanon 1989) comes near, a settlement by shortest paths (settlement.h) makes it the best. Pure functions, safe from
// any thread; the same input gives the same result on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/assign/cohort.h"

namespace cortado::matching {

// An assignment and the dual prices that prove it; see CohortCertificate.
struct Optimum {
  std::vector<int32_t> mentor_of;  // By mentee.
  std::vector<int64_t> prices;     // By mentor.
  int64_t bonus = 0;
  int32_t matched = 0;
};

// Returns an assignment with the largest total.
Optimum FindQuality(const CandidateGraph& graph, const std::vector<int32_t>& places);

// Returns an assignment of the most pairs possible; its prices are those of a graph whose scores are all 1.
Optimum FindMostMatched(const CandidateGraph& graph, const std::vector<int32_t>& places);

// Returns the assignment with the largest total among those of `matched` pairs, the most possible, as FindMostMatched
// finds it.
Optimum FindQualityOf(const CandidateGraph& graph, const std::vector<int32_t>& places, int32_t matched);

// Returns an assignment whose total is at most `tolerance` (0 to 1) of the largest below it, as its prices prove.
Optimum FindNearQuality(const CandidateGraph& graph, const std::vector<int32_t>& places, double tolerance);

}  // namespace cortado::matching
