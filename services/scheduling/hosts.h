// For whom a call is made. Pure functions.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"

namespace cortado::scheduling {

// Returns the call as the person `host` (`people/P`) would make it, when a service makes it for them; whoever made it
// stays its actor. INVALID_ARGUMENT for a service that names nobody, and for anybody else who names another than
// themselves; an empty `host` is the caller.
absl::StatusOr<rpc::Call> CallOfHost(const rpc::Call& call, const std::string& host);

}  // namespace cortado::scheduling
