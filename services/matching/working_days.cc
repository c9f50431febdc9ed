#include "services/matching/working_days.h"

#include "absl/time/civil_time.h"

namespace cortado::matching {
namespace {

bool Works(const WorkingDays& calendar, absl::CivilDay day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  if (calendar.weekdays.none()) return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
  return calendar.weekdays[static_cast<size_t>(weekday)];
}

}  // namespace

absl::Time AfterWorkingDays(absl::Time start, int days, const WorkingDays& calendar) {
  absl::CivilDay day = absl::ToCivilDay(start, calendar.zone);
  for (int worked = 0; worked < days;) {
    ++day;
    const bool exists = absl::FromCivil(day, calendar.zone) < absl::FromCivil(day + 1, calendar.zone);
    if (exists && Works(calendar, day)) ++worked;
  }
  return absl::FromCivil(day + 1, calendar.zone);
}

}  // namespace cortado::matching
