// The wire of DevService.
#pragma once

#include <memory>

#include "common/rpc/service.h"
#include "services/allinone/dev/clock_control.h"

namespace cortado::allinone {

// Returns DevService bound to `control`; both arguments outlive it.
std::unique_ptr<rpc::Service> MakeDevService(rpc::Binder& binder, ClockControl& control);

}  // namespace cortado::allinone
