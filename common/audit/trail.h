// The audit trail of one service: written into the store by every write (common/store), sealed from there into files
// outside it by a job, and taken out of the store when it is sealed and 30 days old.
//
//   audit::Trail trail({store, client, executors, clock, archive});
//   trail.Register(jobs);        // before the runner starts and before the first write
//
// Without an archive nothing is sealed and nothing leaves the store. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/audit/chain.h"
#include "common/audit/entry.h"
#include "common/audit/ledger.h"
#include "common/jobs/jobs.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/sync/mutex.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/peer_service.pb.h"

namespace cortado::audit {

// All outlive the trail.
struct TrailParts {
  store::Store& store;
  redis::Client& client;
  Executors& executors;
  const Clock& clock;
  std::shared_ptr<const Archive> archive;  // Null: the trail stays in the store.
};

class Trail {
 public:
  // The names of the jobs: sealing, due before 10 s are over, and trimming, due every hour.
  static constexpr char kSealJob[] = "audit.seal";
  static constexpr char kTrimJob[] = "audit.trim";

  explicit Trail(TrailParts parts) : parts_(std::move(parts)) {}

  // Adds the jobs, and has them scheduled for every organisation before its first write.
  void Register(jobs::Runner& runner);

  const std::string& service() const { return parts_.store.service(); }
  // Where it is sealed to; null: it stays in the store.
  const Archive* archive() const { return parts_.archive.get(); }

  // Seals what the call's organisation has that is not sealed. Two at once do no harm. FAILED_PRECONDITION: the files,
  // or the store, are not what they were when last sealed; errors of the store and the files.
  Task<absl::Status> Seal(rpc::Call call);

  // Entries that fit, the newest first, from the store and from the files. INVALID_ARGUMENT: `before` is no id.
  Task<absl::StatusOr<api::v1::ListAuditRecordsResponse>> List(rpc::Call call,
                                                               const api::v1::ListAuditRecordsRequest& request);
  // A part of the files. INVALID_ARGUMENT: the page token is none of ours.
  Task<absl::StatusOr<api::v1::ListAuditSegmentsResponse>> ListSegments(
      rpc::Call call, const api::v1::ListAuditSegmentsRequest& request);

 private:
  // What the store knows of its stream and of what was sealed.
  struct State {
    EntryId oldest;  // Of those still in the store; 0-0: none is.
    EntryId newest;  // Ever written; 0-0: none.
    EntryId sealed;
    std::optional<Anchor> anchor;
  };

  Task<absl::StatusOr<State>> ReadState(rpc::Call call);
  // Up to `count` entries of the store behind `after`.
  Task<absl::StatusOr<std::vector<Entry>>> ReadNext(rpc::Call call, EntryId after, int count);
  // Up to `count` entries of the store in front of `before`, the newest first; none: of all.
  Task<absl::StatusOr<std::vector<Entry>>> ReadBefore(rpc::Call call, std::optional<EntryId> before, int count);
  Task<absl::Status> KeepAnchor(rpc::Call call, const Chain& chain);
  Task<absl::Status> Trim(rpc::Call call, jobs::Fence fence);
  // Entries of the files in front of `before`, the newest first, out of the newest segments that have any.
  absl::StatusOr<std::vector<Entry>> ReadSealedBefore(const Scope& scope, EntryId before) const;
  Scope ScopeOf(const rpc::Call& call) const { return {call.organization(), parts_.store.service()}; }
  std::string Key(const rpc::Call& call, absl::string_view rest) const;

  const TrailParts parts_;
  sync::Mutex mutex_;
  // Per organisation the last entry this process knows to be sealed: while it is the newest, there is nothing to do.
  absl::flat_hash_map<std::string, EntryId> sealed_ ABSL_GUARDED_BY(mutex_);
};

// The trails of the services that run in one server, by name: what PeerService answers from. Add before the server
// starts; thread-safe then.
class Trails {
 public:
  void Add(Trail& trail) { trails_.push_back(&trail); }

  // NOT_FOUND when the service does not run here; else as Trail.
  Task<absl::StatusOr<api::v1::ListAuditRecordsResponse>> List(rpc::Call call,
                                                               const api::v1::ListAuditRecordsRequest& request);
  Task<absl::StatusOr<api::v1::ListAuditSegmentsResponse>> ListSegments(
      rpc::Call call, const api::v1::ListAuditSegmentsRequest& request);

 private:
  Trail* Find(absl::string_view service) const;

  std::vector<Trail*> trails_;
};

}  // namespace cortado::audit
