#include "services/scheduling/instants.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/status/error.h"
#include "common/text/catalog.h"
#include "services/scheduling/availability/availability.h"

namespace cortado::scheduling {
namespace {

constexpr int64_t kLastSecond = 4'133'980'799;  // 2100-12-31T23:59:59Z.
constexpr int32_t kNanosPerSecond = 1'000'000'000;

constexpr absl::string_view kGermanDays[] = {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"};
constexpr absl::string_view kGermanMonths[] = {"Jan",  "Feb", "März", "Apr", "Mai", "Juni",
                                               "Juli", "Aug", "Sept", "Okt", "Nov", "Dez"};

std::string InEnglish(absl::Time time, absl::TimeZone zone) {
  const int day = absl::ToCivilSecond(time, zone).day();
  return absl::StrCat(absl::FormatTime("%a ", time, zone), day,
                      absl::FormatTime(" %b %E4Y, %H:%M (UTC%Ez)", time, zone));
}

std::string InGerman(absl::Time time, absl::TimeZone zone) {
  const absl::CivilSecond wall = absl::ToCivilSecond(time, zone);
  return absl::StrFormat("%s %d. %s %s", kGermanDays[static_cast<int>(absl::GetWeekday(wall))], wall.day(),
                         kGermanMonths[wall.month() - 1], absl::FormatTime("%E4Y, %H:%M (UTC%Ez)", time, zone));
}

}  // namespace

absl::StatusOr<absl::Time> ReadInstant(absl::string_view field, const google::protobuf::Timestamp& timestamp) {
  const bool has_nanos = timestamp.nanos() >= 0 && timestamp.nanos() < kNanosPerSecond;
  if (timestamp.seconds() < 0 || timestamp.seconds() > kLastSecond || !has_nanos) {
    return InvalidField(field, "must lie between the years 1970 and 2100").Metadata("rule", "instant");
  }
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

absl::StatusOr<absl::Duration> ReadChatLength(absl::string_view field, const google::protobuf::Duration& duration) {
  const absl::Duration length = absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
  if (length < kShortestChat || length > kLongestChat || length != absl::Trunc(length, absl::Minutes(1))) {
    return InvalidField(field, "must be 10 to 240 full minutes").Metadata("rule", "minutes");
  }
  return length;
}

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp WriteInstant(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  return timestamp;
}

google::protobuf::Duration WriteSpan(absl::Duration span) {
  google::protobuf::Duration duration;
  duration.set_seconds(absl::ToInt64Seconds(span));
  return duration;
}

type::v1::LocalTime ShowInstant(absl::Time time, absl::TimeZone zone, absl::string_view language) {
  type::v1::LocalTime local;
  *local.mutable_instant() = WriteInstant(time);
  local.set_time_zone(zone.name());
  local.set_text(language == "de" ? InGerman(time, zone) : InEnglish(time, zone));
  return local;
}

std::string JoinInstants(const std::vector<absl::Time>& times) {
  return absl::StrJoin(times, ",", [](std::string* out, absl::Time time) {
    absl::StrAppend(out, absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()));
  });
}

std::string JoinReady(const std::vector<absl::Time>& times, absl::TimeZone zone, absl::string_view language) {
  std::vector<std::string> texts;
  for (const absl::Time time : times) texts.push_back(ShowInstant(time, zone, language).text());
  return text::JoinList(texts, language);
}

}  // namespace cortado::scheduling
