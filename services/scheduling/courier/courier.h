// Keeps the courier going: for every organisation there is, rounds of collecting events, of handing notifications to
// the Slack bot and of sending mail, each at its own pace, so that a mail server that stalls holds up nothing else.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

namespace cortado::scheduling {

class Courier {
 public:
  // Does what there is to do for the call's organisation; returns how much it was.
  using Round = std::function<Task<absl::StatusOr<int>>(rpc::Call call)>;
  // Lists the ids of all organisations.
  using ListOrganizations = std::function<Task<absl::StatusOr<std::vector<std::string>>>()>;

  // The loop outlives the courier.
  explicit Courier(EventLoop& loop) : loop_(loop) {}
  ~Courier() { Stop(); }

  // Before Start. `name` stands in the log and in the audit trail, as "courier.collect".
  // Without anything to do it comes again after `pause` at the latest.
  void Add(std::string name, Round round, absl::Duration pause = absl::Seconds(1)) {
    rounds_.push_back({std::move(name), std::move(round), pause});
  }
  // Begins, and goes on with organisations that are made later. Once only.
  void Start(ListOrganizations list);
  // Returns once nothing runs any more. Not to be called on the loop's thread. Idempotent.
  void Stop();

 private:
  struct Named {
    std::string name;
    Round round;
    absl::Duration longest_pause;
  };

  Detached Discover(ListOrganizations list);
  Detached Go(const Named& named, std::string organization);
  // Sleeps in short naps, so that Stop need not wait long.
  Task<void> Rest(absl::Duration duration);
  bool Stopping();
  void Begin();
  void Ended();

  EventLoop& loop_;
  std::vector<Named> rounds_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string> known_;  // Guarded by mutex_.
  int running_ = 0;              // Guarded by mutex_: coroutines of ours under way.
  bool stopping_ = false;        // Guarded by mutex_.
};

}  // namespace cortado::scheduling
