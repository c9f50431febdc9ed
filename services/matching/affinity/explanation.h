// What a score is made of, in facts: which skills, interests and steps the two have in common. Feeds the sentences
// people read; decides nothing. Pure, safe from any thread, as long as the Organization does not change.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/affinity.h"

namespace cortado::matching {

// A skill of the asker's gap as the candidate meets it.
struct GapFact {
  GapSkill gap;
  int32_t covered = 0;     // Levels, 0..gap.missing.
  int8_t their_level = 0;  // As said; 0 when not said or not held.
  RelatedSkill related;    // What stands in where nothing is covered, see AffinityQuery::CoverByRelated.
};

// A skill the asker keeps and the candidate has more of.
struct DeepeningFact {
  KeptSkill kept;
  int8_t their_level = 0;          // As said; 0 when not.
  int32_t more_months = kUnknown;  // How much longer the candidate has used it; kUnknown when not compared.
  int32_t credit = 0;              // 1..1000.
};

struct InterestFact {
  int32_t interest = kUnknown;
  int32_t rarity = 0;
};

enum class Sameness : uint8_t { kUnknown, kSame, kDifferent };

struct Explanation {
  std::vector<GapFact> gap;              // The whole gap: covered first, the weightiest first, then by skill.
  std::vector<InterestFact> interests;   // Shared, rarest first, then by number.
  std::vector<DeepeningFact> deepening;  // Largest importance x credit first, then by skill.
  JourneyMatch journey;
  bool same_start = false;             // It starts at the asker's own role, not at one that resembles it.
  std::vector<JourneyPoint> points;    // The path `journey` points into; empty when nothing matched.
  uint8_t motives = 0;                 // Shared, bits of Motive.
  int32_t reporting_lines = kUnknown;  // Between the two.
  Sameness department = Sameness::kUnknown;
  Sameness site = Sameness::kUnknown;
  int32_t common_minutes = kUnknown;  // Of working hours, this week.
  int32_t room = 0;                   // Free places.
};

// Returns the facts behind affinities.Score(candidate). `organization`, `query` and `reporting` are those of
// `affinities`.
Explanation Explain(const Organization& organization, const Query& query, const Reporting& reporting,
                    const AffinityQuery& affinities, int32_t candidate);

}  // namespace cortado::matching
