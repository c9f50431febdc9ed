// Keeps a server's health in step with what it needs: asks four times a second whether it can serve.
#pragma once

#include <functional>
#include <utility>

#include "common/app/server.h"
#include "common/task/event_loop.h"

namespace cortado::app {

class HealthWatch {
 public:
  // `ready` is called on the loop's thread. All outlive the watch.
  HealthWatch(EventLoop& loop, Server& server, std::function<bool()> ready);
  // Ends the watch. Not to be called on the loop's thread.
  ~HealthWatch();
  HealthWatch(const HealthWatch&) = delete;
  HealthWatch& operator=(const HealthWatch&) = delete;

 private:
  void Look();

  EventLoop& loop_;
  Server& server_;
  const std::function<bool()> ready_;
  uint64_t timer_ = 0;  // Loop thread only.
};

}  // namespace cortado::app
