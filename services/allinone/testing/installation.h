// An installation in a process of its own, so that a test can kill the process; and what such a death may leave behind.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/redis/address.h"

namespace cortado::testing {

// A process that claims a data directory and runs a redis-server on it. Dies with the test.
class Installation {
 public:
  explicit Installation(const std::string& data);
  ~Installation();
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  // Waits until it has started: "ready", or why not.
  std::string Outcome();
  // SIGKILL to this process alone, and waits for its end.
  void Kill();

 private:
  pid_t pid_;
  int outcome_;  // Read end of a pipe.
};

// A redis-server that outlived its installation, as one does whose parent's death the kernel did not tell it: it holds
// the lock of the directory and listens where the installation, killed before, had recorded.
class LeftBehindServer {
 public:
  // Starts it and waits until it answers.
  explicit LeftBehindServer(const std::string& data);
  ~LeftBehindServer();
  LeftBehindServer(const LeftBehindServer&) = delete;
  LeftBehindServer& operator=(const LeftBehindServer&) = delete;

  void Freeze();
  // Whether it has ended.
  bool Ended();

 private:
  pid_t pid_;
};

// Where the redis-server of a data directory listens, as the user of a service, and as the one who looks after it.
redis::Address AddressOf(const std::string& data, const std::string& service);
redis::Address KeeperAddress(const std::string& data);

}  // namespace cortado::testing
