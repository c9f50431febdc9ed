#include "services/allinone/dev/manual_clock.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::allinone {
namespace {

constexpr char kFile[] = "clock";

}  // namespace

ManualClock::ManualClock(const DataDirectory& data, absl::Duration offset)
    : data_(data), offset_(absl::ToInt64Nanoseconds(offset)) {}

absl::StatusOr<std::unique_ptr<ManualClock>> ManualClock::Open(const DataDirectory& data) {
  absl::Duration offset;
  const absl::StatusOr<std::string> kept = data.Read(kFile);
  if (!kept.ok() && !absl::IsNotFound(kept.status())) return kept.status();
  const bool is_read = !kept.ok() || absl::ParseDuration(std::string(absl::StripAsciiWhitespace(*kept)), &offset);
  if (!is_read || offset < absl::ZeroDuration() || offset > kFarthest) {
    return absl::UnavailableError(absl::StrCat(data.Path(kFile), " is damaged: it says no time ahead, as 72h"));
  }
  return std::unique_ptr<ManualClock>(new ManualClock(data, offset));
}

absl::Time ManualClock::Now() const { return absl::Now() + offset(); }

absl::Status ManualClock::Advance(absl::Duration step) {
  sync::MutexLock lock(writing_);
  if (step <= absl::ZeroDuration()) return InvalidField("step", "must be forward: this clock never goes back");
  const absl::Duration ahead = offset() + step;
  if (ahead > kFarthest) return InvalidField("step", "must end at most 100 years ahead of the machine's clock");
  // First what lasts: what is written with the new time is never older than what a restart reads.
  RETURN_IF_ERROR(data_.Write(kFile, absl::FormatDuration(ahead) + "\n"));
  offset_.store(absl::ToInt64Nanoseconds(ahead));
  return absl::OkStatus();
}

}  // namespace cortado::allinone
