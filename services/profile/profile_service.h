// ProfileService on the wire: each RPC bound to the part that answers it.
#pragma once

#include <memory>

#include "common/rpc/service.h"
#include "services/profile/profile.h"

namespace cortado::profile {

// Both outlive the service.
std::unique_ptr<rpc::Service> MakeProfileService(rpc::Binder& binder, Profile& profile);

}  // namespace cortado::profile
