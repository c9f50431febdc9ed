// Reads a server's keys again while it runs, so that they can be changed without a restart.
#pragma once

#include "common/auth/key_ring.h"
#include "common/task/event_loop.h"

namespace cortado::app {

class KeyWatch {
 public:
  // Both outlive the watch.
  KeyWatch(EventLoop& loop, auth::KeyRing& keys);
  // Ends the watch. Not to be called on the loop's thread.
  ~KeyWatch();
  KeyWatch(const KeyWatch&) = delete;
  KeyWatch& operator=(const KeyWatch&) = delete;

 private:
  void Look();

  EventLoop& loop_;
  auth::KeyRing& keys_;
  uint64_t timer_ = 0;   // Loop thread only.
  bool failed_ = false;  // Loop thread only: what went wrong was said.
};

}  // namespace cortado::app
