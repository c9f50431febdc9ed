// What a server answers the others about the services it runs: audit trails and events. Add before the server starts;
// thread-safe then.
#pragma once

#include <memory>

#include "common/audit/trail.h"
#include "common/events/outbox.h"
#include "common/rpc/service.h"

namespace cortado::peer {

struct Parts {
  audit::Trails trails;
  events::Outboxes outboxes;

  // `bound` is a service as services/*/ are.
  template <class Bound>
  void Add(Bound& bound) {
    trails.Add(bound.trail());
    outboxes.Add(bound.outbox());
  }
};

// Returns PeerService bound to `parts`; both outlive it.
std::unique_ptr<rpc::Service> MakePeerService(rpc::Binder& binder, Parts& parts);

}  // namespace cortado::peer
