// A real master with replicas and three sentinels for one test, all on loopback, gone at the end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/redis/address.h"
#include "common/testing/redis_group.h"
#include "common/testing/redis_server.h"

namespace cortado::testing {

class RedisSentinels : public RedisGroup {
 public:
  // The master is missed after `down_after`. Aborts the test program when they do not come up.
  explicit RedisSentinels(int replicas = 2, absl::Duration down_after = absl::Seconds(1));

  // Names the sentinels as seeds. With two replicas or more, at least one has to confirm a write.
  redis::Address address() const override;
  std::vector<RedisServer*> servers() override;
  std::string Ask(const std::vector<std::string>& command) override;
  // Servers with data; the master of the beginning is 0.
  int size() const { return static_cast<int>(servers_.size()); }
  RedisServer& server(int i) { return *servers_[static_cast<size_t>(i)]; }
  RedisServer& sentinel(int i) { return *sentinels_[static_cast<size_t>(i)]; }
  // Which server the first sentinel calls the master; -1: none of ours.
  int Master();
  // Whether server `replica` replicates server `master`.
  bool Follows(int replica, int master);
  // Orders a failover; returns once the sentinels agreed to it.
  void Failover();

 private:
  std::vector<int> ports_;
  std::vector<int> sentinel_ports_;
  std::vector<std::unique_ptr<RedisServer>> servers_;
  std::vector<std::unique_ptr<RedisServer>> sentinels_;
};

}  // namespace cortado::testing
