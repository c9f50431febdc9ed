// A profile server as a child process, within limits, and a flood of calls to it by h2load.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/testing/process.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"

namespace cortado::testing {

class FloodedServer {
 public:
  // Starts Redis and the server with `flags`; aborts the test program when it does not come up.
  explicit FloodedServer(std::vector<std::string> flags);

  // A new organisation with one person, people/ada; its id.
  std::string CreateOrganization(const std::string& name);
  Caller Ada(const std::string& organization) const { return TokenOf(key_, organization, "ada"); }

  // Begins to offer `per_second` calls of GetPerson a second for so long, evenly, over 16 connections and at most 64
  // streams.
  void BeginFlood(const std::string& organization, int per_second, absl::Duration duration);
  // Waits for its end and returns how long each answer took, refusals and all; empty when h2load is not installed or
  // failed.
  std::vector<absl::Duration> AwaitFlood();

  // The sum of all figures of the server whose line begins with `prefix`.
  int64_t Figure(const std::string& prefix) const;
  // Kilobytes of memory that the server has in use.
  int64_t ResidentKilobytes() const;

  const std::string& address() const { return address_; }

 private:
  std::string Path(const std::string& name) const { return redis_.directory() + "/" + name; }
  std::string FloodPath(const std::string& name, int connection) const {
    return Path("flood-" + std::to_string(connection) + "." + name);
  }

  RedisServer redis_;
  auth::SigningKey key_;
  std::optional<Process> server_;
  std::vector<Process> flood_;
  std::string address_;
  int metrics_port_ = 0;
};

}  // namespace cortado::testing
