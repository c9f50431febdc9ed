// Months, quarters and years in UTC: the only stretches of time that figures are told of. Pure functions, safe from any
// thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace cortado::matching {

enum class PeriodKind : uint8_t { kMonth, kQuarter, kYear };

// One of them.
struct CalendarPeriod {
  PeriodKind kind = PeriodKind::kYear;
  int32_t month = 0;  // Its first, as months since January of the year 0.

  friend bool operator==(const CalendarPeriod& a, const CalendarPeriod& b) {
    return a.kind == b.kind && a.month == b.month;
  }
  friend bool operator<(const CalendarPeriod& a, const CalendarPeriod& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.month < b.month;
  }
};

// Returns the month that an instant lies in, as months since January of the year 0.
int32_t MonthOf(absl::Time time);

// Returns the period of that kind that a month lies in.
CalendarPeriod PeriodOf(PeriodKind kind, int32_t month);

// Return its first instant, its end (exclusive), and its name: `2026-11`, `2026-Q4` or `2026`.
absl::Time StartOf(const CalendarPeriod& period);
absl::Time EndOf(const CalendarPeriod& period);
std::string NameOf(const CalendarPeriod& period);

}  // namespace cortado::matching
