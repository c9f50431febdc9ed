// How well somebody suits the asker: a sum of named terms, in integers throughout, so that every machine agrees to the
// last digit. This is the definition; a faster index must agree with it exactly.
//
// Each term is worth 0..1000. Its points are weight x value, and the score is the sum of the points. The context terms
// count only where the evidence terms have any points, so an empty profile earns nothing. Data that is missing
// contributes 0 and says unknown. All divisions round down.
//
// Gap coverage (evidence). A conversation is about two skills, not ten: of the two skills of the gap that weigh most,
// how much the two that the candidate covers best make up for:
//     1000 x (the two largest levels covered x importance) / (the two largest levels missing x importance)
//   A level nobody said is assumed (HelpLevel): 3, less for whoever lists very many skills, and less for whoever has
//   not two years more of experience than the asker. A related skill stands in: of the levels that it would cover, as
//   many thousandths as its credit (at most half, see affinity/related.h), where that is more than the skill itself
//   covers. Sources: wanted skills (or the destination's requirements), held skills, experience; what goes together in
//   the organisation. Example: missing Go 2 levels at importance 5 and SQL 3 levels at importance 1; the candidate has
//   the Go levels and no SQL: 1000 x 10 / 13 = 769. With 3 levels of a skill related to SQL by a credit of 400 as well:
//   (1000 x 10 + 400 x 3) / 13 = 861.
//
// Journey (evidence). See journey.h: arrived where the asker wants to go 400, from where the asker is 1000.
//   Sources: present roles, confirmed steps, the newest destination.
//
// Interests (evidence). Each shared interest counts by its rarity, the largest r with holders x 2^r <= people who show
//   any interest:
//     min(1000, 100 x sum of r over the shared interests)
//   Sources: interests shown to everyone. Example: among 1,000 people, one shared with 15 others (16 x 2^5 <= 1000,
//   r = 5) and one everybody has (r = 0): 500.
//
// Motives (evidence). 1000 x motives in common / motives the asker named.
//   Sources: the asker's destination, the candidate's destination as far as shown to everyone. Example: mastery and
//   balance against mastery and money: 500.
//
// Deepening (evidence, only for an asker without a gap). Over the skills the asker holds and still wants:
//     min(1000, sum of (importance x credit) / min(9, sum of importance)),
//     credit = max(250 x levels more, 1000 x months more / 60 x (3 - BreadthOf) / 3)
//   each credit within 0..1000; levels compare when both said them, months of use when both said them, else the months
//   of experience as a whole; breadth counts where no level was said. Example: wants to keep Go (importance 3) and SQL
//   (3); the candidate has Go one level up and no SQL: 3 x 250 / 6 = 125.
//
// Elsewhere (context). How near the distance is to the one asked for with the slider s (0 near .. 1000 far):
//     (3 x near(tree) + 5 x near(department) + 2 x near(site)) / 10,  near(d) = 1000 - |d - s|
//   with tree = 250 x min(reporting lines between them, 4), department and site 0 for the same and 1000 for another.
//   A part that is not known counts 0. Example: far asked for, 2 lines apart, another department, the same site:
//   (3 x 500 + 5 x 1000 + 0) / 10 = 650.
//
// Working hours (context). min(1000, 1000 x minutes of working hours in common this week / 600): ten hours are plenty.
//   Source: working hours and zones. Example: 5 hours in common: 500.
//
// Headroom (context). 1000 x free places / places, minus 100 for each unanswered request from the fifth on, at least 0.
//   Sources: the offer, open requests and matches. Example: 1 of 2 places free, 6 unanswered: 500 - 200 = 300.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "services/matching/affinity/gap.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"
#include "services/matching/affinity/reporting.h"
#include "services/matching/journey.h"

namespace cortado::matching {

// Whether a term could be worked out.
enum class Basis : uint8_t {
  kKnown,
  kUnknown,   // One of the two has not said what the term compares.
  kNotAsked,  // The term is not for this asker: no gap to cover, or a gap that rules out deepening.
};

// One term of one score.
struct Part {
  int32_t value = 0;  // 0..kTermMax.
  Basis basis = Basis::kUnknown;
  int64_t points = 0;  // weight x value, or 0 for context without evidence.
};

// The score of one candidate and the parts that sum to it, in the order of Term.
struct Affinity {
  int64_t score = 0;
  int64_t evidence = 0;  // Points of the evidence terms alone.
  std::array<Part, kTermCount> parts;

