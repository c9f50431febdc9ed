// How long somebody has to answer: whole working days of their own calendar. Pure functions, safe from any thread.
#pragma once

#include <bitset>

#include "absl/time/time.h"

namespace cortado::matching {

// On which weekdays somebody works, and where.
struct WorkingDays {
  std::bitset<7> weekdays;  // 0 Monday .. 6 Sunday; none: nobody knows, Monday to Friday.
  absl::TimeZone zone;      // UTC where it is not known.
};

// Returns the instant at which `days` (1 or more) whole working days have gone by since `start`: the end of the local
// day of the last of them. The day of `start` does not count, so that whoever is asked on a Friday evening has Monday
// to Wednesday. A day that a zone leaves out (Samoa, 30 December 2011) is no day; one that begins after midnight begins
// at its first instant.
absl::Time AfterWorkingDays(absl::Time start, int days, const WorkingDays& calendar);

}  // namespace cortado::matching
