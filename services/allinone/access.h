// What lets the owner of this machine in: the operator's key that `cortadoctl` finds, and the code that makes the first
// administrator. Not for the event loop's thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/allinone/data_directory.h"
#include "services/profile/profile.h"

namespace cortado::allinone {

// Keeps a service key in run/operator.token that may do what HR and an operator may: the one that is there,
// if it is still good, else a new one. UNAVAILABLE: the store or the directory is away.
absl::Status KeepOperatorKey(const DataDirectory& data, profile::Profile& profile, const std::string& organization);

// Returns a code for the first administrator; empty when there is one, or with --dev, where nobody needs it.
// UNAVAILABLE: the store is away.
absl::StatusOr<std::string> BootstrapCode(profile::Profile& profile, const std::string& organization, bool dev);

}  // namespace cortado::allinone
