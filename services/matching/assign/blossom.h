// Matchings in general graphs by Edmonds' blossoms (Edmonds 1965; Galil, Micali and Gabow 1986), as LEMON has them:
// what general_matching.h is tested and measured against. The one file that is compiled as C++17: LEMON 1.3 uses what
// C++20 took out of std::allocator. So only standard types here. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace cortado::matching {

// Wide enough for sums of several numbers in one; as in pairing.cc.
using WideWeight = __int128;

struct BlossomEdge {
  int32_t a = 0;
  int32_t b = 0;
  WideWeight weight = 0;  // 0 or more, less than 2^120.
};

struct BlossomMatching {
  std::vector<uint8_t> taken;  // By edge.
  bool proved = false;         // The dual solution is worth as much.
};

// Returns a matching of maximum weight. Edges join two different nodes of 0..nodes - 1.
BlossomMatching MatchByWeight(int32_t nodes, const std::vector<BlossomEdge>& edges);

// Returns the number of edges of a maximum matching.
int32_t CountMatching(int32_t nodes, const std::vector<BlossomEdge>& edges);

}  // namespace cortado::matching
