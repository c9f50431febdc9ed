#include "services/scheduling/availability/working_hours.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cortado::scheduling {
namespace {

bool IsZoneCharacter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '+' || c == '-' || c == '/'; }

absl::Weekday Next(absl::Weekday day) { return static_cast<absl::Weekday>((static_cast<int>(day) + 1) % 7); }

// A rule on one day, before it is known where in real time it lies.
Interval Resolve(const WeeklyHours& rule, absl::CivilDay day, absl::TimeZone zone) {
  const bool overnight = rule.end_minute <= rule.start_minute;
  const absl::CivilMinute first = absl::CivilMinute(day) + rule.start_minute;
  const absl::CivilMinute last = absl::CivilMinute(day) + rule.end_minute + (overnight ? kMinutesPerDay : 0);
  const absl::TimeZone::TimeInfo start = zone.At(absl::CivilSecond(first));
  const absl::TimeZone::TimeInfo end = zone.At(absl::CivilSecond(last));
  const bool both_skipped =
      start.kind == absl::TimeZone::TimeInfo::SKIPPED && end.kind == absl::TimeZone::TimeInfo::SKIPPED;
  if (both_skipped && start.trans == end.trans) return {start.trans, start.trans};
  return {start.pre, end.pre};
}

}  // namespace

absl::Status ValidateHours(const std::vector<WeeklyHours>& hours) {
  for (size_t i = 0; i < hours.size(); ++i) {
    if (hours[i].start_minute < 0 || hours[i].start_minute >= kMinutesPerDay) {
      return absl::InvalidArgumentError(absl::StrCat("hours[", i, "] must start between 00:00 and 23:59"));
    }
    if (hours[i].end_minute < 0 || hours[i].end_minute > kMinutesPerDay) {
      return absl::InvalidArgumentError(absl::StrCat("hours[", i, "] must end between 00:00 and 24:00"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::TimeZone> LoadZone(absl::string_view name) {
  // Abseil also reads absolute paths and "localtime"; neither names the same zone on every machine.
  const bool plain = !name.empty() && name.size() <= 64 && name.front() != '/' && name != "localtime" &&
                     std::all_of(name.begin(), name.end(), IsZoneCharacter);
  absl::TimeZone zone;
  if (!plain || absl::StartsWith(name, "Fixed/") || !absl::LoadTimeZone(name, &zone)) {
    return absl::InvalidArgumentError("time zone must be an IANA name such as Europe/Berlin");
  }
  return zone;
}

absl::Time ResolveLocal(absl::CivilSecond local, absl::TimeZone zone) {
  // `pre` is the reading with the offset before a transition: the first of two, and past the end of a gap.
  return zone.At(local).pre;
}

IntervalSet ExpandHours(const std::vector<WeeklyHours>& hours, absl::TimeZone zone, const Interval& window) {
  if (window.IsEmpty()) return IntervalSet();
  // A stretch is at most one day long and gaps move it by at most one more, hence two days before and one after.
  const absl::CivilDay first = absl::CivilDay(zone.At(window.start).cs) - 2;
  const absl::CivilDay last = absl::CivilDay(zone.At(window.end).cs) + 1;
  std::vector<Interval> intervals;
  intervals.reserve(hours.size() * static_cast<size_t>((last - first) / 7 + 1));
  absl::Weekday weekday = absl::GetWeekday(first);
  for (absl::CivilDay day = first; day <= last; ++day, weekday = Next(weekday)) {
    for (const WeeklyHours& rule : hours) {
      if (rule.weekday != weekday) continue;
      const Interval whole = Resolve(rule, day, zone);
      intervals.push_back({std::max(whole.start, window.start), std::min(whole.end, window.end)});
    }
  }
  return IntervalSet(std::move(intervals));
}

}  // namespace cortado::scheduling
