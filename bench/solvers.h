// How long assigning a cohort and drawing pairs take, beside LEMON on the same graphs, every result checked.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "bench/results.h"

namespace cortado::bench {

// cohort.*: LEMON's NetworkSimplex over ours. INTERNAL when a total or a certificate is wrong.
absl::StatusOr<std::vector<Figure>> BenchCohorts();

// round.*: LEMON's MaxWeightedMatching over ours, which is exact. INTERNAL when a weight is wrong or not proved.
absl::StatusOr<std::vector<Figure>> BenchRounds();

}  // namespace cortado::bench
