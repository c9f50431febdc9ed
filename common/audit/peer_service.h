// The wire of what services ask each other about audit trails.
#pragma once

#include <memory>

#include "common/audit/trail.h"
#include "common/rpc/service.h"

namespace cortado::audit {

// Returns PeerService bound to `trails`; both outlive it.
std::unique_ptr<rpc::Service> MakePeerService(rpc::Binder& binder, Trails& trails);

}  // namespace cortado::audit
