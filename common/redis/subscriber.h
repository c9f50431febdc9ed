// Wake-ups: scripts publish the organisation they changed on one channel per service; whoever waits for that
// organisation goes on. A wake-up may be lost (Redis forgets those who are away), so a waiter also wakes every 250 ms
// and looks at the truth itself.
//
// What is published on one server reaches those who listen on any other of the same cluster, and on the replicas of the
// same master. So it listens on one that is part of the deployment, and goes to another when that one leaves it.
//
// Thread-safe; one connection per process and channel.
#pragma once

#include <coroutine>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/redis/address.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

struct redisAsyncContext;

namespace cortado::redis {

class Subscriber {
 public:
  // Subscribes to `channel` in the background, again whenever the connection is lost. `loop` outlives the subscriber.
  Subscriber(Address address, std::string channel, EventLoop& loop);
  // Wakes everybody. Not to be called on the loop's thread.
  ~Subscriber();

  // Returns at the next wake-up for `organization`, after 250 ms, or at `deadline`, whichever is first. A wake-up that
  // came between the caller's last look and this call is not lost when `seen` is what Seen returned before that look.
  Task<void> Wait(std::string organization, uint64_t seen, absl::Time deadline);
  // Counts wake-ups for `organization`.
  uint64_t Seen(absl::string_view organization);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace cortado::redis
