// The census of each organisation that somebody asked about: read whole the first time, then kept in step with the
// feed, in memory. It may be lost at any time. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/sync/mutex.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "services/profile/census.h"
#include "services/profile/person_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class Censuses {
 public:
  struct Parts {
    const store::Store& store;
    redis::Client& client;
    PersonStore& people;
    Skills& skills;
    EventLoop& loop;
    Executors& executors;
  };
  // All parts outlive it. At most `most` organisations are held: those that were asked about last.
  explicit Censuses(const Parts& parts, size_t most = 64) : parts_(parts), most_(most) {}

  // Calls `read` on a worker thread with the census of the call's organisation as it is now. UNAVAILABLE when it is
  // still being read at the call's deadline, which about 30,000 people take 5 seconds for; try again then.
  Task<absl::Status> Read(rpc::Call call, std::function<void(const Census&)> read);

 private:
  struct Held {
    sync::Mutex mutex;
    Census census ABSL_GUARDED_BY(mutex);
    std::string position ABSL_GUARDED_BY(mutex);  // In the feed; empty: not read yet.
    bool loading ABSL_GUARDED_BY(mutex) = false;
    uint64_t used = 0;  // Guarded by mutex_ of the owner.
  };

  std::shared_ptr<Held> Find(const std::string& organization);
  // Reads everybody into `held`, whatever the deadline of the call that wants it.
  Task<absl::Status> Load(rpc::Call call, Held& held);
  // Takes over what changed since; false when everything must be read anew.
  Task<absl::StatusOr<bool>> Follow(rpc::Call call, Held& held);
  Task<absl::Status> Fetch(rpc::Call call, std::vector<std::string> ids, std::vector<std::optional<PersonFile>>& files);

  const Parts parts_;
  const size_t most_;
  sync::Mutex mutex_;
  uint64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, std::shared_ptr<Held>> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cortado::profile
