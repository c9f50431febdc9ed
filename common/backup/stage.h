// What comes back of one service and organisation, aside (common/store/staged.h) until all of it is there: nobody sees
// it. Then it takes the place of what is there, in one step.
//
//   Stage stage(store, client, call);
//   for (...) CO_RETURN_IF_ERROR(co_await stage.Add(piece));
//   CO_RETURN_IF_ERROR(co_await stage.Finish(revision));
//   ... look at it, and change it, by calls of stage.call() ...
//   CO_RETURN_IF_ERROR(co_await stage.Replace(...));
//   CO_RETURN_IF_ERROR(co_await stage.Clear());             // whatever happened
//
// Keys of its own beside those that come back: `~piece` (a value that is large, while it comes in), `~expires` (hash of
// key to the instant at which it ends), `~new` and `~old` (lists of keys to move and to remove). What a crash leaves
// behind ends by itself after kKept, but for the few records that an erasure changed. Every stage is one of its own, so
// that a try that is being cleared away takes nothing from the next. One task at a time.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/backup/records.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/backup.pb.h"

namespace cortado::backup {

class Stage {
 public:
  static constexpr absl::Duration kKept = absl::Hours(2);

  // How it takes the place of what is there.
  struct Commit {
    std::string freeze_id;
    // At least this is the revision afterwards.
    int64_t revision = 0;
    // Keys that stay as they are, of what is there and of what comes back.
    absl::flat_hash_set<std::string> kept;
    absl::flat_hash_set<std::string> left_out;
  };

  // All outlive it. `call` is of the organisation itself.
  Stage(store::Store& store, redis::Client& client, EventLoop& loop, const Clock& clock, rpc::Call call);

  // A call of the staged organisation.
  const rpc::Call& call() const { return staged_; }

  // Removes what is staged, for the end: nothing of it may be left behind. UNAVAILABLE when the store does not answer,
  // as all below.
  Task<absl::Status> Clear();
  // Takes a piece. INVALID_ARGUMENT: it does not go on where the one before it ended, or Redis does not take the
  // record.
  Task<absl::Status> Add(api::v1::SnapshotPiece piece);
  // After the last piece. INVALID_ARGUMENT: a record lacks its end.
  Task<absl::Status> Finish(int64_t revision);
  // Records taken so far.
  int64_t record_count() const { return record_count_; }

  // Puts it in the place of what is there; the organisation stays frozen. Its history is another one afterwards:
  // whoever follows a change feed begins anew. ABORTED (FREEZE_LOST): nothing is changed.
  Task<absl::Status> Replace(Commit commit);

 private:
  Task<absl::Status> Flush();
  Task<absl::Status> AddPart(const std::string& part);
  Task<absl::Status> Push(absl::string_view list, const std::vector<std::string>& keys);
  Task<absl::Status> WaitForEpoch(const std::string& epoch);
  std::string Live(absl::string_view rest) const { return store_.Key(call_.organization(), rest); }
  std::string Staged(absl::string_view rest) const { return store_.Key(staged_.organization(), rest); }

  store::Store& store_;
  redis::Client& client_;
  EventLoop& loop_;
  const Clock& clock_;
  const rpc::Call call_;
  const rpc::Call staged_;
  Records records_;
  int64_t record_count_ = 0;
  std::string open_;  // Key of the record that lacks its end; empty: none does.
  bool in_parts_ = false;
  std::vector<Dump> waiting_;
  size_t waiting_bytes_ = 0;
};

}  // namespace cortado::backup
