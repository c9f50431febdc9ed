// Backup and restore of what one service holds of an organisation: it is frozen (common/store/freeze.h), read out piece
// by piece, and put in place of what is there (stage.h). docs/backup.md says what that means for whom.
//
//   Backups backups({store, client, trail, dossiers, loop, executors, clock}, hooks);
//   peers.Add(backups);                // PeerService answers from them
//
// A piece is a record of the store, or with the key `sealed:N` a file of the sealed audit trail (0: the heads).
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/audit/trail.h"
#include "common/backup/records.h"
#include "common/backup/stage.h"
#include "common/privacy/dossiers.h"
#include "common/privacy/erasure_ledger.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/rpc/stream.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/backup.pb.h"

namespace cortado::backup {

class Backups {
 public:
  using Request = api::v1::RestoreOrganizationRequest;

  // All outlive it.
  struct Parts {
    store::Store& store;
    redis::Client& client;
    audit::Trail& trail;
    privacy::Dossiers& dossiers;
    EventLoop& loop;
    Executors& executors;
    const Clock& clock;
  };
  struct Hooks {
    // Whether what is staged (`staged` is of it) may come to `call`'s organisation; an error keeps everything as it is.
    std::function<Task<absl::Status>(rpc::Call call, rpc::Call staged)> check;
    // Writes again what lies beside the organisation's records, and forgets what is in memory of it. May be repeated.
    std::function<Task<absl::Status>(rpc::Call call)> settle;
  };

  explicit Backups(Parts parts, Hooks hooks = {}) : parts_(parts), hooks_(std::move(hooks)) {}

  const std::string& service() const { return parts_.store.service(); }

  // As PeerService has them.
  Task<absl::StatusOr<api::v1::FreezeOrganizationResponse>> Freeze(rpc::Call call,
                                                                   const api::v1::FreezeOrganizationRequest& request);
  Task<absl::StatusOr<api::v1::ThawOrganizationResponse>> Thaw(rpc::Call call,
                                                               const api::v1::ThawOrganizationRequest& request);
  Task<absl::Status> Snapshot(rpc::Call call, const api::v1::SnapshotOrganizationRequest& request,
                              rpc::Writer<api::v1::SnapshotPiece>& writer);
  // `ledger`: who was erased, and so is erased again before anybody sees the records; null: nobody was.
  Task<absl::StatusOr<api::v1::RestoreOrganizationResponse>> Restore(rpc::Call call, api::v1::RestoreTarget target,
                                                                     rpc::Reader<Request>& reader,
                                                                     const privacy::ErasureLedger* ledger);

 private:
  // What the trail is to be afterwards.
  struct TrailPlan {
    bool keeps_own = false;     // Its entries in the store are those that are there.
    bool adopts_files = false;  // Its files are those of the backup.
    int64_t revision = 0;       // Of the last entry that is sealed here.
  };

  Task<absl::Status> SendFiles(rpc::Call call, rpc::Writer<api::v1::SnapshotPiece>& writer);
  Task<absl::Status> SendRecords(rpc::Call call, std::vector<std::string> keys,
                                 rpc::Writer<api::v1::SnapshotPiece>& writer);
  // Reads until the end of the stream. Returns how many files there were.
  Task<absl::StatusOr<int64_t>> TakeAll(rpc::Call call, Stage& stage, rpc::Reader<Request>& reader);
  Task<absl::Status> TakeFile(rpc::Call call, const api::v1::SnapshotPiece& piece);
  Task<absl::Status> EraseAgain(rpc::Call call, const rpc::Call& staged, const privacy::ErasureLedger& ledger);
  Task<absl::StatusOr<TrailPlan>> PlanTrail(rpc::Call call, int64_t live_revision, bool brings_files);
  Task<absl::StatusOr<api::v1::RestoreOrganizationResponse>> Run(rpc::Call call, api::v1::RestoreTarget target,
                                                                 Stage& stage, rpc::Reader<Request>& reader,
                                                                 const privacy::ErasureLedger* ledger);
  audit::Scope ScopeOf(const rpc::Call& call) const { return {call.organization(), service()}; }

  const Parts parts_;
  const Hooks hooks_;
};

// Those of the services that run in one server, by name: what PeerService answers from. Add before the server starts;
// thread-safe then. Each function gives NOT_FOUND when the service does not run here, else as Backups.
class BackupSet {
 public:
  void Add(Backups& backups) { backups_.push_back(&backups); }
  // Who was erased; without, nobody is erased from what is brought back.
  void Use(std::shared_ptr<const privacy::ErasureLedger> ledger) { ledger_ = std::move(ledger); }

  Task<absl::StatusOr<api::v1::FreezeOrganizationResponse>> Freeze(rpc::Call call,
                                                                   const api::v1::FreezeOrganizationRequest& request);
  Task<absl::StatusOr<api::v1::ThawOrganizationResponse>> Thaw(rpc::Call call,
                                                               const api::v1::ThawOrganizationRequest& request);
  Task<absl::Status> Snapshot(rpc::Call call, const api::v1::SnapshotOrganizationRequest& request,
                              rpc::Writer<api::v1::SnapshotPiece>& writer);
  Task<absl::StatusOr<api::v1::RestoreOrganizationResponse>> Restore(rpc::Call call,
                                                                     rpc::Reader<Backups::Request>& reader);

 private:
  Backups* Find(absl::string_view service) const;

  std::vector<Backups*> backups_;
  std::shared_ptr<const privacy::ErasureLedger> ledger_;
};

}  // namespace cortado::backup
