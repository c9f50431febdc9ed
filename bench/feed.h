// How soon what somebody wrote counts in other people's suggestions.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "bench/results.h"

namespace cortado::bench {

// feed.p99_ms: from the acknowledgement of a profile's change to the end of the first explanation that shows it, asked
// for again and again, among 10,000 people. Every change is waited for; INTERNAL when one does not come within a
// second.
absl::StatusOr<std::vector<Figure>> BenchFeed();

}  // namespace cortado::bench
