#include "services/scheduling/availability/availability.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

namespace cortado::scheduling {
namespace {

constexpr int kDaysPerWeek = 7;

// The Monday of the week; absl::Weekday counts from Monday.
absl::CivilDay MondayOf(absl::CivilDay day) { return day - static_cast<int>(absl::GetWeekday(day)); }

absl::Time CeilToMinute(absl::Time time) {
  const absl::Duration since = time - absl::UnixEpoch();
  return absl::UnixEpoch() + absl::Ceil(since, absl::Minutes(1));
}

// A chat with its buffer [start, end + buffer) keeps clear of a busy interval exactly if [start, end) keeps clear of
// the busy interval begun that much earlier.
IntervalSet WithLeadingBuffer(const IntervalSet& busy, absl::Duration buffer) {
  std::vector<Interval> widened;
  widened.reserve(busy.intervals().size());
  for (const Interval& taken : busy.intervals()) widened.push_back({taken.start - buffer, taken.end});
  return IntervalSet(std::move(widened));
}

int LengthInMinutes(const Interval& chat) {
  return static_cast<int>(absl::Ceil(chat.Length(), absl::Minutes(1)) / absl::Minutes(1));
}

}  // namespace

IsoWeek WeekOf(absl::Time time, absl::TimeZone zone) {
  // The week belongs to the year its Thursday lies in.
  const absl::CivilDay thursday = MondayOf(absl::CivilDay(zone.At(time).cs)) + 3;
  return {static_cast<int>(thursday.year()), (absl::GetYearDay(thursday) - 1) / kDaysPerWeek + 1};
}

std::string FormatWeek(const IsoWeek& week) { return absl::StrFormat("%04d-W%02d", week.year, week.week); }

int ChatMinutes(const Interval& chat, const PersonTime& person) {
  return LengthInMinutes(chat) + person.follow_up_minutes;
}

absl::Status ValidateChat(const Interval& chat) {
  static const absl::Time first = absl::UnixEpoch();
  static const absl::Time last = absl::FromCivil(absl::CivilYear(2101), absl::UTCTimeZone());
  if (chat.start < first || chat.start >= last) {
    return absl::InvalidArgumentError("a chat must start between the years 1970 and 2100");
  }
  if (chat.start != CeilToMinute(chat.start)) return absl::InvalidArgumentError("a chat must start on a full minute");
  const absl::Duration length = chat.end - chat.start;
  if (length < kShortestChat || length > kLongestChat || length != absl::Trunc(length, absl::Minutes(1))) {
    return absl::InvalidArgumentError("a chat must last 10 to 240 full minutes");
  }
  return absl::OkStatus();
}

Availability::Availability(const PersonTime& person, const Interval& window, absl::Time now)
    : zone_(person.zone),
      weekly_minutes_(person.weekly_minutes),
      follow_up_minutes_(person.follow_up_minutes),
      minutes_spent_(person.minutes_spent) {
  const absl::Time soonest = now + std::max(person.notice, absl::ZeroDuration());
  const Interval ahead = {std::max(window.start, soonest), window.end};
  const IntervalSet hours =
      Subtract(ExpandHours(person.working_hours, zone_, ahead), ExpandHours(person.protected_blocks, zone_, ahead));
  open_ = Subtract(hours, WithLeadingBuffer(person.busy, person.buffer));
}

bool Availability::Fits(const Interval& chat) const {
  return !chat.IsEmpty() && open_.Contains(chat) && HasMinutes(chat);
}

bool Availability::HasMinutes(const Interval& chat) const {
  return LengthInMinutes(chat) + follow_up_minutes_ <= MinutesLeft(chat.start);
}

int Availability::MinutesLeft(absl::Time time) const {
  const auto spent = minutes_spent_.find(WeekOf(time, zone_));
  return std::max(0, weekly_minutes_ - (spent == minutes_spent_.end() ? 0 : spent->second));
}

IntervalSet Availability::Free(absl::Duration length) const {
  std::vector<Interval> covered;
  for (const Interval& stretch : open_.intervals()) {
    absl::Time first = CeilToMinute(stretch.start);
    // One round for each week that chats of this stretch may start in.
    while (first + length <= stretch.end) {
      const absl::CivilDay next_monday = MondayOf(absl::CivilDay(zone_.At(first).cs)) + kDaysPerWeek;
      const absl::Time next_week = std::max(absl::FromCivil(next_monday, zone_), first + absl::Minutes(1));
      const absl::Time end = std::min(stretch.end, CeilToMinute(next_week) - absl::Minutes(1) + length);
      const absl::Time last = absl::UnixEpoch() + absl::Floor(end - length - absl::UnixEpoch(), absl::Minutes(1));
      if (Fits({first, first + length})) covered.push_back({first, last + length});
      first = CeilToMinute(next_week);
    }
  }
  return IntervalSet(std::move(covered));
}

}  // namespace cortado::scheduling
