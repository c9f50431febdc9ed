#include "services/scheduling/series_times.h"

#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {
namespace {

constexpr int kDaysOfWeek = 7;
constexpr int kLast = -1;

// The `ordinal`th weekday of a month.
absl::CivilDay DayIn(absl::CivilMonth month, absl::Weekday weekday, int ordinal) {
  if (ordinal == kLast) return absl::PrevWeekday(absl::CivilDay(month + 1), weekday);
  return absl::NextWeekday(absl::CivilDay(month) - 1, weekday) + kDaysOfWeek * (ordinal - 1);
}

absl::CivilDay DayOf(absl::CivilDay first, Frequency frequency, int index) {
  switch (frequency) {
    case Frequency::kWeekly:
      return first + kDaysOfWeek * index;
    case Frequency::kEveryTwoWeeks:
      return first + 2 * kDaysOfWeek * index;
    case Frequency::kMonthly:
      return DayIn(absl::CivilMonth(first) + index, absl::GetWeekday(first), WeekOfMonth(first));
  }
  return first;
}

}  // namespace

int WeekOfMonth(absl::CivilDay day) {
  const int week = (day.day() - 1) / kDaysOfWeek + 1;
  return week == 5 ? kLast : week;
}

std::vector<absl::Time> SeriesTimes(absl::Time first, Frequency frequency, int count, absl::TimeZone zone) {
  std::vector<absl::Time> times = {first};
  const absl::CivilSecond local = absl::ToCivilSecond(first, zone);
  const absl::CivilDay day(local);
  const int64_t second_of_day = local - absl::CivilSecond(day);
  for (int i = 1; i < count; ++i) {
    times.push_back(ResolveLocal(absl::CivilSecond(DayOf(day, frequency, i)) + second_of_day, zone));
  }
  return times;
}

}  // namespace cortado::scheduling
