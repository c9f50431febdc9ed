// Instances of cohorts and draws for the solvers to be measured on: the same for the same arguments on every machine.
// Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/assign/blossom.h"
#include "services/matching/assign/cohort.h"

namespace cortado::bench {

struct CohortShape {
  int32_t mentees = 0;
  int32_t candidates = 50;  // Of each mentee.
  uint64_t seed = 1;
  double mentors = 0.4;     // For each mentee; with 3 places each on average. 0.3: a tenth goes without.
  int32_t granularity = 1;  // Scores are rounded up to multiples of it, for ties.
};

// Mentors have 1 to 5 places; popular ones are candidates more often; a score of 1 to 999 is what the mentor is like
// and chance. Candidates come best first, as the service finds them; how mentors rank is chance alone.
matching::Cohort MakeCohort(const CohortShape& shape);

// A weighted graph of who could have coffee with whom.
struct DrawInstance {
  int32_t people = 0;
  std::vector<matching::BlossomEdge> edges;
};

// Twenty departments; everybody has 6 interest groups and knows `candidates` people of them, but for whom they met in
// the last eight rounds. A pair weighs more across departments, by shared interests, and by chance: 1 to 740.
DrawInstance MakeDraw(int32_t people, int32_t candidates, uint64_t seed);

}  // namespace cortado::bench
