// What it costs to bring a whole organisation in.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/results.h"
#include "bench/site.h"

namespace cortado::bench {

// Imports CORTADO_BENCH_PEOPLE (100,000) generated people through the command line, as HR would do it, into the profile
// server at `address`, which was started last: the time to the last acknowledged write, the server's peak memory, and
// what Redis takes for a person beyond the bytes of the profile itself.
absl::StatusOr<std::vector<Figure>> BenchImport(Site& site, const std::string& address);

}  // namespace cortado::bench
