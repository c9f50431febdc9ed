// Whom everybody of a programme could best be paired with, by an index over those who can be chosen: the same as
// BestCandidates, BeatingPairs and DrawEdgesOf of cohort_scores.h, without looking at everybody for everybody. Only
// they are scored for whom the most that evidence, context (index/context_bound.h) and preferences could give is
// enough. Immutable after construction and safe to share between threads, as long as what it was made of does not
// change.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/index/people_index.h"
#include "services/matching/program/cohort_scores.h"

namespace cortado::matching {

class CohortGraph {
 public:
  // All outlive it.
  CohortGraph(const Organization& organization, const PairingTerms& terms, const CohortPeople& people);

  // Returns what BestCandidates returns.
  std::vector<Candidate> Best(int32_t mentee, int32_t limit) const;
  // Returns what BeatingPairs returns.
  std::vector<CohortPair> Beating(const PairPrices& prices, int32_t mentee, int32_t limit) const;

 private:
  const Organization& organization_;
  const PairingTerms& terms_;
  const CohortPeople& people_;
  PeopleIndex index_;
  std::vector<int32_t> mentor_of_;  // By person: their number; kNobody.
};

class DrawGraph {
 public:
  // All outlive it; `people` are those in the draw.
  DrawGraph(const Organization& organization, const PairingTerms& terms, const std::vector<int32_t>& people);

  // Returns what DrawEdgesOf returns, in any order.
  std::vector<DrawEdge> Edges(int32_t place, int32_t limit) const;

 private:
  const Organization& organization_;
  const PairingTerms& terms_;
  const std::vector<int32_t>& people_;
  PeopleIndex index_;
  std::vector<int32_t> place_of_;  // By person; kNobody.
};

}  // namespace cortado::matching
