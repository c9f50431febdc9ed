#include "services/matching/index/indexed_ranking.h"

#include <algorithm>

#include "services/matching/affinity/reporting.h"
#include "services/matching/index/admission.h"
#include "services/matching/index/best_people.h"
#include "services/matching/index/context_bound.h"
#include "services/matching/index/evidence.h"

namespace cortado::matching {
Ranking SuggestIndexed(const Organization& organization, const PeopleIndex& index, const Query& query) {
  Ranking found;
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  const int64_t possible = affinities.PossibleEvidence();
  if (possible == 0) return found;
  const Admission admission(organization, index, query, reporting);
  const ContextBound context(index, affinities, query);
  BlockEvidence evidence(organization, index, affinities, query.weights);
  const bool spread = WantsASpread(organization.people()[query.asker]);
  BestPeople fitting(organization, query, spread ? organization.size() : query.limit);
  BestPeople nearest(organization, query, spread ? organization.size() : std::min(query.limit, kNearest));
  const auto offer = [&](BestPeople& best, int32_t person, int64_t points) {
    if (best.MayTake(person, points + context.Of(person))) best.Offer(person, affinities.Score(person));
  };
  for (int32_t block = 0; block * kBlockSize < index.size(); ++block) {
    evidence.Read(block);
    for (const uint16_t place : evidence.people()) {
      const int32_t person = block * kBlockSize + place;
      if (found.fitting > 0 && evidence.most(place) * kFitsWellShare < possible) continue;
      const int64_t points = evidence.Exact(place);
      const bool fits = points * kFitsWellShare >= possible;
      if (points == 0 || (!fits && found.fitting > 0)) continue;
      const Admission::Answer answer = admission.Check(person);
      if (answer == Admission::Answer::kNotJoined) found.not_joined += fits;
      if (answer != Admission::Answer::kEligible) continue;
      found.fitting += fits;
      offer(fits ? fitting : nearest, person, points);
    }
  }
  found.outcome = found.fitting > 0 ? Outcome::kFound : Outcome::kNobodyFitsWell;
  found.people = found.fitting > 0 ? fitting.Take() : nearest.Take();
  const int32_t limit = found.fitting > 0 ? query.limit : std::min(query.limit, kNearest);
  if (spread) Spread(organization, limit, found.people);
  return found;
}

}  // namespace cortado::matching
