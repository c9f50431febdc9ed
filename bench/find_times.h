// How long finding times takes in process, each answer checked against a search that tries every minute.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "bench/results.h"

namespace cortado::bench {

// find_times.2x4w.p99_us and find_times.8x8w.p99_us: people x weeks, from what the store read to the slots, 20 of them.
// INTERNAL when an answer differs from the search's.
absl::StatusOr<std::vector<Figure>> BenchFindTimes();

}  // namespace cortado::bench
