// A closed-loop load on one unary method: a fixed number of calls in flight over a fixed number of channels.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace cortado::bench {

struct LoadOptions {
  std::string address;  // host:port
  std::string method;   // "/package.Service/Method"
  std::string token;    // Sent to every server alike, so that none is spared it.
  int channels = 4;
  int in_flight = 64;
  absl::Duration duration = absl::Seconds(2);
};

struct LoadResult {
  double calls_per_second = 0;
  absl::Duration p50;
  absl::Duration p99;
  int64_t calls = 0;
  int64_t errors = 0;
};

// Calls until the duration is over; `body(i)` is the i-th request's bytes, `check(bytes)` says whether an answer is
// right (called for one answer in 64, from several threads).
LoadResult RunLoad(const LoadOptions& options, const std::function<std::string(int64_t)>& body,
                   const std::function<bool(const std::string&)>& check);

}  // namespace cortado::bench
