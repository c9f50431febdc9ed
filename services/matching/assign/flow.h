// Exact assignment as a minimum cost flow, by the primal network simplex method (Dantzig 1951; Kelly and O'Neill 1991;
// LEMON's NetworkSimplex): what optimum.h is tested and measured against. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/assign/cohort.h"
#include "services/matching/assign/optimum.h"

namespace cortado::matching {

// As their namesakes in optimum.h.
Optimum FlowQuality(const CandidateGraph& graph, const std::vector<int32_t>& places);
Optimum FlowMostMatched(const CandidateGraph& graph, const std::vector<int32_t>& places);
Optimum FlowQualityOf(const CandidateGraph& graph, const std::vector<int32_t>& places, int32_t matched);

}  // namespace cortado::matching
