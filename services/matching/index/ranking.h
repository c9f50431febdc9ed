// The ranking: a total order over scored people, and the exact best of a whole organisation by looking at everybody.
// This is the definition; a faster index must agree with it exactly. Pure functions, safe from any thread, as long as
// the Organization does not change.
//
//   Ranking best = SuggestExact(organization, {.asker = ada, .now = now, .week = week});
//   for (const RankedPerson& one : best.people) ...
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/matching/affinity.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"

namespace cortado::matching {

// Scores that fall into the same multiple of this count as equal, and the week decides who comes first.
inline constexpr int64_t kScoreWidth = 10'000;

// Somebody matches well when their evidence reaches one part in this many of the evidence the asker's data allows.
inline constexpr int64_t kFitsWellShare = 5;

// How many are named when nobody matches well.
inline constexpr int32_t kNearest = 3;

// Returns the number that orders people of equal rounded score in one week: a hash of asker, candidate and ISO week
// (the finaliser of SplitMix64; Steele, Lea and Flood 2014), so each asker sees another of them first, and another one
// the next week.
uint64_t TurnOf(uint64_t asker_hash, uint64_t candidate_hash, IsoWeek week);

// Somebody's place in the total order: the smaller comes first.
using RankKey = std::tuple<int64_t, uint64_t, absl::string_view>;

// Returns the key of a person whose affinity that is: score rounded down to a multiple of kScoreWidth, descending; the
// upper half of TurnOf times Organization::Demand, ascending; id, ascending. So of people of nearly equal score those
// whom many could want come first in inverse proportion to how many those are: nobody has to talk to everybody
// (weighted sampling by exponential keys, Efraimidis and Spirakis 2006, whose smallest keys are those of a uniform
// variable times the inverse weight). Valid as long as the person's id.
RankKey RankKeyOf(const Organization& organization, const Query& query, int32_t person, const Affinity& affinity);

// Returns whether the asker does not know yet where to go, and is better served by a look at different kinds of work.
bool WantsASpread(const Person& asker);

// One person in the ranking.
struct RankedPerson {
  int32_t person = kUnknown;
  Affinity affinity;
};

enum class Outcome : uint8_t {
  kFound,           // `people` match well, best first.
  kNobodyFitsWell,  // `people` are the nearest, at most kNearest; none of them matches well.
  kNothingToGoBy,   // The asker has told nothing a rule could use; `people` is empty.
};

struct Ranking {
  Outcome outcome = Outcome::kNothingToGoBy;
  std::vector<RankedPerson> people;
  int32_t fitting = 0;     // Eligible people who match well, named above or not.
  int32_t not_joined = 0;  // Further people who would match well, but have not joined: counted, never named.
};

// Returns whether `affinity` is a good match for an asker whose data allows `possible` points of evidence.
bool FitsWell(const Affinity& affinity, int64_t possible);

// Returns the first query.limit of the eligible people who match well, ordered by RankKeyOf. For an asker who
// WantsASpread the best of each present role come first, then the second of each, and so on, each time in that order;
// people without a role count as of one role. If nobody matches well,
// the first kNearest (at most query.limit) of those with any evidence, in the same order. Nobody is listed without
// evidence.
//
// query.asker is an existing index; query.limit >= 1.
Ranking SuggestExact(const Organization& organization, const Query& query);

}  // namespace cortado::matching
