// Finds the one person whom somebody means on a command line.
// Thread contract: as Session.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/ctl/session.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::ctl {

// Finds by id or name, by the HR system's id, or by e-mail. NOT_FOUND, and the errors of the server.
absl::StatusOr<profile::v1::Person> FindPerson(Session& session, const Caller& caller, const std::string& who);

}  // namespace cortado::ctl
