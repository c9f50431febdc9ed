#include "services/matching/index/ranking.h"

#include <algorithm>

#include "services/matching/affinity/reporting.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/best_people.h"

namespace cortado::matching {
namespace {

uint64_t Mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

uint64_t TurnOf(uint64_t asker_hash, uint64_t candidate_hash, IsoWeek week) {
  const uint64_t week_number = static_cast<uint64_t>(week.year) * 100 + static_cast<uint64_t>(week.week);
  return Mix(Mix(Mix(asker_hash) ^ candidate_hash) + week_number);
}

RankKey RankKeyOf(const Organization& organization, const Query& query, int32_t person, const Affinity& affinity) {
  return {-(affinity.score / kScoreWidth),
          (TurnOf(organization.id_hash(query.asker), organization.id_hash(person), query.week) >> 32) *
              static_cast<uint64_t>(organization.Demand(person)),
          organization.people()[person].id};
}

bool WantsASpread(const Person& asker) { return asker.destination.kind == DestinationKind::kNotSureYet; }

bool FitsWell(const Affinity& affinity, int64_t possible) {
  return affinity.evidence > 0 && affinity.evidence * kFitsWellShare >= possible;
}

Ranking SuggestExact(const Organization& organization, const Query& query) {
  Ranking found;
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  if (affinities.PossibleEvidence() == 0) return found;
  const Eligibility eligibility(organization, query, &reporting);
  const bool spread = WantsASpread(organization.people()[query.asker]);
  BestPeople fitting(organization, query, spread ? organization.size() : query.limit);
  BestPeople nearest(organization, query, spread ? organization.size() : std::min(query.limit, kNearest));
  for (int32_t candidate = 0; candidate < organization.size(); ++candidate) {
    const Refusal refusal = eligibility.Check(candidate);
    if (refusal != Refusal::kNone && refusal != Refusal::kNotJoined) continue;
    const Affinity affinity = affinities.Score(candidate);
    if (affinity.evidence == 0) continue;
    const bool fits = FitsWell(affinity, affinities.PossibleEvidence());
    if (refusal == Refusal::kNotJoined) {
      found.not_joined += fits;
    } else if (fits) {
      ++found.fitting;
      fitting.Offer(candidate, affinity);
    } else if (found.fitting == 0) {
      nearest.Offer(candidate, affinity);
    }
  }
  found.outcome = found.fitting > 0 ? Outcome::kFound : Outcome::kNobodyFitsWell;
  found.people = found.fitting > 0 ? fitting.Take() : nearest.Take();
  const int32_t limit = found.fitting > 0 ? query.limit : std::min(query.limit, kNearest);
  if (spread) Spread(organization, limit, found.people);
  return found;
}

}  // namespace cortado::matching
