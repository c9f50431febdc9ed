// Founds the organisation of a new installation, through the API like everybody else. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/auth/keys.h"
#include "common/time/clock.h"

namespace grpc {
class Channel;
}

namespace cortado::allinone {

// Makes an organisation called `display_name` over `channel` and returns its id. Errors are the profile service's. A
// repeat makes another one.
absl::StatusOr<std::string> CreateOrganization(const std::shared_ptr<grpc::Channel>& channel,
                                               const auth::SigningKey& key, const std::string& display_name,
                                               const Clock& clock);

}  // namespace cortado::allinone
