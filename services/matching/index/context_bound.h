// How much context can add to somebody's evidence, for one asker: the bound that tells who need not be scored
// (MaxScore, Turtle and Flood 1995). Immutable after construction, as long as the index does not change.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "services/matching/affinity.h"
#include "services/matching/affinity/query.h"
#include "services/matching/index/people_index.h"

namespace cortado::matching {

class ContextBound {
 public:
  // All outlive it.
  ContextBound(const PeopleIndex& index, const AffinityQuery& affinities, const Query& query)
      : columns_(index.columns()), affinities_(affinities), query_(query) {}

  // Returns the most points: exact but for how far somebody is in the reporting tree.
  int64_t Of(int32_t person) const {
    const int64_t elsewhere = (3 * kTermMax + 5 * Differ(affinities_.asker().department, columns_.department[person]) +
                               2 * Differ(affinities_.asker().site, columns_.site[person])) /
                              10;
    return Weight(Term::kElsewhere) * elsewhere +
           Weight(Term::kWorkingHours) * affinities_.WorkingHoursValue(columns_.hours[person]) +
           Weight(Term::kHeadroom) * columns_.headroom[person];
  }

 private:
  int64_t Weight(Term term) const { return query_.weights[static_cast<int>(term)]; }
  int64_t Differ(int32_t mine, int32_t theirs) const {
    if (mine == kUnknown || theirs == kUnknown) return 0;
    return kTermMax - std::abs((mine == theirs ? kNear : kFar) - query_.distance);
  }

  const PeopleIndex::Columns& columns_;
  const AffinityQuery& affinities_;
  const Query& query_;
};

}  // namespace cortado::matching
