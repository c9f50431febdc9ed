// Checks an assignment and its certificate from the definitions alone: shares no code with the solvers, so that a
// mistake of theirs cannot hide here. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "services/matching/assign/cohort.h"

namespace cortado::matching {

// Appends the candidates of a mentee, pinned or forbidden ones or not, each once.
using CandidatesOf = std::function<void(int32_t mentee, std::vector<Candidate>& candidates)>;

// Checks against the candidates of cohort.graph: pins kept, forbidden pairs and strangers absent, places enough, total
// and counts true; bound, gap and most_matched proved by the prices; blocking pairs counted. FAILED_PRECONDITION,
// saying what does not hold. A gap above 0 is not an error, nor are blocking pairs, when the certificate says so; in
// kStable blocking pairs are.
absl::Status CheckAssignment(const Cohort& cohort, const CohortAssignment& assignment);

// The same against all eligible pairs, as `candidates_of` tells them; it is called once for each mentee. For results of
// scope kAllEligible. The blocking pairs counted in kQuality and kCoverage are those of the graph, and are not checked.
absl::Status CheckAssignmentOverAll(const Cohort& cohort, const CohortAssignment& assignment,
                                    const CandidatesOf& candidates_of);

}  // namespace cortado::matching
