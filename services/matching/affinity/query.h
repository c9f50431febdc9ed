// One question to the rules of matching: who asks, for what, and everything that is neither a fact of the organisation
// nor a constant: the instant, the ISO week, the slider, the people already asked. Values only.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "services/matching/affinity/person.h"

namespace cortado::matching {

// The named parts of a score. The first five are evidence that two people have something to talk about; the last
// three are context, which counts only where there is evidence.
enum class Term : uint8_t {
  kGapCoverage,
  kJourney,
  kInterests,
  kMotives,
  kDeepening,
  kElsewhere,
  kWorkingHours,
  kHeadroom,
};
inline constexpr int kTermCount = 8;
inline constexpr int kEvidenceTermCount = 5;

// Every term is worth 0..kTermMax before its weight.
inline constexpr int32_t kTermMax = 1000;

// What each term is worth, in the order of Term. With the defaults a score lies in 0..110,000: an asker has either a
// gap or the deepening term, never both, so at most 40 + 25 + 15 + 5 + 12 + 8 + 5 = 110 of the weights count.
using Weights = std::array<int32_t, kTermCount>;
inline constexpr Weights kDefaultWeights = {
    /*gap coverage*/ 40, /*journey*/ 25,   /*interests*/ 15,    /*motives*/ 5,
    /*deepening*/ 10,    /*elsewhere*/ 12, /*working hours*/ 8, /*headroom*/ 5};
static_assert(kDefaultWeights[4] * 4 == kDefaultWeights[0], "deepening weighs a quarter of gap coverage");

// The slider between near (people of one's own corner) and far (people from elsewhere).
inline constexpr int32_t kNear = 0;
inline constexpr int32_t kFar = 1000;

// An ISO 8601 week, e.g. {2026, 48}.
struct IsoWeek {
  int32_t year = 0;
  int32_t week = 0;  // 1-53.
};

// Whom the asker wants to see: all that is said must hold. Empty lists ask for nothing.
struct Filter {
  static constexpr int32_t kNobodys = -2;  // A department, site or language that nobody has.

  std::vector<int32_t> departments;  // One of these.
  std::vector<int32_t> sites;        // One of these.
  std::vector<int32_t> skills;       // All of these are held, at any level.
  int32_t language = kUnknown;       // Spoken; who told none is left out.
  std::vector<int32_t> except;       // People who were shown already.
  bool crossing = false;             // Who have made the asker's crossing, see JourneyQuery::HasCrossed.
};

struct Query {
  int32_t asker = kUnknown;  // Index of an existing person.
  OfferRole role = OfferRole::kMentor;
  int64_t now = 0;  // Unix seconds, for pauses.
  IsoWeek week;     // Spreads attention: people of nearly equal score take turns from week to week.
  int32_t distance = kFar;
  bool include_own_line = false;       // The asker asked for managers and reports too.
  bool assume_open = false;            // People who have not joined count as joined and open to every role.
  std::vector<int32_t> already_asked;  // People the asker may not ask again now, or is matched with.
  Filter filter;
  Weights weights = kDefaultWeights;
  int32_t limit = 10;  // People wanted, at least 1.
};

}  // namespace cortado::matching
