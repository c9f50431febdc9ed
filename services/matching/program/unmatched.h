// Why somebody of a round stayed without a pair: which rule took away how many candidates, and how many each would give
// back if it were loosened. What others chose for themselves (a block, a pause, a closed door) is told as one number,
// and only from kFewestPersonal on. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace cortado::matching {

inline constexpr int32_t kFewestPersonal = 5;

// What stands between one person and one candidate.
struct Obstacles {
  uint32_t rules = 0;     // Bits as RefusedBy has them.
  bool personal = false;  // A choice of the candidate's own, or of the person's.
};

struct RuleEffect {
  int32_t rule = 0;     // Index among the programme's rules.
  int32_t removed = 0;  // Candidates whom this rule refuses, whatever else does.
  int32_t freed = 0;    // Candidates whom it alone refuses: what loosening it would give.
};

struct UnmatchedReport {
  int32_t considered = 0;
  int32_t left = 0;                 // Candidates whom no rule refuses, before personal choices.
  std::vector<RuleEffect> effects;  // Rules that refuse somebody: the one that would give most first.
  int32_t personal = 0;             // Of those left; 0 when fewer than kFewestPersonal are.
};

// Returns the report on one person. `candidates` is everybody who takes the other part in the programme; `rules` is how
// many rules it has, at most 32.
// When more were left than `personal`, others suited the rest better or the rest is not available: which of the two,
// for fewer than kFewestPersonal, is nobody's to know.
UnmatchedReport ExplainUnmatched(int32_t rules, absl::Span<const Obstacles> candidates);

}  // namespace cortado::matching
