// Weekly hours, instants and spans as people type them.
// Thread contract: pure functions.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::ctl {

// Reads "mon-fri 09:00-17:00" or "tue 12:00-13:00"; an end at or before the start is on the next day, 24:00 is
// midnight. INVALID_ARGUMENT, with an example.
absl::StatusOr<std::vector<profile::v1::DayHours>> ParseHours(absl::string_view text);

// Returns "Mon-Fri 09:00-17:00, Sat 10:00-12:00".
std::string FormatHours(const google::protobuf::RepeatedPtrField<profile::v1::DayHours>& hours);

// Reads "2026-11-24T15:00:00+01:00" (RFC 3339), or "2026-11-24 15:00" on the wall clock of `zone`. INVALID_ARGUMENT:
// neither, or an hour that does not exist that day.
absl::StatusOr<absl::Time> ParseInstant(absl::string_view text, absl::TimeZone zone);

// Reads "30m", "2h", "1h30m", "3d", "2w" or a number of minutes; a day is 24 hours. INVALID_ARGUMENT, with an example.
absl::StatusOr<absl::Duration> ParseSpan(absl::string_view text);

}  // namespace cortado::ctl
