// Which skills go together, learned from who holds what.
//
// For two skills that n_a, n_b and both n_ab of N people hold, the strength is the normalised pointwise mutual
// information (Bouma, "Normalized (pointwise) mutual information in collocation extraction", 2009)
//
//   npmi = ln(n_ab N / (n_a n_b)) / -ln(n_ab / N)            -1 never together .. 0 by chance .. 1 always together
//
// times the discount for small counts of Pantel and Lin, "Discovering word senses from text", 2002:
//
//   n_ab / (n_ab + 1) * min(n_a, n_b) / (min(n_a, n_b) + 1)
//
// in thousandths. A pair that fewer than kLeastSupport people hold says nothing: it would speak of those few.
// Thread contract: pure functions.
#pragma once

#include <cstdint>
#include <vector>

namespace cortado::skills {

inline constexpr int32_t kLeastSupport = 5;

struct Related {
  int32_t skill = 0;
  int32_t strength = 0;  // 1 to 1,000.
  int32_t both = 0;      // People who hold both.
  int32_t holders = 0;   // People who hold this one.
};

// Returns the strength of a pair, 1 to 1,000, or 0 where it is not related or has too little support.
int32_t Strength(int32_t both, int32_t first, int32_t second, int32_t everybody);

// Returns the skills related to `skill`, the strongest first, then by number; at most `most`. `people` are the skills
// that each person holds, each once.
std::vector<Related> FindRelated(const std::vector<std::vector<int32_t>>& people, int32_t skill, int32_t skill_count,
                                 int most);

// Returns the same for every skill, but only what is at least `least` strong. Takes time in the sum of the squares of
// how many skills each person holds.
std::vector<std::vector<Related>> FindAllRelated(const std::vector<std::vector<int32_t>>& people, int32_t skill_count,
                                                 int32_t least, int most);

}  // namespace cortado::skills
