#include "common/peer/peer_service.h"

namespace cortado::peer {

std::unique_ptr<rpc::Service> MakePeerService(rpc::Binder& binder, Parts& parts) {
  auto service = std::make_unique<rpc::Service>("cortado.api.v1.PeerService", binder);
  service->Unary("ListAuditRecords", &audit::Trails::List, parts.trails);
  service->Unary("ListAuditSegments", &audit::Trails::ListSegments, parts.trails);
  service->Unary("ListEvents", &events::Outboxes::List, parts.outboxes);
  service->Unary("CollectPerson", &privacy::DossierSet::Collect, parts.dossiers);
  service->Unary("ErasePersonData", &privacy::DossierSet::ErasePerson, parts.dossiers);
  service->Unary("ListRetentionRuns", &privacy::RetentionSet::List, parts.retention);
  service->Unary("FreezeOrganization", &backup::BackupSet::Freeze, parts.backups);
  service->Unary("ThawOrganization", &backup::BackupSet::Thaw, parts.backups);
  service->ServerStream("SnapshotOrganization", &backup::BackupSet::Snapshot, parts.backups);
  service->ClientStream("RestoreOrganization", &backup::BackupSet::Restore, parts.backups);
  return service;
}

}  // namespace cortado::peer
