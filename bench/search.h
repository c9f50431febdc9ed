// How long finding people takes over the wire, each kind of answer checked against a search that looks at everybody.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "bench/results.h"

namespace cortado::bench {

// search.prefix.p99_ms and search.typo.p99_ms: beginnings of names, and names with a typing error, at 100,000 people
// (CORTADO_BENCH_PEOPLE). INTERNAL when an answer differs from the naive search's.
absl::StatusOr<std::vector<Figure>> BenchSearch();

}  // namespace cortado::bench
