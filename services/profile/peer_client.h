// What the profile service asks the servers of other services: their audit trails, and their dossiers.
#pragma once

#include <string>

#include "services/profile/audits.h"
#include "services/profile/dossier_source.h"

namespace cortado::rpc {
class Peer;
}

namespace cortado::profile {

// The trail of `service` behind `peer`, which outlives it; null, or not connected: it is never reached.
AuditSource MakePeerSource(std::string service, rpc::Peer* peer);
// The dossiers of `service` behind `peer`, likewise.
DossierSource MakePeerDossiers(std::string service, rpc::Peer* peer);

}  // namespace cortado::profile
