// The servers of one run of the benchmarks, real ones and bare ones, over one Redis.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/auth/keys.h"
#include "common/testing/process.h"
#include "common/testing/redis_server.h"

namespace cortado::bench {

// Where the bare server finds its answers: the very bytes the real one sends.
inline constexpr char kBareKeys[] = "bench:";

class Site {
 public:
  // Starts Redis, which writes to the disk before it answers.
  Site();

  // A path in the directory of this run.
  std::string Path(const std::string& name) const;

  // Each starts a server and returns its address; empty when it does not come up within 20 s.
  std::string StartProfile();
  std::string StartMatching(const std::string& profile);
  std::string StartScheduling(const std::string& profile, const std::string& matching);
  // `mode` as bare_server.cc takes it.
  std::string StartBare(const std::string& name, const std::string& mode = "");

  // The process of the server started last.
  pid_t last_pid() const { return servers_.back().pid(); }

  absl::Status CreateOrganization(const std::string& profile);
  // Brings in so many generated people, all of whom may be suggested, through the profile server at `profile`.
  absl::Status ImportGenerated(const std::string& profile, int people) const;
  const std::string& organization() const { return organization_; }
  std::string Token(std::vector<std::string> roles, const std::string& subject = "bench") const;

  // One command to Redis, as testing::RedisServer::Ask.
  std::string Ask(const std::vector<std::string>& command) const { return redis_.Ask(command); }

 private:
  std::string Start(const std::string& name, std::vector<std::string> arguments);
  std::vector<std::string> RealArguments(const std::string& name) const;

  testing::RedisServer redis_;
  auth::SigningKey key_;
  std::string organization_;
  std::vector<testing::Process> servers_;
};

}  // namespace cortado::bench
