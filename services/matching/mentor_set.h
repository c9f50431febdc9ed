// Two or three people who together cover most of somebody's gap. Pure functions, safe from any thread.
//
// What a set covers of one skill is what its best member covers; what a set is worth is the sum over the gap of
// (levels covered x importance). That is a monotone submodular function of the set, so that taking the best next person
// each time (greedy) reaches at least 1 - (1 - 1/k)^k of the best for k people: 75 % for two, 70 % for three
// (Nemhauser, Wolsey and Fisher 1978). The best set itself is found by branch and bound, bounded by the same property:
// nobody adds more to a larger set than to a smaller one.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/affinity/gap.h"

namespace cortado::matching {

inline constexpr int kLargestSet = 3;

// What one person covers of the gap.
struct Coverage {
  int32_t person = kUnknown;
  std::vector<int8_t> levels;  // By skill of the gap: 0..missing.
};

struct MentorSet {
  std::vector<int32_t> people;  // At most `size`, whoever adds most first. Nobody is in it who adds nothing.
  std::vector<int8_t> levels;   // By skill of the gap: what the set covers.
  int64_t covered = 0;          // The sum of (levels covered x importance).
  int64_t whole = 0;            // The sum of (levels missing x importance).
  bool is_best = false;         // No other set covers more; else greedy's guarantee holds.
};

// Returns the set of at most `size` (1..kLargestSet) people that covers most; of equal ones the one whose people come
// first among `candidates`, which are in the order of the ranking. Looks at no more than `most_looks` sets before it
// keeps the best it has, which is never below greedy's.
MentorSet ChooseMentorSet(const std::vector<GapSkill>& gap, const std::vector<Coverage>& candidates, int size,
                          int64_t most_looks = 2'000'000);

}  // namespace cortado::matching
