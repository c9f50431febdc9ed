// The skill gap: what somebody wants (or their destination requires) minus what they hold, in levels. Pure functions
// over values, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/affinity/person.h"

namespace cortado::matching {

// Nobody is at home in very many skills: who lists more than this without a level is assumed to be a level lower in
// each.
inline constexpr int kAtHomeIn = 25;

// Whoever has this many months more of experience than the asker is ahead of them.
inline constexpr int32_t kAhead = 24;

// Returns 0, or 1 or 2 for whoever lists more than kAtHomeIn skills without a level, or more than twice as many.
int BreadthOf(const Person& helper);

// Returns the level at which a skill of the helper helps the asker: its own where it was said. Else kAssumedLevel, less
// BreadthOf, less one for whoever is not known to be ahead of the asker and two for whoever is behind, and at least 1.
// An asker of unknown experience counts as a beginner.
int HelpLevel(const HeldSkill& held, const Person& helper, const Person& asker);
// The same, of a level (0: not said), the helper's BreadthOf, and the experience in months of both.
int HelpLevel(int level, int breadth, int32_t theirs, int32_t askers);

// One skill of the gap.
struct GapSkill {
  int32_t skill = kUnknown;
  int8_t own_level = 0;   // What the asker has, 0 when they do not hold the skill.
  int8_t missing = 0;     // Levels missing, 1-5.
  int8_t importance = 0;  // 1-5.

  // What the skill weighs in the whole gap, and what covering `levels` of it weighs.
  int32_t Weight() const { return missing * importance; }

  // Returns how many of the missing levels somebody at `level` covers: 0..missing.
  int32_t CoveredBy(int level) const;
};

// Returns the skills of which levels are missing, in the order of `wanted`.
//
// A skill not held and wanted without a level misses kAssumedLevel levels. A skill held already misses levels only
// where both levels were said: many people list what they want to keep, and a level nobody said may well be enough. The
// profile service's GetSkillGap says the same.
//
//   held {Go 2, SQL, Java}   wanted {Go 4, SQL, Rust, Java 5}   ->   {Go misses 2, Rust misses 3}
std::vector<GapSkill> SkillGap(const std::vector<HeldSkill>& held, const std::vector<WantedSkill>& wanted);

}  // namespace cortado::matching
