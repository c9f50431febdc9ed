// Weekly rules in local wall time ("Tuesdays 09:00 to 17:00, Europe/Berlin") and their expansion to instants. Rules are
// kept as wall time and zone, never as instants, so that they follow every change of the clocks (reliability.md R1, R2,
// R6; zone data come from the system's tzdata alone). Pure functions; thread-safe.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/scheduling/availability/interval_set.h"

namespace cortado::scheduling {

inline constexpr int kMinutesPerDay = 24 * 60;

// One stretch of one weekday. Minutes count from local midnight. `end_minute` <= `start_minute` means the next day
// (22:00 to 03:00; 09:00 to 09:00 is a whole day round); 1440 is 24:00 and legal as an end.
struct WeeklyHours {
  absl::Weekday weekday = absl::Weekday::monday;
  int start_minute = 0;  // 0..1439
  int end_minute = 0;    // 0..1440
};

// Returns InvalidArgument naming the rule by its position if a start is outside 0..1439 or an end outside 0..1440.
// Overlapping rules are not an error: they count once.
absl::Status ValidateHours(const std::vector<WeeklyHours>& hours);

// Returns the IANA zone of that name ("Europe/Berlin", "UTC"). InvalidArgument if the system's zone data have none, or
// if the name could lead out of them.
absl::StatusOr<absl::TimeZone> LoadZone(absl::string_view name);

// The instant of a local wall time (RFC 5545 section 3.3.5): a time that the clocks skip is read with the offset before
// the gap, a time that comes twice is the first of the two.
absl::Time ResolveLocal(absl::CivilSecond local, absl::TimeZone zone);

// All instants inside the rules that lie in `window`. Each boundary is resolved by ResolveLocal; a stretch whose two
// ends fall into the same gap does not exist on that day and yields nothing. `hours` must be valid.
IntervalSet ExpandHours(const std::vector<WeeklyHours>& hours, absl::TimeZone zone, const Interval& window);

}  // namespace cortado::scheduling
