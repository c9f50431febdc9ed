// An organisation that all three services keep as it is, for as long as this lives: the freeze is made anew every few
// seconds, so that it ends soon by itself when this program is killed.
//
//   FrozenOrganization frozen(calls, interrupted);
//   RETURN_IF_ERROR(frozen.Freeze());
//   ... read or write under frozen.id() ...
//   RETURN_IF_ERROR(frozen.Thaw());    // else the destructor does
//
// One thread at a time; a thread of its own makes the freeze last.
#pragma once

#include <grpcpp/grpcpp.h>

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "clients/ctl/backup/backup_calls.h"

namespace cortado::ctl {

class FrozenOrganization {
 public:
  // How long a freeze lasts that nobody makes last longer.
  static constexpr absl::Duration kSpan = absl::Seconds(60);

  // `interrupted` says whether the user wants no more of it; then streams under way are cancelled. `id` goes on with a
  // freeze that is there; empty: a new one. `calls` outlives it.
  FrozenOrganization(const BackupCalls& calls, std::function<bool()> interrupted, std::string id = "");
  // Thaws what is frozen.
  ~FrozenOrganization();
  FrozenOrganization(const FrozenOrganization&) = delete;
  FrozenOrganization& operator=(const FrozenOrganization&) = delete;

  const std::string& id() const { return id_; }

  // Freezes all three. UNAVAILABLE (ORGANIZATION_FROZEN): somebody else does; nothing is frozen then. Errors of the
  // services.
  absl::Status Freeze();
  // The revision of a service's records; after Freeze.
  int64_t revision(size_t service) const { return revisions_[service]; }
  absl::Time frozen_since() const { return since_; }

  // Ends the freeze of all. ABORTED (FREEZE_LOST): one of them had ended before.
  absl::Status Thaw();
  // Leaves them frozen for an hour from now on instead: what is there must not be served.
  void LeaveFrozen();

  // CANCELLED when the user wants no more of it.
  absl::Status CheckGoesOn() const;
  // Streams that are cancelled at an interruption; they outlive their place here.
  void Watch(grpc::ClientContext& stream);
  void Unwatch(grpc::ClientContext& stream);

 private:
  void Run();
  void StopThread();

  const BackupCalls& calls_;
  const std::function<bool()> interrupted_;
  const std::string id_;
  std::array<int64_t, 3> revisions_{};
  std::array<bool, 3> frozen_{};
  absl::Time since_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;                       // Guarded by mutex_.
  std::set<grpc::ClientContext*> watched_;  // Guarded by mutex_.
};

}  // namespace cortado::ctl
