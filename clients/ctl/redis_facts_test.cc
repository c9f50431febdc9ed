// What is said of a Redis of one's own.
#include "clients/ctl/redis_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cortado::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RedisServer Good() {
  RedisServer server;
  server.name = "127.0.0.1:6379";
  server.info =
      "role:master\r\nconnected_slaves:2\r\n"
      "slave0:ip=127.0.0.1,port=6380,state=online,offset=1,lag=0\r\n"
      "slave1:ip=127.0.0.1,port=6381,state=online,offset=1,lag=0\r\n"
      "slave2:ip=127.0.0.1,port=6382,state=wait_bgsave,offset=0,lag=0\r\n"
      "aof_last_write_status:ok\r\n";
  server.settings = {{"appendonly", "yes"},
                     {"appendfsync", "always"},
                     {"maxmemory-policy", "noeviction"},
                     {"aof-load-truncated", "no"}};
  server.users = {"user default off nopass ~* &* +@all", "user profile on #abc ~cortado:{*}:profile:* -@all +get"};
  return server;
}

// What is found wrong.
std::vector<std::string> Wrong(const RedisServer& server, int replicas = 1) {
  std::vector<std::string> wrong;
  for (const DataFact& fact : JudgeRedisServer(server, replicas)) {
    EXPECT_EQ(fact.name, "redis 127.0.0.1:6379");
    EXPECT_EQ(fact.good, fact.fix.empty());
    if (!fact.good) wrong.push_back(fact.detail);
  }
  return wrong;
}

TEST(RedisFactsTest, OneThatKeepsWhatItIsGivenIsFine) { EXPECT_THAT(Wrong(Good()), IsEmpty()); }

TEST(RedisFactsTest, WhatLosesWritesIsNamed) {
  RedisServer server = Good();
  server.settings["appendfsync"] = "everysec";
  server.settings["maxmemory-policy"] = "allkeys-lru";
  EXPECT_THAT(Wrong(server),
              ElementsAre("writes: appendfsync is everysec, not always; maxmemory-policy is allkeys-lru, "
                          "not noeviction"));
  server = Good();
  server.settings.erase("appendonly");
  EXPECT_THAT(Wrong(server), ElementsAre(HasSubstr("appendonly is not told")));
  server = Good();
  server.info.replace(server.info.find("status:ok"), 9, "status:err");
  EXPECT_THAT(Wrong(server), ElementsAre(HasSubstr("its last write to the disk was err")));
}

TEST(RedisFactsTest, WhoNeedsNoPasswordIsNamed) {
  RedisServer server = Good();
  server.users[0] = "user default on nopass ~* &* +@all";
  EXPECT_THAT(Wrong(server), ElementsAre("login: user default needs no password"));
  server.users.clear();
  EXPECT_THAT(Wrong(server), ElementsAre(HasSubstr("default user")));
}

TEST(RedisFactsTest, ReplicasHaveToBeOneMoreThanAWriteWaitsFor) {
  EXPECT_THAT(ReplicasIn(Good().info), ElementsAre("127.0.0.1:6380", "127.0.0.1:6381"));
  EXPECT_THAT(Wrong(Good(), 0), IsEmpty());
  EXPECT_THAT(Wrong(Good(), 2), ElementsAre(HasSubstr("give it 3")));
  EXPECT_THAT(Wrong(Good(), 3), ElementsAre("replicas: it has 2, and --redis_replicas=3 waits for 3"));
  RedisServer replica = Good();
  replica.info.replace(replica.info.find("master"), 6, "slave");
  EXPECT_THAT(Wrong(replica, 3), IsEmpty());
}

TEST(RedisFactsTest, ANodeOfAClusterLetsNobodyStandForElectionWithoutTheData) {
  RedisServer node = Good();
  node.info += "cluster_enabled:1\r\n";
  node.settings["cluster-allow-replica-migration"] = "no";
  node.settings["cluster-replica-validity-factor"] = "10";
  EXPECT_THAT(Wrong(node), IsEmpty());
  node.settings["cluster-allow-replica-migration"] = "yes";
  EXPECT_THAT(Wrong(node), ElementsAre("elections: cluster-allow-replica-migration is yes, not no"));
  node.settings["cluster-allow-replica-migration"] = "no";
  node.settings["cluster-replica-validity-factor"] = "0";
  EXPECT_THAT(Wrong(node), ElementsAre("elections: cluster-replica-validity-factor is 0, not 1 or more"));
}

}  // namespace
}  // namespace cortado::ctl
