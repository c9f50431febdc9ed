#include "clients/ctl/hours_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::DayHours;

constexpr std::array<const char*, 8> kDays = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr int kDay = 24 * 60;

std::optional<int> ParseDay(absl::string_view text) {
  for (int day = 1; day <= 7; ++day) {
    if (absl::EqualsIgnoreCase(text, kDays[day])) return day;
  }
  return std::nullopt;
}

// Minutes after midnight of "9", "09:00" or "24:00".
std::optional<int> ParseClock(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits(':', 1));
  int hour = 0;
  int minute = 0;
  if (!absl::SimpleAtoi(parts.first, &hour)) return std::nullopt;
  if (absl::StrContains(text, ':') && (parts.second.size() != 2 || !absl::SimpleAtoi(parts.second, &minute))) {
    return std::nullopt;
  }
  const int minutes = hour * 60 + minute;
  if (hour < 0 || minute < 0 || minute > 59 || minutes > kDay) return std::nullopt;
  return minutes;
}

std::string Clock(int minutes) { return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60); }

absl::Status NotHours(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" are no hours: write them as \"mon-fri 09:00-17:00\" or \"tue 12:00-13:00\""));
}

// Instants are counted without leap seconds: the 61st second of a minute, which Abseil would make the next minute's
// first, is the 60th.
std::string WithoutLeapSecond(absl::string_view text) {
  std::string plain(text);
  const size_t minute = plain.find(':');
  if (minute != std::string::npos && absl::ClippedSubstr(text, minute + 3, 3) == ":60") {
    plain.replace(minute + 3, 3, ":59");
  }
  return plain;
}

}  // namespace

absl::StatusOr<std::vector<DayHours>> ParseHours(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  if (words.size() != 2) return NotHours(text);
  const std::pair<absl::string_view, absl::string_view> days = absl::StrSplit(words[0], absl::MaxSplits('-', 1));
  const std::pair<absl::string_view, absl::string_view> clocks = absl::StrSplit(words[1], absl::MaxSplits('-', 1));
  const std::optional<int> first = ParseDay(days.first);
  const std::optional<int> last = absl::StrContains(words[0], '-') ? ParseDay(days.second) : first;
  const std::optional<int> start = ParseClock(clocks.first);
  const std::optional<int> end = ParseClock(clocks.second);
  if (!first || !last || *last < *first || !start || !end || *start == kDay) return NotHours(text);
  std::vector<DayHours> hours;
  for (int day = *first; day <= *last; ++day) {
    DayHours& added = hours.emplace_back();
    added.set_weekday(day);
    added.set_start_minute(*start);
    added.set_end_minute(*end);
  }
  return hours;
}

std::string FormatHours(const google::protobuf::RepeatedPtrField<DayHours>& hours) {
  std::vector<std::string> pieces;
  for (int i = 0; i < hours.size();) {
    int j = i + 1;
    while (j < hours.size() && hours[j].weekday() == hours[j - 1].weekday() + 1 &&
           hours[j].start_minute() == hours[i].start_minute() && hours[j].end_minute() == hours[i].end_minute()) {
      ++j;
    }
    const char* first = kDays[std::clamp(hours[i].weekday(), 0, 7)];
    const char* last = kDays[std::clamp(hours[j - 1].weekday(), 0, 7)];
    pieces.push_back(absl::StrCat(first, j - i > 1 ? absl::StrCat("-", last) : "", " ", Clock(hours[i].start_minute()),
                                  "-", Clock(hours[i].end_minute())));
    i = j;
  }
  return absl::StrJoin(pieces, ", ");
}

absl::StatusOr<absl::Time> ParseInstant(absl::string_view said, absl::TimeZone zone) {
  const std::string text = WithoutLeapSecond(said);
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  absl::CivilSecond civil;
  std::string spaced = text;
  std::replace(spaced.begin(), spaced.end(), 'T', ' ');
  // RFC 3339 wants seconds; people leave them out.
  if (absl::ParseTime("%Y-%m-%dT%H:%M%Ez", text, &time, &error)) return time;
  for (const char* format : {"%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"}) {
    if (!absl::ParseTime(format, spaced, absl::UTCTimeZone(), &time, &error)) continue;
    civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
    const absl::TimeZone::TimeInfo info = zone.At(civil);
    if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) {
      return absl::InvalidArgumentError(absl::StrCat("the clocks in ", zone.name(), " skip ", text));
    }
    return info.pre;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no time: write it as \"2026-11-24 15:00\" in your own zone, or ",
                   "2026-11-24T15:00:00+01:00"));
}

absl::StatusOr<absl::Duration> ParseSpan(absl::string_view text) {
  int number = 0;
  if (absl::SimpleAtoi(text, &number)) return absl::Minutes(number);
  if (text.empty()) return absl::InvalidArgumentError("no span of time is given: write 30m, 2h, 3d or 2w");
  const absl::string_view count = text.substr(0, text.size() - 1);
  if (text.back() == 'd' && absl::SimpleAtoi(count, &number)) return number * absl::Hours(24);
  if (text.back() == 'w' && absl::SimpleAtoi(count, &number)) return number * absl::Hours(7 * 24);
  absl::Duration span;
  if (absl::ParseDuration(std::string(text), &span)) return span;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no span of time: write 30m, 2h, 3d or 2w"));
}

}  // namespace cortado::ctl
