#include "common/testing/redis_group.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/testing/redis_cluster.h"
#include "common/testing/redis_sentinels.h"

namespace cortado::testing {

std::string UrlOf(const redis::Address& address) {
  const std::string user = address.user.empty() ? "" : address.user + "@";
  if (!address.unix_socket.empty()) return absl::StrCat("unix://", user, address.unix_socket);
  if (address.deployment == redis::Deployment::kServer) {
    return absl::StrCat("redis://", user, address.host, ":", address.port);
  }
  const std::string seeds = absl::StrJoin(address.seeds, ",", [](std::string* out, const redis::Endpoint& seed) {
    absl::StrAppend(out, seed.host, ":", seed.port);
  });
  if (address.deployment == redis::Deployment::kCluster) return absl::StrCat("redis-cluster://", user, seeds);
  return absl::StrCat("redis-sentinel://", user, seeds, "/", address.master_name);
}

std::unique_ptr<RedisGroup> GroupFromEnvironment() {
  const char* text = std::getenv("CORTADO_TEST_REDIS");
  const std::string wanted = text == nullptr ? "" : text;
  // Slow to miss a node: nobody dies unasked, and the machine may be busy.
  constexpr absl::Duration kMissedAfter = absl::Seconds(5);
  if (wanted.empty()) return nullptr;
  if (wanted == "cluster") return std::make_unique<RedisCluster>(3, 0, kMissedAfter);
  if (wanted == "cluster-ha") return std::make_unique<RedisCluster>(3, 2, kMissedAfter);
  if (wanted == "sentinel") return std::make_unique<RedisSentinels>(2, kMissedAfter);
  std::fprintf(stderr, "CORTADO_TEST_REDIS is cluster, cluster-ha or sentinel\n");
  std::abort();
}

}  // namespace cortado::testing
