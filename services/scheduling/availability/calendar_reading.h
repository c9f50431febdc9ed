// What a person's own calendar takes from them, as it was read last. Finding times and booking ask the same
// BusyByCalendar (reliability.md section 4, R4 and R5). Values and pure functions; thread-safe.
//
//   person.busy = Union(chats, BusyByCalendar(reading, window, now));
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "services/scheduling/availability/interval_set.h"

namespace cortado::scheduling {

// A reading older than this is no longer relied on: its owner is busy, unless they want to be met anyway.
inline constexpr absl::Duration kReadingCounts = absl::Hours(24);
// Whoever looks for times is told of a reading older than this.
inline constexpr absl::Duration kReadingIsCurrent = absl::Hours(1);

// One reading. Nothing in place of one: no calendar was ever connected.
struct CalendarReading {
  Interval window;            // It was read for this; what lies outside is not known.
  IntervalSet busy;           // Inside the window.
  absl::Time read_time;       // When.
  bool offer_anyway = false;  // Its owner wants to be met by it, however old it is.
};

enum class CalendarState { kNotConnected, kCurrent, kOld, kOutdated };

// How long ago it was read; never negative.
absl::Duration AgeOf(const CalendarReading& reading, absl::Time now);

// Where the reading stands: current up to an hour (inclusive), old up to 24 hours (inclusive), outdated from then on,
// whatever its owner wants.
CalendarState StateOf(const std::optional<CalendarReading>& reading, absl::Time now);

// The instants of `window` that count as busy: none without a reading; all where it is outdated and its owner does not
// want to be met anyway; else those it says, and all that it was not read for. O(n).
IntervalSet BusyByCalendar(const std::optional<CalendarReading>& reading, const Interval& window, absl::Time now);

}  // namespace cortado::scheduling
