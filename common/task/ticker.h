// Runs work again and again, a period after the last time it ended, until it is stopped.
//
//   Ticker ticker(loop, absl::Minutes(1), [this]() -> Task<void> { Sweep(); co_return; });
//   ticker.Start();
//
// The work begins on the loop's thread. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include "absl/time/time.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

namespace cortado {

class Ticker {
 public:
  // `loop` outlives the ticker.
  Ticker(EventLoop& loop, absl::Duration period, std::function<Task<void>()> work);
  ~Ticker() { Stop(); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // The first time is a period from now. Once only.
  void Start();
  // Returns once the work, if it runs, has ended; it does not run again. Not to be called on the loop's thread.
  // Idempotent.
  void Stop();

 private:
  void Arm();  // With mutex_ held.
  Detached Run();

  EventLoop& loop_;
  const absl::Duration period_;
  const std::function<Task<void>()> work_;
  std::mutex mutex_;
  std::condition_variable ended_;
  uint64_t timer_ = 0;     // Guarded by mutex_; 0: none.
  bool running_ = false;   // Guarded by mutex_.
  bool stopping_ = false;  // Guarded by mutex_.
};

}  // namespace cortado
