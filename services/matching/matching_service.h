// The wire of the matching service: each RPC's name and the core that answers it.
#pragma once

#include <memory>
#include <vector>

#include "common/rpc/service.h"
#include "services/matching/matching.h"

namespace cortado::matching {

// Returns MatchingService bound to `matching`; both outlive it.
std::unique_ptr<rpc::Service> MakeMatchingService(rpc::Binder& binder, Matching& matching);

// What a matching server serves.
std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder, Matching& matching);

}  // namespace cortado::matching
