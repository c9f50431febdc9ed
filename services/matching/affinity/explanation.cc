#include "services/matching/affinity/explanation.h"

#include <algorithm>
#include <tuple>

namespace cortado::matching {
namespace {

const HeldSkill* FindHeld(const Person& person, int32_t skill) {
  for (const HeldSkill& held : person.held) {
    if (held.skill == skill) return &held;
  }
  return nullptr;
}

std::vector<GapFact> GapFacts(const AffinityQuery& affinities, const Person& asker, const Person& candidate) {
  std::vector<GapFact> facts;
  for (const GapSkill& gap : affinities.gap()) {
    const HeldSkill* held = FindHeld(candidate, gap.skill);
    GapFact fact{gap, 0, 0, {}};
    if (held != nullptr) {
      fact.covered = gap.CoveredBy(HelpLevel(*held, candidate, asker));
      fact.their_level = held->level;
    }
    if (fact.covered == 0) fact.related = affinities.CoverByRelated(gap, candidate);
    facts.push_back(fact);
  }
  std::sort(facts.begin(), facts.end(), [](const GapFact& a, const GapFact& b) {
    const auto key = [](const GapFact& fact) {
      return std::tuple(-fact.covered * fact.gap.importance, -fact.related.credit * fact.gap.importance,
                        fact.gap.skill);
    };
    return key(a) < key(b);
  });
  return facts;
}

std::vector<DeepeningFact> DeepeningFacts(const AffinityQuery& affinities, const Person& asker,
                                          const Person& candidate) {
  std::vector<DeepeningFact> facts;
  for (const KeptSkill& kept : affinities.kept()) {
    const HeldSkill* held = FindHeld(candidate, kept.skill);
    if (held == nullptr) continue;
    DeepeningFact fact{kept, held->level, kUnknown, affinities.DeepeningCredit(kept, candidate, *held)};
    if (fact.credit <= 0) continue;
    if (kept.months != kUnknown && held->months != kUnknown) {
      fact.more_months = held->months - kept.months;
    } else if (asker.experience_months != kUnknown && candidate.experience_months != kUnknown) {
      fact.more_months = candidate.experience_months - asker.experience_months;
    }
    facts.push_back(fact);
  }
  std::sort(facts.begin(), facts.end(), [](const DeepeningFact& a, const DeepeningFact& b) {
    return std::tuple(-a.credit * a.kept.importance, a.kept.skill) <
           std::tuple(-b.credit * b.kept.importance, b.kept.skill);
  });
  return facts;
}

std::vector<InterestFact> InterestFacts(const Organization& organization, const Person& asker,
                                        const Person& candidate) {
  std::vector<InterestFact> facts;
  for (int32_t interest : asker.interests) {
    if (std::find(candidate.interests.begin(), candidate.interests.end(), interest) == candidate.interests.end())
      continue;
    facts.push_back({interest, Rarity(organization.interest_holders(interest), organization.people_with_interests())});
  }
  std::sort(facts.begin(), facts.end(), [](const InterestFact& a, const InterestFact& b) {
    return std::tuple(-a.rarity, a.interest) < std::tuple(-b.rarity, b.interest);
  });
  return facts;
}

Sameness Compare(int32_t a, int32_t b) {
  if (a == kUnknown || b == kUnknown) return Sameness::kUnknown;
  return a == b ? Sameness::kSame : Sameness::kDifferent;
}

}  // namespace

Explanation Explain(const Organization& organization, const Query& query, const Reporting& reporting,
                    const AffinityQuery& affinities, int32_t candidate) {
  const Person& asker = organization.people()[query.asker];
  const Person& person = organization.people()[candidate];
  Explanation explanation;
  explanation.gap = GapFacts(affinities, organization.people()[query.asker], person);
  explanation.interests = InterestFacts(organization, asker, person);
  explanation.deepening = DeepeningFacts(affinities, asker, person);
  if (affinities.journey().HasDestination()) explanation.journey = affinities.journey().Match(person);
  if (explanation.journey.value > 0) explanation.points = JourneyPoints(person);
  if (explanation.journey.start != kUnknown) {
    explanation.same_start = explanation.points[explanation.journey.start].role == asker.role;
  }
  explanation.motives = asker.destination.motives & person.shown_motives;
  explanation.reporting_lines = reporting.Distance(candidate);
  explanation.department = Compare(asker.department, person.department);
  explanation.site = Compare(asker.site, person.site);
  explanation.common_minutes = affinities.CommonMinutes(person);
  explanation.room = std::max(0, person.places - person.active_matches - person.open_requests);
  return explanation;
}

}  // namespace cortado::matching
