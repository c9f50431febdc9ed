// Clients that read again and again, at most 100 times a second each, and never repeat what failed: they say what a
// stop, or a restart, is to a caller.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace cortado::testing {

class ReadLoad {
 public:
  // One call; each client makes its own, over a channel of its own.
  using Read = std::function<absl::Status()>;

  // Starts `clients`, each of which calls what `make` made for it until Leave.
  ReadLoad(int clients, const std::function<Read()>& make);
  ~ReadLoad() { Leave(); }
  ReadLoad(const ReadLoad&) = delete;
  ReadLoad& operator=(const ReadLoad&) = delete;

  // Lets every client end its call under way and joins them. Not by two threads at once.
  void Leave();
  // Blocks until so many more calls were answered well; false when a minute was not enough.
  bool AwaitMore(int calls) const;

  int answered() const { return answered_.load(); }
  // How many calls failed, by code.
  std::map<absl::StatusCode, int> failed() const;

 private:
  std::atomic<bool> leave_{false};
  std::atomic<int> answered_{0};
  mutable std::mutex mutex_;
  std::map<absl::StatusCode, int> failed_;  // Guarded by mutex_.
  std::vector<std::thread> clients_;
};

}  // namespace cortado::testing
