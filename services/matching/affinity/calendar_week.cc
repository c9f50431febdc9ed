#include "services/matching/affinity/calendar_week.h"

#include <algorithm>

namespace cortado::matching {
namespace {

constexpr int kMinutesOfDay = 24 * 60;
constexpr int kMinutesOfWeek = 7 * kMinutesOfDay;
constexpr int kMinutesPerQuarter = 15;

int MinuteOfWeek(absl::CivilMinute local) {
  const int weekday = static_cast<int>(absl::GetWeekday(absl::CivilDay(local)));
  return weekday * kMinutesOfDay + local.hour() * 60 + local.minute();
}

bool Covers(const DayStretch& stretch, int minute_of_week) {
  const int start = (stretch.weekday - 1) * kMinutesOfDay + stretch.start_minute;
  int length = stretch.end_minute - stretch.start_minute;
  if (length <= 0) length += kMinutesOfDay;
  return (minute_of_week - start + kMinutesOfWeek) % kMinutesOfWeek < length;
}

bool AnyCovers(const std::vector<DayStretch>& stretches, int minute_of_week) {
  return std::any_of(stretches.begin(), stretches.end(),
                     [=](const DayStretch& stretch) { return Covers(stretch, minute_of_week); });
}

}  // namespace

absl::CivilDay MondayOf(absl::CivilDay day) { return day - static_cast<int>(absl::GetWeekday(day)); }

IsoWeek IsoWeekOf(absl::CivilDay day) {
  const absl::CivilDay thursday = MondayOf(day) + 3;
  return {static_cast<int32_t>(thursday.year()), (absl::GetYearDay(thursday) - 1) / 7 + 1};
}

WeeklyHours HoursInUtc(const std::vector<DayStretch>& working, const std::vector<DayStretch>& kept_free,
                       absl::TimeZone zone, absl::CivilDay monday) {
  WeeklyHours hours;
  const absl::Time start = absl::FromCivil(monday, absl::UTCTimeZone());
  for (int quarter = 0; quarter < kQuartersOfWeek; ++quarter) {
    const absl::Time at = start + absl::Minutes(kMinutesPerQuarter * quarter);
    const int minute = MinuteOfWeek(absl::ToCivilMinute(at, zone));
    hours[quarter] = AnyCovers(working, minute) && !AnyCovers(kept_free, minute);
  }
  return hours;
}

}  // namespace cortado::matching
