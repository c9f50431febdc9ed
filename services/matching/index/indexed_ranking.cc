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
  // Whether somebody has so much evidence; their path is looked at only where that decides it.
  const auto reaches = [&](uint16_t place, int64_t points) {
    return evidence.least(place) >= points || (evidence.most(place) >= points && evidence.Exact(place) >= points);
  };
  const auto offer = [&](BestPeople& best, int32_t person, int64_t most_evidence) {
    if (best.MayTake(person, most_evidence + context.Of(person))) best.Offer(person, affinities.Score(person));
  };
  // The least evidence of whoever matches well.
  const int64_t enough = std::max<int64_t>(1, (possible + kFitsWellShare - 1) / kFitsWellShare);
  for (int32_t block = 0; block * kBlockSize < index.size(); ++block) {
    evidence.Read(block);
    for (const uint16_t place : evidence.people()) {
      const int32_t person = block * kBlockSize + place;
      const int64_t most = evidence.most(place);
      if (found.fitting > 0 && most < enough) continue;
      const Admission::Answer answer = admission.Check(person);
      if (answer == Admission::Answer::kRefused) continue;
      const bool fits = reaches(place, enough);
      if (answer == Admission::Answer::kNotJoined) {
        found.not_joined += fits;
      } else if (fits) {
        ++found.fitting;
        offer(fitting, person, most);
      } else if (found.fitting == 0 && reaches(place, 1)) {
        offer(nearest, person, most);
      }
    }
  }
  found.outcome = found.fitting > 0 ? Outcome::kFound : Outcome::kNobodyFitsWell;
  found.people = found.fitting > 0 ? fitting.Take() : nearest.Take();
  const int32_t limit = found.fitting > 0 ? query.limit : std::min(query.limit, kNearest);
  if (spread) Spread(organization, limit, found.people);
  return found;
}

}  // namespace cortado::matching
