#include "services/scheduling/availability/wall_clock.h"

#include <algorithm>
#include <limits>

#include "absl/time/civil_time.h"

namespace cortado::scheduling {

void WallClock::Ask(int64_t instant) {
  const absl::Time time = absl::FromUnixSeconds(instant);
  offset_ = zone_.At(time).offset;
  from_ = instant;
  until_ = std::numeric_limits<int64_t>::max();
  absl::TimeZone::CivilTransition change;
  // Of the two wall times of a change the earlier is one that is skipped or comes twice: it leads to the instant.
  if (zone_.NextTransition(time, &change)) {
    until_ = absl::ToUnixSeconds(zone_.At(std::min(change.from, change.to)).trans);
  }
}

}  // namespace cortado::scheduling
