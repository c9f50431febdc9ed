// Stable assignment with places and ties: deferred acceptance, mentees proposing (Gale and Shapley 1962; places as in
// Roth 1984's hospitals and residents). Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/assign/cohort.h"

namespace cortado::matching {

// Returns by mentee their mentor or kNobody. Mentees rank by score, mentors by liking, both larger first and then the
// smaller number first. Under these strict orders the result is stable, and every mentee has the best mentor they have
// in any stable assignment. O(edges x log edges of a mentee).
std::vector<int32_t> SolveStable(const CandidateGraph& graph, const std::vector<int32_t>& places);

// What somebody would have to be to be preferred to what one has, and nothing less.
struct Contentment {
  std::vector<int32_t> mentee;  // By mentee: the score of their pair; 0 when unmatched.
  std::vector<int32_t> mentor;  // By mentor: the least liking among theirs when full; 0 with a free place.
};

// Returns how content everybody is with `mentor_of`, pairs of the graph within the places. A mentor without any place
// is content with everything they cannot have: INT32_MAX.
Contentment ContentmentOf(const CandidateGraph& graph, const std::vector<int32_t>& places,
                          const std::vector<int32_t>& mentor_of);

// Returns the number of edges whose mentee and mentor both strictly prefer it to what they have.
int64_t CountBlockingPairs(const CandidateGraph& graph, const Contentment& contentment);

}  // namespace cortado::matching
