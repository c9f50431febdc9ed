// When the chats of a series begin. Pure functions; thread-safe.
#pragma once

#include <vector>

#include "absl/time/time.h"

namespace cortado::scheduling {

inline constexpr int kFewestInSeries = 2;
inline constexpr int kMostInSeries = 52;

enum class Frequency {
  kWeekly,         // The same weekday every week.
  kEveryTwoWeeks,  // The same weekday every second week.
  kMonthly,  // The same weekday of every month: the third Tuesday. The fifth counts as the last (RFC 5545, BYDAY).
};

// Which weekday of its month a day is: 1 to 4, or -1, the last, for the fifth.
int WeekOfMonth(absl::CivilDay day);

// Returns `count` instants, the first of them `first`, the others at the same time on the wall clock of `zone`,
// whatever its clocks do in between: a time that they skip or repeat is read as by ResolveLocal (reliability.md R2).
std::vector<absl::Time> SeriesTimes(absl::Time first, Frequency frequency, int count, absl::TimeZone zone);

}  // namespace cortado::scheduling
