#include "common/task/ticker.h"

#include <utility>

#include "absl/time/clock.h"

namespace cortado {

Ticker::Ticker(EventLoop& loop, absl::Duration period, std::function<Task<void>()> work)
    : loop_(loop), period_(period), work_(std::move(work)) {}

void Ticker::Arm() {
  timer_ = loop_.At(absl::Now() + period_, [this] { Run(); });
}

void Ticker::Start() {
  std::lock_guard lock(mutex_);
  if (!stopping_) Arm();
}

Detached Ticker::Run() {
  {
    std::lock_guard lock(mutex_);
    timer_ = 0;
    running_ = !stopping_;
    if (stopping_) {
      ended_.notify_all();
      co_return;
    }
  }
  co_await work_();
  std::lock_guard lock(mutex_);
  running_ = false;
  if (!stopping_) Arm();
  ended_.notify_all();
}

void Ticker::Stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  // One that cannot be cancelled is about to run, and finds that it is not to.
  if (timer_ != 0 && loop_.Cancel(timer_)) timer_ = 0;
  ended_.wait(lock, [this] { return timer_ == 0 && !running_; });
}

}  // namespace cortado
