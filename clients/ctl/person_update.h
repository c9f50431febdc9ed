// Changes to a person as they are typed: COLUMN=VALUE, in the words and the grammar of a file of people.
// Thread contract: pure functions.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::ctl {

// The columns that may be changed.
std::vector<std::string> UpdatableColumns();

// Returns the request with person and mask; name, etag and request id are the caller's to fill in. An empty value
// empties the field. INVALID_ARGUMENT: not COLUMN=VALUE, a column that cannot be changed, one twice, a value that is
// not one of its; says what to write instead.
absl::StatusOr<profile::v1::UpdatePersonRequest> ParsePersonUpdate(const std::vector<std::string>& assignments);

}  // namespace cortado::ctl
