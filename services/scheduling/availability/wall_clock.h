// The wall clock of one zone for instants that come in ascending order: the zone is asked once for each stretch without
// a change of the clocks, and the rest is an addition. Thread-compatible.
#pragma once

#include <cstdint>

#include "absl/time/time.h"

namespace cortado::scheduling {

class WallClock {
 public:
  explicit WallClock(absl::TimeZone zone) : zone_(zone) {}

  // What the clock shows at an instant, in seconds since 1970-01-01 00:00 on that clock. The instant is in seconds
  // since 1970 UTC. In any order, but only an ascending one is fast.
  int64_t At(int64_t instant) {
    if (instant < from_ || instant >= until_) Ask(instant);
    return instant + offset_;
  }

 private:
  void Ask(int64_t instant);

  absl::TimeZone zone_;
  int64_t from_ = 0;  // The offset is right for [from_, until_).
  int64_t until_ = 0;
  int64_t offset_ = 0;
};

}  // namespace cortado::scheduling
