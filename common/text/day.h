// A day as it reads in a sentence. Any thread.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::text {

// Returns the day of `time` on the calendar of `zone`: "Thursday, 11 June"; in German ("de") "Donnerstag, 11. Juni".
std::string FormatDay(absl::Time time, absl::TimeZone zone, absl::string_view language);

}  // namespace cortado::text
