// Who of a programme could be paired with whom, and how well: rules, affinity and what people chose for themselves,
// made into the numbers the solvers take. Immutable after construction and safe to share between threads, as long as
// the Organization does not change; one mentee costs O(people).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/assign/assign.h"
#include "services/matching/draw/draw.h"
#include "services/matching/program/pair_facts.h"
#include "services/matching/program/rules.h"
#include "services/matching/program/unmatched.h"

namespace cortado::matching {

// What decides about pairs beside the people themselves.
struct PairingTerms {
  RuleSet rules;
  ProgramFacts facts;
  absl::flat_hash_set<std::pair<int32_t, int32_t>> forbidden;  // Mentee and mentor; in draws the smaller index first.
  int64_t now = 0;                                             // Unix seconds, for pauses.
  uint64_t seed = 0;                                           // Chance, where scores are equal.
};

// One pair as the rules see it.
struct PairScore {
  Obstacles obstacles;
  int32_t score = 0;  // 1..kMaxScore without obstacles, else 0.
};

// Everybody as seen by one mentee.
class MenteeScores {
 public:
  // `mentee` is an existing index. Everything outlives this.
  MenteeScores(const Organization& organization, const PairingTerms& terms, int32_t mentee);

  // Returns what `mentor`, another existing index, is for them. Enrolment stands for having joined, for the offer and
  // the open door, so none of these counts; having left, a pause, a block of either and no common language do, as
  // personal. A pair that is not forbidden and has no obstacle has a score: that of affinity plus preferences.
  PairScore With(int32_t mentor) const;

  // What the affinity of the scores is made of.
  const Query& query() const { return query_; }
  const AffinityQuery& affinities() const { return affinities_; }

 private:
  bool IsPersonal(const Person& other, int32_t mentor, const PairFacts& facts) const;

  const Organization& organization_;
  const PairingTerms& terms_;
  const int32_t mentee_;
  const Query query_;
  const Reporting reporting_;
  const AffinityQuery affinities_;
  const MenteeFacts facts_;
};

// Somebody who takes mentees.
struct CohortMentor {
  int32_t person = kUnknown;
  int32_t places = 0;
};

// A cohort whose mentees and mentors are numbered by their place in these lists.
struct CohortPeople {
  std::vector<int32_t> mentees;
  std::vector<CohortMentor> mentors;
};

// Returns the `limit` candidates of one mentee with the largest scores, by score and then by chance. Oneself is none.
std::vector<Candidate> BestCandidates(const Organization& organization, const PairingTerms& terms,
                                      const CohortPeople& people, int32_t mentee, int32_t limit);

// Returns up to `limit` pairs of one mentee that beat the prices, those that beat them most first: a PairScan is this
// for every mentee.
std::vector<CohortPair> BeatingPairs(const Organization& organization, const PairingTerms& terms,
                                     const CohortPeople& people, const PairPrices& prices, int32_t mentee,
                                     int32_t limit);

// Returns what stands between one mentee and each mentor but themselves, for ExplainUnmatched.
std::vector<Obstacles> ObstaclesOf(const Organization& organization, const PairingTerms& terms,
                                   const CohortPeople& people, int32_t mentee);

// Returns whom one of a draw could meet: up to `limit` others by score and as many again by chance, as edges of places
// in `people`. The score is that of this side; rules of mentors and mentees count in this direction.
std::vector<DrawEdge> DrawEdgesOf(const Organization& organization, const PairingTerms& terms,
                                  const std::vector<int32_t>& people, int32_t place, int32_t limit);

// Returns the edges of all together, each pair once with its larger score.
std::vector<DrawEdge> MergeDrawEdges(std::vector<DrawEdge> edges);

}  // namespace cortado::matching
