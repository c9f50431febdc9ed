// What the profile service asks the servers of other services about their audit trails.
#pragma once

#include <string>

#include "services/profile/audits.h"

namespace cortado::rpc {
class Peer;
}

namespace cortado::profile {

// The trail of `service` behind `peer`, which outlives it; null, or not connected: it is never reached.
AuditSource MakePeerSource(std::string service, rpc::Peer* peer);

}  // namespace cortado::profile
