// What the profile service does not keep for ever (docs/retention.md): older destinations and sessions that are over, a
// few hundred people at a time. Thread-safe.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class OldRecords {
 public:
  // Both outlive it.
  OldRecords(store::Store& store, PersonStore& people) : store_(store), people_(people) {}

  // Each as privacy::Retention::Remove. The newest destination of a person counts, and stays, however old.
  Task<absl::StatusOr<int64_t>> RemoveDestinations(rpc::Call call, absl::Time before);
  // Sessions that ended before.
  Task<absl::StatusOr<int64_t>> RemoveSessions(rpc::Call call, absl::Time before);

 private:
  store::Store& store_;
  PersonStore& people_;
};

}  // namespace cortado::profile
