// What a server answers the others about the services it runs: audit trails, events, what is held about people, what
// was not kept, and all of it for a backup. Add before the server starts; thread-safe then.
#pragma once

#include <memory>

#include "common/audit/trail.h"
#include "common/backup/backups.h"
#include "common/events/outbox.h"
#include "common/privacy/dossiers.h"
#include "common/privacy/retention.h"
#include "common/rpc/service.h"

namespace cortado::peer {

struct Parts {
  audit::Trails trails;
  events::Outboxes outboxes;
  privacy::DossierSet dossiers;
  privacy::RetentionSet retention;
  backup::BackupSet backups;

  // `bound` is a service as services/*/ are.
  template <class Bound>
  void Add(Bound& bound) {
    trails.Add(bound.trail());
    outboxes.Add(bound.outbox());
    dossiers.Add(bound.dossiers());
    retention.Add(bound.retention());
    backups.Add(bound.backups());
  }
};

// Returns PeerService bound to `parts`; both outlive it.
std::unique_ptr<rpc::Service> MakePeerService(rpc::Binder& binder, Parts& parts);

}  // namespace cortado::peer
