#include "common/testing/redis_group.h"

#include <cstdio>
#include <cstdlib>

#include "common/testing/redis_cluster.h"
#include "common/testing/redis_sentinels.h"

namespace cortado::testing {

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
