#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/redis/client.h"
#include "common/redis/slots.h"
#include "common/redis/subscriber.h"
#include "common/task/sync_wait.h"
#include "common/testing/redis_cluster.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"

namespace cortado::redis {
namespace {

// Adds the id ARGV[1] once, however often it is given, and counts the ids.
const Script kAddOnce(R"lua(#!lua
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then
  redis.call('INCR', KEYS[2])
  return 0
end
redis.call('SADD', KEYS[1], ARGV[1])
return redis.call('RPUSH', KEYS[3], ARGV[1])
)lua");

absl::StatusOr<Reply> AddOnce(Client& client, const std::string& organization, const std::string& id) {
  const std::string tag = absl::StrCat("{", organization, "}:");
  return SyncWait(client.Eval(organization, kAddOnce, {tag + "ids", tag + "again", tag + "list"}, {id}, Use::kWrite,
                              absl::Now() + absl::Seconds(10)));
}

// An organisation whose slot `node` has.
std::string OrganizationOn(testing::RedisCluster& cluster, int node) {
  for (int i = 0;; ++i) {
    std::string organization = absl::StrCat("org", i);
    if (cluster.OwnerOf(SlotOf(organization), 0) == node) return organization;
  }
}

class RedisClusterTest : public ::testing::Test {
 protected:
  absl::StatusOr<Reply> Run(const std::string& organization, std::vector<std::string> command, Use use = Use::kWrite,
                            absl::Duration timeout = absl::Seconds(10)) {
    return SyncWait(client_.Run(organization, std::move(command), use, absl::Now() + timeout));
  }

