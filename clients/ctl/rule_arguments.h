// A rule of a programme as one types it:
//
//   forbid own-line
//   must common-hours=120
//   must mentor-department=Sales,Data
//   prefer more-experience=24@30        (of weight 30)
//
// Pure; any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cortado/matching/v1/program.pb.h"

namespace cortado::ctl {

// Returns the rule, with its kind as id. INVALID_ARGUMENT says what is wrong; ranges are the server's to check.
absl::StatusOr<matching::v1::ProgramRule> ParseRule(absl::string_view text);

// Returns two people given as A:B. INVALID_ARGUMENT.
absl::StatusOr<std::pair<std::string, std::string>> ParsePair(absl::string_view text);

// Returns `programs/P/rounds/R` of P/R or of the whole name. INVALID_ARGUMENT.
absl::StatusOr<std::string> RoundNameOf(absl::string_view text);

}  // namespace cortado::ctl
