// Somebody who calls at an even pace and notes what became of each call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "common/testing/wire.h"

namespace cortado::testing {

struct ProbeResult {
  std::vector<absl::Duration> admitted;  // How long each took.
  std::vector<absl::Duration> refused;   // RESOURCE_EXHAUSTED with its reason and pushback.
  int64_t wrong = 0;                     // Anything else.
};

// The time that 99 of 100 stay within; zero of none.
absl::Duration P99(std::vector<absl::Duration> times);

class Probe {
 public:
  // Calls GetPerson on `address` as `caller`, `per_second` times a second on `threads` threads and channels, until
  // Stop.
  Probe(const std::string& address, Caller caller, int per_second, int threads);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  ProbeResult Stop();

 private:
  struct Lane;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

// The same for so long.
ProbeResult ProbeFor(const std::string& address, const Caller& caller, int per_second, absl::Duration duration);

}  // namespace cortado::testing