  const Part& part(Term term) const { return parts[static_cast<int>(term)]; }
};

// Returns what the term headroom is worth of somebody, 0..1000, whoever asks.
int32_t HeadroomValue(const Person& candidate);

// A skill the asker holds and wants to keep.
struct KeptSkill {
  int32_t skill = kUnknown;
  int8_t level = 0;  // As said; 0 when not.
  int8_t importance = 0;
  int32_t months = kUnknown;  // Of use, as said.
};

// Returns the rarity of an interest: the largest r >= 0 with holders x 2^r <= people; 0 for holders < 1.
int32_t Rarity(int32_t holders, int32_t people);

// The tables of one query; building them costs O(people), a candidate then costs what is in their profile. Immutable
// after construction and safe to share between threads, as long as the Organization does not change.
class AffinityQuery {
 public:
  // Everything passed outlives this. `reporting` is Reporting(organization, query.asker).
  AffinityQuery(const Organization& organization, const Query& query, const Reporting& reporting);

  // Returns the score of `candidate`, an existing index, whether or not they are eligible.
  Affinity Score(int32_t candidate) const;

  // Returns the points a perfect candidate could earn from the evidence this asker's data allows; 0 means there is
  // nothing to go by yet.
  int64_t PossibleEvidence() const { return possible_; }

  // What the asker lacks, and (without any gap) what they hold and still want. At most one of the two is not empty.
  const std::vector<GapSkill>& gap() const { return gap_; }
  const std::vector<KeptSkill>& kept() const { return kept_; }

  const JourneyQuery& journey() const { return journey_; }
  const Person& asker() const { return asker_; }

  // What terms are worth, 0..1000, of what an index counts: the two largest covers (thousandths of levels x
  // importance), the credits of kept skills x importance, the rarities of shared interests, motives shown, hours of
  // somebody else.
  int32_t GapValue(int32_t largest_two) const { return gap_weight_ == 0 ? 0 : largest_two / gap_weight_; }
  int32_t DeepeningValue(int32_t earned) const;
  static int32_t InterestsValue(int32_t rarities);
  int32_t MotivesValue(uint8_t shown) const;
  int32_t WorkingHoursValue(int32_t hours) const;
  // Rarity of one of the asker's interests.
  int32_t RarityOf(int32_t interest) const { return interest_rarity_[interest]; }

  // Returns how many thousandths of levels of `skill`, one of gap(), the candidate covers by a related skill, and by
  // which: 0 and kUnknown when by none.
  RelatedSkill CoverByRelated(const GapSkill& skill, const Person& candidate) const;

  // Returns 0..1000 for one kept skill, or kUnknown when neither levels nor months can be compared.
  int32_t DeepeningCredit(const KeptSkill& kept, const Person& candidate, const HeldSkill& theirs) const;
  // The same, of the candidate's level (0: not said) and months (kUnknown) of the skill, experience and BreadthOf.
  int32_t DeepeningCredit(const KeptSkill& kept, int level, int32_t months, int32_t experience, int breadth) const;

  // Returns the minutes of working hours in common in the week, or kUnknown.
  int32_t CommonMinutes(const Person& candidate) const;

 private:
  struct Value {
    int32_t value;
    Basis basis;
  };
  Value GapCoverage(const Person& candidate) const;
  Value Journey(const Person& candidate) const;
  Value Interests(const Person& candidate) const;
  Value Motives(const Person& candidate) const;
  Value Deepening(const Person& candidate) const;
  Value Elsewhere(int32_t candidate) const;
  Value WorkingHours(const Person& candidate) const;
  void PrepareSkills();
  void PreparePossible();

  const Organization& organization_;
  const Query& query_;
  const Reporting& reporting_;
  const Person& asker_;
  JourneyQuery journey_;
  std::vector<GapSkill> gap_;
  std::vector<KeptSkill> kept_;
  int32_t gap_weight_ = 0;
  int32_t kept_weight_ = 0;
  // What a held skill does for one skill of the gap.
  struct Help {
    int32_t gap;     // Index into gap_.
    int32_t credit;  // In thousandths; kWhole for the skill itself.
  };
  std::vector<std::vector<Help>> helps_;  // By skill held.
  std::vector<int16_t> kept_slot_;        // By skill: index into kept_, or -1.
  std::vector<int32_t> interest_rarity_;  // By interest: rarity of the asker's own, or -1.
  std::vector<int32_t> common_minutes_;   // By hours index.
  int64_t possible_ = 0;
};

}  // namespace cortado::matching
