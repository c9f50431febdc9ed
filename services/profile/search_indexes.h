// The search indexes of the organisations in use.
//
// One is loaded from the store at first use, in pages, and brought up to date at every use: the change feed is read
// from where the index stands, so that whoever searches finds what was written before, by this server or another, and a
// quiet organisation costs nothing. One that is not used for half an hour goes, and the least used go first when
// together they hold more than Options::most_people people. A feed that does not go on where the index stands (it was
// trimmed, or the store holds an older copy) makes it load anew. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/feed.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/task/ticker.h"
#include "common/time/clock.h"
#include "services/profile/person_store.h"
#include "services/profile/role_store.h"
#include "services/profile/search_index.h"
#include "services/profile/skills.h"

namespace cortado::profile {

// The index of one organisation, behind its lock.
class LiveSearchIndex {
 public:
  // Calls `look(index)` while nothing changes and returns its result. Keep it short, on a worker, and never await in
  // it.
  template <class Look>
  auto Read(Look look) const {
    std::shared_lock lock(Enter());
    return look(static_cast<const SearchIndex&>(*index_));
  }
  // Calls `change(index)` while nobody looks.
  template <class Change>
  void Write(Change change) {
    std::lock_guard gate(gate_);
    std::unique_lock lock(mutex_);
    change(*index_);
  }
  // Puts another one in its place.
  void Replace(std::unique_ptr<SearchIndex> fresh) {
    std::lock_guard gate(gate_);
    std::unique_lock lock(mutex_);
    index_.swap(fresh);
  }

 private:
  // A writer that waits holds `gate_`, so that readers who come later do not overtake it for ever.
  std::shared_lock<std::shared_mutex> Enter() const {
    std::lock_guard gate(gate_);
    return std::shared_lock(mutex_);
  }

  mutable std::mutex gate_;
  mutable std::shared_mutex mutex_;
  std::unique_ptr<SearchIndex> index_ = std::make_unique<SearchIndex>();  // Guarded by mutex_.
};

class SearchIndexes {
 public:
  struct Options {
    absl::Duration idle = absl::Minutes(30);  // One that is unused for so long goes.
    int64_t most_people = 2'000'000;          // Of all organisations together.
  };
  struct Parts {
    store::Store& store;
    redis::Client& client;
    PersonStore& people;
    RoleStore& roles;
    Skills& skills;
    EventLoop& loop;
    Executors& executors;
    const Clock& clock;
  };
  using IndexPtr = std::shared_ptr<LiveSearchIndex>;

  // All parts outlive it.
  explicit SearchIndexes(const Parts& parts) : SearchIndexes(parts, Options()) {}
  SearchIndexes(const Parts& parts, Options options);
  ~SearchIndexes() { Stop(); }

  // Looks once a minute for what goes, from now on.
  void Start() { sweeper_.Start(); }
  // Returns once nothing runs any more; calls under way are still answered. Not to be called on the loop's thread.
  // Idempotent.
  void Stop();

  // Returns the index of the call's organisation with everything in it that was written before the call. UNAVAILABLE
  // (LOADING, with `people` and `of`) when that takes longer than two seconds; errors of the store.
  Task<absl::StatusOr<IndexPtr>> Get(rpc::Call call);

  // Drops what is unused for too long, or too much. For the timer, and for tests.
  void Sweep();
  // How many organisations have an index.
  size_t held_count() const;

 private:
  enum class State { kEmpty, kLoading, kReady };
  // Guarded by mutex_, but for what `index` points to.
  struct Held {
    IndexPtr index = std::make_shared<LiveSearchIndex>();
    State state = State::kEmpty;
    bool updating = false;
    std::string position;     // Everything up to here is in the index.
    absl::Status failure;     // Of the last load.
    int64_t people_read = 0;  // By the last load.
    int64_t people_expected = 0;
    absl::Time last_used;
  };
  using HeldPtr = std::shared_ptr<Held>;
  enum class Progress { kCurrent, kMore, kBusy };

  HeldPtr FindOrMake(const std::string& organization);
  // Begins to load unless that is done or under way; false when this server stops.
  bool BeginLoad(const HeldPtr& held, const std::string& organization);
  Detached RunLoad(HeldPtr held, std::string organization);
  Task<absl::Status> Load(HeldPtr held, rpc::Call call);
  Task<absl::Status> LoadCatalog(rpc::Call call, SearchIndex& fresh);
  Task<absl::Status> LoadPeople(HeldPtr held, rpc::Call call, SearchIndex& fresh);

  // Takes over what the feed has behind the index, or a part of it; kBusy when somebody else is at it.
  // OUT_OF_RANGE (RESYNC_REQUIRED).
  Task<absl::StatusOr<Progress>> CatchUp(HeldPtr held, rpc::Call call);
  Task<absl::Status> TakeOver(IndexPtr index, rpc::Call call, const std::vector<store::FeedEntry>& entries);
  absl::Status StillLoading(const Held& held) const;
  void Forget(Held& held);
  bool Stopping() const;

  const Parts parts_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, HeldPtr> held_;  // Guarded by mutex_.
  int loading_ = 0;                      // Guarded by mutex_.
  bool stopping_ = false;                // Guarded by mutex_.
  Ticker sweeper_;
};

}  // namespace cortado::profile
