// Weeks: which ISO week a day lies in, and when of it somebody works, seen from UTC. Pure functions, safe from any
// thread.
#pragma once

#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"

namespace cortado::matching {

// Returns the ISO 8601 week of `day`: weeks begin on Monday, and the week of the year's first Thursday is week 1.
IsoWeek IsoWeekOf(absl::CivilDay day);

// Returns the Monday of the ISO week of `day`.
absl::CivilDay MondayOf(absl::CivilDay day);

// One stretch of a weekly rule in local wall time. An end at or before the start lies on the next day.
struct DayStretch {
  int weekday = 1;       // 1 Monday .. 7 Sunday.
  int start_minute = 0;  // After local midnight, 0-1439.
  int end_minute = 0;    // 0-1440.
};

// Returns the quarter-hours of the week from `monday` 00:00 UTC whose first instant lies inside `working` and outside
// `kept_free`, by the wall clock of `zone` on those days: a change to summer time moves them.
WeeklyHours HoursInUtc(const std::vector<DayStretch>& working, const std::vector<DayStretch>& kept_free,
                       absl::TimeZone zone, absl::CivilDay monday);

}  // namespace cortado::matching
