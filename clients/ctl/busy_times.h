// Busy times as people write them to a file: CSV, or JSON lines.
// Thread contract: pure functions.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/scheduling/v1/calendar.pb.h"

namespace cortado::ctl {

// Reads CSV with the columns `start`, `end` and, where wanted, `uid`, in any order beside others; or, where the text
// begins with a brace, JSON lines with the same keys. Instants are those of ParseInstant, in `zone` where they say
// none. INVALID_ARGUMENT names the line, and what to do.
absl::StatusOr<std::vector<scheduling::v1::BusyTime>> ParseBusyTimes(absl::string_view text, absl::TimeZone zone);

}  // namespace cortado::ctl
