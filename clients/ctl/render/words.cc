#include "clients/ctl/render/words.h"

#include <google/protobuf/util/time_util.h>

#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace cortado::ctl {

std::string Grouped(int64_t number) {
  std::string digits = absl::StrCat(number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Count(int64_t number, absl::string_view one, absl::string_view many) {
  return absl::StrCat(Grouped(number), " ", number == 1 ? one : many);
}

std::string Span(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  if (seconds < 10) return absl::StrFormat("%.1f s", seconds);
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole < 120) return absl::StrCat(whole, " s");
  return absl::StrCat(whole / 60, " min ", whole % 60, " s");
}

std::string Bytes(int64_t bytes) {
  const char* unit = "B";
  auto amount = static_cast<double>(bytes);
  for (const char* larger : {"kB", "MB", "GB", "TB"}) {
    if (amount < 1000) break;
    amount /= 1000;
    unit = larger;
  }
  return bytes < 1000 ? absl::StrCat(bytes, " B") : absl::StrFormat("%.1f %s", amount, unit);
}

std::string ShortName(absl::string_view resource) {
  const size_t slash = resource.rfind('/');
  return std::string(slash == absl::string_view::npos ? resource : resource.substr(slash + 1));
}

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(time));
}

std::string WallClock(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%a %e %b %Y, %H:%M", time, zone);
}

std::string EnumWords(const google::protobuf::EnumDescriptor* type, int value) {
  const auto* found = type->FindValueByNumber(value);
  if (value == 0 || found == nullptr) return "";
  // Values carry the name of their enum: BOOKING_ASK_FIRST of Booking, STATE_OPEN of Request.State.
  std::string prefix;
  for (char c : type->name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  prefix += '_';
  absl::string_view name = found->name();
  if (name.substr(0, prefix.size()) == prefix) name.remove_prefix(prefix.size());
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

}  // namespace cortado::ctl
