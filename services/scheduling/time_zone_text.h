// The rules of a time zone as calendar programs read them: VTIMEZONE (RFC 5545 section 3.6.5), for the stretch that a
// series covers. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace cortado::scheduling {

// Returns the content lines, unfolded, of the component for what `zone` does from `from` to `until`: one observance for
// the offset in force at `from`, and one for every change after it, each dated to the second. TZID is the zone's name.
std::vector<std::string> TimeZoneLines(absl::TimeZone zone, absl::Time from, absl::Time until);

}  // namespace cortado::scheduling
