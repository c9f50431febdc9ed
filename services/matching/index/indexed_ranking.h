// The ranking by the index: the same people, order, scores and numbers as SuggestExact, for far less work. Pure, safe
// from any thread, as long as the organisation and its index do not change.
#pragma once

#include "services/matching/index/people_index.h"
#include "services/matching/index/ranking.h"

namespace cortado::matching {

// Returns what SuggestExact returns. `index` is of `organization`, as it is now.
//
// Everybody's evidence is counted term by term (evidence.h). Whoever has enough is counted by the hard rules
// (admission.h); and of those only they are scored in full who could still be among the first: by the most that context
// could add to their evidence (upper bounds as in MaxScore, Turtle and Flood 1995).
Ranking SuggestIndexed(const Organization& organization, const PeopleIndex& index, const Query& query);

}  // namespace cortado::matching