  // Slow to miss a node: nobody dies here, and the machine may be busy.
  testing::RedisCluster cluster_{3, 0, absl::Seconds(5)};
  EventLoop loop_;
  Client client_{cluster_.address(), loop_};
};

TEST_F(RedisClusterTest, EachOrganizationIsFoundOnItsNodeAtOnce) {
  for (int i = 0; i < 60; ++i) {
    const std::string organization = absl::StrCat("org", i);
    const std::string key = absl::StrCat("{", organization, "}:k");
    ASSERT_TRUE(Run(organization, {"SET", key, "v"}).ok());
    ASSERT_EQ(Run(organization, {"GET", key}, Use::kRead)->text, "v");
    ASSERT_EQ(absl::StrCat(SlotOf(organization)), cluster_.node(0).Ask({"CLUSTER", "KEYSLOT", key}));
  }
  EXPECT_EQ(client_.rerouted().moved, 0);
  for (int i = 0; i < 3; ++i) EXPECT_NE(cluster_.node(i).Ask({"DBSIZE"}), "0");
  EXPECT_TRUE(client_.Connected());
}

TEST_F(RedisClusterTest, AScriptRunsOnEveryNodeAlsoAfterTheyForgotIt) {
  for (int node = 0; node < 3; ++node) {
    const std::string organization = OrganizationOn(cluster_, node);
    ASSERT_EQ(AddOnce(client_, organization, "a")->integer, 1);
    ASSERT_EQ(cluster_.node(node).Ask({"SCRIPT", "FLUSH"}), "OK");
    ASSERT_EQ(AddOnce(client_, organization, "b")->integer, 2);
  }
}

TEST_F(RedisClusterTest, AnErrorOfRedisIsAReply) {
  const std::string organization = OrganizationOn(cluster_, 1);
  const std::string key = absl::StrCat("{", organization, "}:k");
  ASSERT_TRUE(Run(organization, {"SET", key, "v"}).ok());
  EXPECT_TRUE(Run(organization, {"HGET", key, "f"})->IsError());
}

TEST_F(RedisClusterTest, FindsAClusterByAnyOneSeed) {
  Address address = cluster_.address();
  address.seeds = {{"127.0.0.1", 1}, cluster_.endpoint(2)};  // Nobody listens on the first.
  Client client(address, loop_);
  for (int node = 0; node < 3; ++node) {
    EXPECT_TRUE(AddOnce(client, OrganizationOn(cluster_, node), "a").ok());
  }
}

// Publishes by node `through` until `subscriber` counts one more; false when it does not within ten seconds.
bool Wakes(testing::RedisCluster& cluster, Subscriber& subscriber, int through) {
  const uint64_t before = subscriber.Seen("acme");
  const absl::Time limit = absl::Now() + absl::Seconds(10);
  while (subscriber.Seen("acme") == before && absl::Now() < limit) {
    cluster.node(through).Ask({"PUBLISH", "wake", "acme"});
    absl::SleepFor(absl::Milliseconds(2));
  }
  return subscriber.Seen("acme") != before;
}

TEST_F(RedisClusterTest, AWaiterWakesWhereverThePublisherIsAndAfterItsServerWent) {
  Subscriber subscriber(cluster_.address(), "wake", loop_);
  for (int node = 0; node < 3; ++node) EXPECT_TRUE(Wakes(cluster_, subscriber, node)) << node;
  int listened_on = 0;
  while (cluster_.node(listened_on).Ask({"PUBSUB", "NUMSUB", "wake"}) != "wake\n1") ASSERT_LT(++listened_on, 3);
  cluster_.node(listened_on).Kill();
  EXPECT_TRUE(Wakes(cluster_, subscriber, (listened_on + 1) % 3));
}

TEST_F(RedisClusterTest, WhatDidNotRunUntilTheDeadlineIsUnavailable) {
  const std::string organization = OrganizationOn(cluster_, 0);
  const uint16_t slot = SlotOf(organization);
  const std::string tag = absl::StrCat("{", organization, "}:");
  ASSERT_TRUE(Run(organization, {"SET", tag + "here", "v"}).ok());
  cluster_.BeginMove(slot, 0, 1);
  // One key is there and one is not: neither node takes both.
  const auto late = Run(organization, {"MGET", tag + "here", tag + "absent"}, Use::kRead, absl::Milliseconds(300));
  EXPECT_EQ(late.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(client_.rerouted().try_again, 0);
}

Detached CountEnd(Client& client, std::string organization, std::vector<std::string> command, std::atomic<int>& ended) {
  const absl::Time limit = absl::Now() + absl::Seconds(10);
  const auto reply = co_await client.Run(organization, std::move(command), Use::kWrite, limit);
  EXPECT_FALSE(reply.ok());
  ++ended;
}

TEST_F(RedisClusterTest, ClosingEndsWhatWasSentAndWhatIsToBeSentAgain) {
  const std::string frozen = OrganizationOn(cluster_, 2);
  const std::string moving = OrganizationOn(cluster_, 0);
  auto client = std::make_unique<Client>(cluster_.address(), loop_);
  ASSERT_TRUE(AddOnce(*client, moving, "a").ok());
  ASSERT_TRUE(AddOnce(*client, frozen, "a").ok());
  cluster_.BeginMove(SlotOf(moving), 0, 1);
  cluster_.node(2).Freeze();
  std::atomic<int> ended{0};
  for (int i = 0; i < 10; ++i) {
    CountEnd(*client, frozen, {"SET", absl::StrCat("{", frozen, "}:k"), "v"}, ended);
    CountEnd(*client, moving, {"MGET", absl::StrCat("{", moving, "}:list"), absl::StrCat("{", moving, "}:absent")},
             ended);
  }
  const absl::Time limit = absl::Now() + absl::Seconds(10);
  while (client->rerouted().try_again < 20 && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(1));
  ASSERT_GE(client->rerouted().try_again, 20);
  const absl::Time start = absl::Now();
  client.reset();
  EXPECT_LT(absl::Now() - start, absl::Seconds(1));
  while (ended.load() < 20 && absl::Now() < start + absl::Seconds(5)) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(ended.load(), 20);
  cluster_.node(2).Thaw();
}

// Writers who write on while their organisation's slot goes from node to node.
class ReshardTest : public RedisClusterTest {
 protected:
  // Runs `during` while four write; returns every id that was acknowledged.
  template <class During>
  std::vector<std::string> WriteWhile(const std::string& organization, During during) {
    std::atomic<bool> stop{false};
    std::mutex mutex;
    std::vector<std::string> acknowledged;
    std::vector<std::thread> writers;
    for (int w = 0; w < 4; ++w) {
      writers.emplace_back([&, w] {
        for (int i = 0; !stop.load(); ++i) {
          const std::string id = absl::StrCat(w, "-", i);
          const absl::Status written =
              w % 2 == 0 ? Push(organization, i, id) : AddOnce(client_, organization, id).status();
          EXPECT_TRUE(written.ok()) << written;
          std::lock_guard lock(mutex);
          acknowledged.push_back(id);
        }
      });
    }
    during();
    stop.store(true);
    for (auto& writer : writers) writer.join();
    return acknowledged;
  }

  // Plain pushes to many lists: some have moved already, some have not, some are new.
  absl::Status Push(const std::string& organization, int i, const std::string& id) {
    const absl::StatusOr<Reply> pushed = Run(organization, {"RPUSH", ListOf(organization, i), id});
    if (!pushed.ok()) return pushed.status();
    return pushed->IsError() ? absl::InternalError(pushed->text) : absl::OkStatus();
  }

  static std::string ListOf(const std::string& organization, int i) {
    return absl::StrCat("{", organization, "}:list:", i % 50);
  }

  // Appends what the list has.
  void Collect(const std::string& organization, const std::string& key, std::vector<std::string>& ids) {
    const absl::StatusOr<Reply> list = Run(organization, {"LRANGE", key, "0", "-1"}, Use::kRead);
    ASSERT_TRUE(list.ok()) << list.status();
    for (const Reply& id : list->elements) ids.push_back(id.text);
  }

  void AwaitMore(int64_t Rerouted::*count) { AwaitMoreThan(client_.rerouted().*count, count); }
  void AwaitMoreThan(int64_t before, int64_t Rerouted::*count) {
    const absl::Time limit = absl::Now() + absl::Seconds(10);
    while (client_.rerouted().*count == before) {
      ASSERT_LT(absl::Now(), limit);
      absl::SleepFor(absl::Milliseconds(1));
    }
  }
};

TEST_F(ReshardTest, ASlotMovesUnderLoadWithoutAnErrorALossOrADouble) {
  const std::string organization = OrganizationOn(cluster_, 0);
  const uint16_t slot = SlotOf(organization);
  const int64_t rounds = testing::Scaled(2);
  std::vector<std::string> written = WriteWhile(organization, [&] {
    for (int64_t round = 0; round < rounds; ++round) {
      const int from = static_cast<int>(round % 3);
      const int to = static_cast<int>((round + 1) % 3);
      cluster_.BeginMove(slot, from, to);
      ASSERT_NO_FATAL_FAILURE(AwaitMore(&Rerouted::ask));
      cluster_.MoveKeys(slot, from, to, 20);
      ASSERT_NO_FATAL_FAILURE(AwaitMore(&Rerouted::ask));
      while (cluster_.MoveKeys(slot, from, to, 10)) {
      }
      const int64_t moved = client_.rerouted().moved;
      cluster_.EndMove(slot, from, to);
      ASSERT_NO_FATAL_FAILURE(AwaitMoreThan(moved, &Rerouted::moved));
    }
  });
  EXPECT_GT(client_.rerouted().try_again, 0);
  std::vector<std::string> there;
  for (int i = 0; i < 50; ++i) Collect(organization, ListOf(organization, i), there);
  Collect(organization, absl::StrCat("{", organization, "}:list"), there);
  std::sort(written.begin(), written.end());
  std::sort(there.begin(), there.end());
  EXPECT_EQ(there, written);
}

}  // namespace
}  // namespace cortado::redis
