// One thread with epoll, a queue of work and timers: where Redis connections live and where sleeping tasks wake.
//
// Thread contract: Post, Sleep and At may be called from anywhere; Watch, Rewatch and Unwatch on the loop's thread
// only. Work on the loop must be short (under 50 us; see common/task/executor.h for the rest): LongestStall tells.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace cortado {

class EventLoop {
 public:
  EventLoop();
  // Runs what is queued, drops timers that are not due, and joins the thread. Whoever sleeps must have been woken
  // before.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs `work` on the loop's thread, in the order posted.
  void Post(std::function<void()> work);

  // Runs `work` on the loop's thread at `when` (wall clock; a past instant means now). The id is for Cancel.
  uint64_t At(absl::Time when, std::function<void()> work);
  // Drops a timer; false when it has run or is running.
  bool Cancel(uint64_t timer);

  // Resumes the awaiting task on the loop's thread at `when`.
  auto SleepUntil(absl::Time when) {
    struct Awaiter {
      EventLoop& loop;
      absl::Time when;
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> waiter) {
        loop.At(when, [waiter] { waiter.resume(); });
      }
      void await_resume() const {}
    };
    return Awaiter{*this, when};
  }
  auto Sleep(absl::Duration duration) { return SleepUntil(absl::Now() + duration); }

  // Calls `on_event` with the epoll events of `fd`, level-triggered, until Unwatch.
  void Watch(int fd, uint32_t events, std::function<void(uint32_t)> on_event);
  void Rewatch(int fd, uint32_t events);
  void Unwatch(int fd);

  bool OnLoopThread() const { return std::this_thread::get_id() == thread_.get_id(); }
  // The longest time the loop spent between two looks at its sockets since the last call.
  absl::Duration LongestStall();

 private:
  struct Watcher {
    std::function<void(uint32_t)> on_event;
  };
  void Run();
  void RunQueue();
  // Runs timers that are due; returns milliseconds until the next one, -1 for none.
  int RunTimers();
  void Wake();

  int epoll_;
  int wake_;
  std::map<int, std::shared_ptr<Watcher>> watchers_;  // Loop thread only.
  std::mutex mutex_;
  std::vector<std::function<void()>> queue_;                                 // Guarded by mutex_.
  std::map<std::pair<absl::Time, uint64_t>, std::function<void()>> timers_;  // Guarded by mutex_.
  std::map<uint64_t, absl::Time> timer_times_;                               // Guarded by mutex_.
  uint64_t next_timer_ = 1;                                                  // Guarded by mutex_.
  bool stop_ = false;                                                        // Guarded by mutex_.
  std::atomic<int64_t> longest_stall_ns_{0};
  std::thread thread_;
};

}  // namespace cortado
