// Maximum weight matching in a general graph, exact. The fractional problem is that of a market in which everybody is
// a bidder and a seller (the bipartite double cover); its best deal falls into pairs, even circles and paths, which are
// pairs as well, and a few odd circles, which Edmonds' search (odd_sets.h) settles from the prices it left. (Balinski
// 1965 for the halves; Applegate and Cook 1993 for beginning with them.) Pure functions, safe from any thread; the same
// input gives the same result on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/assign/market.h"

namespace cortado::matching {

struct GeneralMatching {
  std::vector<int32_t> partner;  // By person, or kUnsold.
  bool proved = false;           // The dual values prove that nothing is worth more.
  int32_t odd_circles = 0;       // How many searches were left to do.
};

// What all weights given to MatchGeneral are multiples of, so that dual values stay whole numbers.
inline constexpr int32_t kMatchingUnit = 8;

// Returns a matching of the largest worth. Everybody is a bidder and a seller of `market` with one place; an edge is
// there both ways with the same weight, a multiple of kMatchingUnit, as is the bonus.
template <typename Weight>
GeneralMatching MatchGeneral(const Market<Weight>& market);

}  // namespace cortado::matching
