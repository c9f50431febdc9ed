#include "common/audit/peer_service.h"

namespace cortado::audit {

std::unique_ptr<rpc::Service> MakePeerService(rpc::Binder& binder, Trails& trails) {
  auto service = std::make_unique<rpc::Service>("cortado.api.v1.PeerService", binder);
  service->Unary("ListAuditRecords", &Trails::List, trails);
  service->Unary("ListAuditSegments", &Trails::ListSegments, trails);
  return service;
}

}  // namespace cortado::audit
