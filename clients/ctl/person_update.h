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

// Gives interests and steps of which nobody said who may see them the audience that `before` has for the same topic, or
// for the same role and move: a list that is written anew opens nothing. A step typed without its move is that of the
// role.
void KeepAudiences(const profile::v1::Person& before, profile::v1::Person& after);

}  // namespace cortado::ctl
