#include "services/matching/program/cadence.h"

#include <algorithm>

#include "absl/time/civil_time.h"

namespace cortado::matching {

absl::Time NextRoundAfter(absl::Time time, int weeks, absl::TimeZone zone, absl::Time now) {
  const absl::CivilSecond first = absl::ToCivilSecond(time, zone);
  const absl::CivilDay day(first);
  const auto second_of_day = first - absl::CivilSecond(day);
  weeks = std::max(weeks, 1);
  for (int64_t steps = 1;; ++steps) {
    const absl::CivilSecond local = absl::CivilSecond(day + 7 * weeks * steps) + second_of_day;
    // Of a time that is skipped or repeated, `pre` is as the clock was before the change.
    const absl::TimeZone::TimeInfo info = zone.At(local);
    if (info.pre > now && info.pre > time) return info.pre;
  }
}

absl::Time NextStep(absl::Time time, absl::Time now) { return std::max(time - kNotice, now); }

}  // namespace cortado::matching
