// The definitions of eligibility.h, journey.h, affinity.h and index/ranking.h once more, written as slowly and plainly
// as possible: every candidate from scratch, every list sorted whole. Tests hold the product against it.
#pragma once

#include "services/matching/affinity.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/ranking.h"

namespace cortado::matching::testing {

// Returns why `candidate` may not be suggested, by the list of rules alone.
Refusal NaiveRefusal(const Organization& organization, const Query& query, int32_t candidate);

// Returns the score of `candidate`, each term straight from its formula.
Affinity NaiveAffinity(const Organization& organization, const Query& query, int32_t candidate);

// Returns what SuggestExact must return.
Ranking NaiveSuggest(const Organization& organization, const Query& query);

}  // namespace cortado::matching::testing
