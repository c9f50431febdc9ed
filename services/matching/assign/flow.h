// Exact assignment as a minimum cost flow, by the primal network simplex method (Dantzig 1951; Kelly and O'Neill 1991;
// LEMON's NetworkSimplex): what optimum.h is tested and measured against. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/assign/cohort.h"

namespace cortado::matching {

// Each returns by mentee their mentor or kNobody, as the function of optimum.h with a similar name finds it.
std::vector<int32_t> FlowQuality(const CandidateGraph& graph, const std::vector<int32_t>& places);
std::vector<int32_t> FlowMostMatched(const CandidateGraph& graph, const std::vector<int32_t>& places);
std::vector<int32_t> FlowQualityOf(const CandidateGraph& graph, const std::vector<int32_t>& places, int32_t matched);

}  // namespace cortado::matching
