// ProfileService, AuthService and AuditService on the wire: each RPC bound to the part that answers it.
#pragma once

#include <memory>
#include <vector>

#include "common/rpc/service.h"
#include "services/profile/profile.h"

namespace cortado::profile {

// What a profile server serves. Both outlive the services.
std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder, Profile& profile);

std::unique_ptr<rpc::Service> MakeProfileService(rpc::Binder& binder, Profile& profile);
std::unique_ptr<rpc::Service> MakeAuthService(rpc::Binder& binder, Profile& profile);
std::unique_ptr<rpc::Service> MakeSessionService(rpc::Binder& binder, Profile& profile);
std::unique_ptr<rpc::Service> MakeAuditService(rpc::Binder& binder, Profile& profile);

// Looks sessions up where they are kept. `profile` outlives it.
rpc::SessionCheck SessionCheckOf(Profile& profile);

}  // namespace cortado::profile
