// When a programme runs its rounds by itself. Pure functions, safe from any thread.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace cortado::matching {

// People are told so long before a round that they are in it, and may sit it out (product rules 1.3: three days).
inline constexpr absl::Duration kNotice = absl::Hours(72);

// Returns the first instant after `now` that is a whole number of `weeks` (1..52) from `time` on the wall clock of
// `zone`. A wall clock that jumps over the hour counts as it does elsewhere: the hour after the gap; of a repeated one
// the first.
absl::Time NextRoundAfter(absl::Time time, int weeks, absl::TimeZone zone, absl::Time now);

// Returns when something is to be done for a round at `time` that nobody was told of yet: at the notice, or at once
// when that is over.
absl::Time NextStep(absl::Time time, absl::Time now);

}  // namespace cortado::matching
