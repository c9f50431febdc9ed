#include "services/matching/insights/calendar.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace cortado::matching {
namespace {

int32_t MonthsIn(PeriodKind kind) {
  if (kind == PeriodKind::kMonth) return 1;
  return kind == PeriodKind::kQuarter ? 3 : 12;
}

absl::Time InstantOf(int32_t month) {
  return absl::FromCivil(absl::CivilMonth(month / 12, month % 12 + 1), absl::UTCTimeZone());
}

}  // namespace

int32_t MonthOf(absl::Time time) {
  const absl::CivilMonth month = absl::ToCivilMonth(time, absl::UTCTimeZone());
  return static_cast<int32_t>(month.year() * 12 + month.month() - 1);
}

CalendarPeriod PeriodOf(PeriodKind kind, int32_t month) { return {kind, month - month % MonthsIn(kind)}; }

absl::Time StartOf(const CalendarPeriod& period) { return InstantOf(period.month); }
absl::Time EndOf(const CalendarPeriod& period) { return InstantOf(period.month + MonthsIn(period.kind)); }

std::string NameOf(const CalendarPeriod& period) {
  const int32_t year = period.month / 12, month = period.month % 12;
  if (period.kind == PeriodKind::kYear) return absl::StrCat(year);
  if (period.kind == PeriodKind::kQuarter) return absl::StrCat(year, "-Q", month / 3 + 1);
  return absl::StrCat(year, "-", absl::Dec(month + 1, absl::kZeroPad2));
}

}  // namespace cortado::matching
