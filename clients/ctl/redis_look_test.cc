// What `doctor --redis` finds in real servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/redis_facts.h"
#include "common/testing/redis_cluster.h"
#include "common/testing/redis_server.h"

namespace cortado::ctl {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::set<std::string> WrongIn(const std::vector<DataFact>& facts) {
  std::set<std::string> wrong;
  for (const DataFact& fact : facts) {
    if (!fact.good) wrong.insert(fact.detail);
  }
  return wrong;
}

TEST(RedisLookTest, OneServerAtASocketIsLookedAt) {
  cortado::testing::RedisServer server;
  const auto facts = LookAtRedis("unix://" + server.address().unix_socket, "", 1);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_THAT(WrongIn(*facts), Contains(HasSubstr("it has 0, and --redis_replicas=1 waits for 1")));
  server.Ask({"CONFIG", "SET", "appendfsync", "everysec"});
  EXPECT_THAT(WrongIn(*LookAtRedis("unix://" + server.address().unix_socket, "", 0)),
              Contains(HasSubstr("appendfsync is everysec")));
}

TEST(RedisLookTest, EveryServerOfAClusterIsLookedAtAlsoThoseNobodyNamed) {
  cortado::testing::RedisCluster cluster(3, 1);
  const redis::Endpoint seed = cluster.endpoint(0);
  const auto facts = LookAtRedis(absl::StrCat("redis-cluster://", seed.host, ":", seed.port), "", 1);
  ASSERT_TRUE(facts.ok()) << facts.status();
  std::set<std::string> servers, expected;
  for (const DataFact& fact : *facts) servers.insert(fact.name);
  for (int i = 0; i < cluster.size(); ++i) {
    expected.insert(absl::StrCat("redis ", cluster.endpoint(i).host, ":", cluster.endpoint(i).port));
  }
  EXPECT_EQ(servers, expected);
  EXPECT_THAT(WrongIn(*facts), Contains(HasSubstr("once one is away no write succeeds; give it 2")));
}

TEST(RedisLookTest, NobodyThereIsSaidAndNotWaitedFor) {
  const auto nobody = LookAtRedis("redis-cluster://127.0.0.1:1", "", 1);
  EXPECT_EQ(nobody.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(LookAtRedis("redis-cluster://", "", 1).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cortado::ctl
