#include "services/scheduling/time_zone_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cortado::scheduling {
namespace {

// "+0530", with seconds where there are some (RFC 5545 section 3.3.14).
std::string OffsetText(int seconds) {
  const char sign = seconds < 0 ? '-' : '+';
  const int size = seconds < 0 ? -seconds : seconds;
  std::string text = absl::StrFormat("%c%02d%02d", sign, size / 3600, size / 60 % 60);
  if (size % 60 != 0) absl::StrAppendFormat(&text, "%02d", size % 60);
  return text;
}

std::string FormatLocal(absl::CivilSecond local) {
  return absl::FormatTime("%Y%m%dT%H%M%S", absl::FromCivil(local, absl::UTCTimeZone()), absl::UTCTimeZone());
}

void AppendObservance(absl::CivilSecond local, int before, const absl::TimeZone::CivilInfo& after,
                      std::vector<std::string>& lines) {
  const char* kind = after.is_dst ? "DAYLIGHT" : "STANDARD";
  lines.push_back(absl::StrCat("BEGIN:", kind));
  lines.push_back(absl::StrCat("DTSTART:", FormatLocal(local)));
  lines.push_back(absl::StrCat("TZOFFSETFROM:", OffsetText(before)));
  lines.push_back(absl::StrCat("TZOFFSETTO:", OffsetText(after.offset)));
  if (*after.zone_abbr != '\0') lines.push_back(absl::StrCat("TZNAME:", after.zone_abbr));
  lines.push_back(absl::StrCat("END:", kind));
}

}  // namespace

std::vector<std::string> TimeZoneLines(absl::TimeZone zone, absl::Time from, absl::Time until) {
  std::vector<std::string> lines = {"BEGIN:VTIMEZONE", absl::StrCat("TZID:", zone.name())};
  const absl::TimeZone::CivilInfo first = zone.At(from);
  AppendObservance(first.cs, first.offset, first, lines);
  absl::TimeZone::CivilTransition change;
  for (absl::Time at = from; zone.NextTransition(at, &change);) {
    const int before = zone.At(at).offset;
    // A change is named by the wall clock before it.
    at = absl::FromCivil(change.from, absl::UTCTimeZone()) - absl::Seconds(before);
    if (at > until) break;
    AppendObservance(change.from, before, zone.At(at), lines);
  }
  lines.push_back("END:VTIMEZONE");
  return lines;
}

}  // namespace cortado::scheduling
