// The RPCs of the scheduling service, bound to its cores.
#pragma once

#include <memory>
#include <vector>

#include "common/rpc/service.h"
#include "services/scheduling/scheduling.h"

namespace cortado::scheduling {

// `binder` and `scheduling` outlive the service.
std::unique_ptr<rpc::Service> MakeSchedulingService(rpc::Binder& binder, Scheduling& scheduling);

// What a scheduling server serves.
std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder, Scheduling& scheduling);

}  // namespace cortado::scheduling
