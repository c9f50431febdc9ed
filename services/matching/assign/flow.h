// Exact assignment as a minimum cost flow, by the primal network simplex method (Dantzig 1951; Kelly and O'Neill 1991;
// LEMON's NetworkSimplex). Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/assign/cohort.h"

namespace cortado::matching {

// An assignment and the dual prices that prove it; see CohortCertificate.
struct FlowSolution {
  std::vector<int32_t> mentor_of;  // By mentee.
  std::vector<int64_t> prices;     // By mentor.
  int64_t bonus = 0;
  int32_t matched = 0;
};

// Returns an assignment with the largest total.
FlowSolution SolveQuality(const CandidateGraph& graph, const std::vector<int32_t>& places);

// Returns an assignment of the most pairs possible; its prices are those of a graph whose scores are all 1.
FlowSolution SolveMostMatched(const CandidateGraph& graph, const std::vector<int32_t>& places);

// Returns the assignment with the largest total among those of exactly `matched` pairs. `matched` is at most what
// SolveMostMatched finds.
FlowSolution SolveQualityOf(const CandidateGraph& graph, const std::vector<int32_t>& places, int32_t matched);

}  // namespace cortado::matching
