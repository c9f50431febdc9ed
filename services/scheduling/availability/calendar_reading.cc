#include "services/scheduling/availability/calendar_reading.h"

#include <algorithm>

namespace cortado::scheduling {

absl::Duration AgeOf(const CalendarReading& reading, absl::Time now) {
  return std::max(absl::ZeroDuration(), now - reading.read_time);
}

CalendarState StateOf(const std::optional<CalendarReading>& reading, absl::Time now) {
  if (!reading.has_value()) return CalendarState::kNotConnected;
  const absl::Duration age = AgeOf(*reading, now);
  if (age > kReadingCounts) return CalendarState::kOutdated;
  return age > kReadingIsCurrent ? CalendarState::kOld : CalendarState::kCurrent;
}

IntervalSet BusyByCalendar(const std::optional<CalendarReading>& reading, const Interval& window, absl::Time now) {
  const IntervalSet asked({window});
  if (!reading.has_value()) return {};
  if (!reading->offer_anyway && StateOf(reading, now) == CalendarState::kOutdated) return asked;
  return Union(Intersect(asked, reading->busy), Subtract(asked, IntervalSet({reading->window})));
}

}  // namespace cortado::scheduling
