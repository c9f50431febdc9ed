// The three servers over a Redis of several servers, whose masters go while people book. CORTADO_TEST_SCALE multiplies
// the failovers (1 by default: 3 of a cluster, 1 behind sentinels).
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <thread>

#include "absl/time/clock.h"
#include "common/redis/slots.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_cluster.h"
#include "common/testing/redis_sentinels.h"
#include "common/testing/scale.h"
#include "tests/faults/booking_load.h"
#include "tests/faults/running_servers.h"

namespace cortado::testing {
namespace {

constexpr uint64_t kSeed = 20260701;
constexpr absl::Duration kUnavailableAtMost = absl::Seconds(5);
constexpr absl::Duration kSettledWithin = absl::Minutes(2);

// Watches how long nothing is acknowledged.
class Pulse {
 public:
  explicit Pulse(const BookingLoad& load) : thread_([this, &load] { Watch(load); }) {}
  ~Pulse() {
    stop_.store(true);
    thread_.join();
  }
  // The longest time without an acknowledgement since the last call.
  absl::Duration Longest() { return absl::Nanoseconds(longest_ns_.exchange(0)); }

 private:
  void Watch(const BookingLoad& load) {
    int seen = load.acknowledged();
    absl::Time since = absl::Now();
    while (!stop_.load()) {
      const int now = load.acknowledged();
      const int64_t quiet = absl::ToInt64Nanoseconds(absl::Now() - since);
      if (quiet > longest_ns_.load()) longest_ns_.store(quiet);
      if (now != seen) since = absl::Now();
      seen = now;
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<int64_t> longest_ns_{0};
  std::thread thread_;
};

bool Eventually(const std::function<bool()>& holds) {
  const absl::Time limit = absl::Now() + kSettledWithin;
  while (!holds()) {
    if (absl::Now() > limit) return false;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return true;
}

// How a master is taken away.
constexpr const char* kKinds[] = {"kill", "pause", "lag-kill"};

// One way of losing the master of a Redis of several servers.
struct Failover {
  // Takes it away in the way of kKinds[kind]; returns once there is a successor.
  std::function<void(size_t kind)> begin;
  // Brings it back.
  std::function<void(size_t kind)> end;
};

// Puts a load of bookings on `servers`, takes the master away `count` times, by the first `kinds` of kKinds by turns,
// and holds what everybody was told against what there is.
void BookThroughFailovers(RunningServers& servers, int64_t count, size_t kinds, uint64_t seed,
                          const Failover& failover) {
  std::printf("seed %lu\n", seed);
  BookingLoad load(servers, 12, 8, seed);
  load.Start();
  absl::Duration worst;
  int lost_of_all = 0;
  for (int64_t i = 0; i < count; ++i) {
    ASSERT_TRUE(load.AwaitMore(40));
    Pulse pulse(load);
    const size_t kind = static_cast<size_t>(i) % kinds;
    ASSERT_NO_FATAL_FAILURE(failover.begin(kind));
    ASSERT_TRUE(load.AwaitMore(20));
    const absl::Duration until_succeeded = pulse.Longest();
    failover.end(kind);
    ASSERT_TRUE(load.AwaitMore(40));
    const int lost = load.CountLost();
    const absl::Duration at_return = pulse.Longest();
    std::printf("failover %ld: %s, %.2f s without a write, %.2f s at its return, %d lost\n", i + 1, kKinds[kind],
                absl::ToDoubleSeconds(until_succeeded), absl::ToDoubleSeconds(at_return), lost);
    std::fflush(stdout);
    worst = std::max({worst, until_succeeded, at_return});
    lost_of_all = std::max(lost_of_all, lost);
  }
  load.Finish();
  std::printf("%ld failovers, at most %.2f s without a write, %d acknowledged bookings lost\n", count,
              absl::ToDoubleSeconds(worst), lost_of_all);
  EXPECT_LE(worst, kUnavailableAtMost);
  EXPECT_EQ(lost_of_all, 0);
  load.CheckHistory();
}

// The servers were asked who has to confirm since everybody came back: docs/redis.md says how far failures have to be
// apart for nothing to be lost.
void StandApart() { absl::SleepFor(absl::Seconds(1)); }

// By turns killed, frozen, and killed after its replicas were frozen for a while.
TEST(ClusterFailoverTest, NoAcknowledgedBookingIsLostOrDoubled) {
  auto owned = std::make_unique<RedisCluster>(
      3, 2, absl::Seconds(1), std::vector<std::string>{"--min-replicas-to-write", "1", "--aof-load-truncated", "no"});
  RedisCluster& cluster = *owned;
  RunningServers servers(std::move(owned));
  const uint16_t slot = redis::SlotOf(servers.organization());
  int master = -1;
  const auto begin = [&](size_t kind) {
    ASSERT_TRUE(Eventually([&] { return cluster.Whole(slot, cluster.OwnerOf(slot, 0)); }));
    StandApart();
    master = cluster.OwnerOf(slot, 0);
    const int witness = (master + 1) % cluster.size();
    const auto replaced = [&] {
      const int now = cluster.OwnerOf(slot, witness);
      return now >= 0 && now != master;
    };
    if (kind == 1) {
      cluster.node(master).Freeze();
    } else {
      if (kind == 2) cluster.FreezeReplicasOf(master, absl::Milliseconds(800));
      cluster.node(master).Kill();
    }
    ASSERT_TRUE(Eventually(replaced));
  };
  const auto end = [&](size_t kind) {
    if (kind == 1) {
      cluster.node(master).Thaw();
    } else {
      cluster.node(master).Start();
    }
  };
  BookThroughFailovers(servers, Scaled(3), 3, kSeed, {begin, end});
}

TEST(SentinelFailoverTest, NoAcknowledgedBookingIsLostOrDoubled) {
  auto owned = std::make_unique<RedisSentinels>(2, absl::Seconds(1));
  RedisSentinels& redis = *owned;
  RunningServers servers(std::move(owned));
  int master = -1;
  const auto begin = [&](size_t kind) {
    master = redis.Master();
    ASSERT_TRUE(Eventually([&] {
      return redis.Follows((master + 1) % redis.size(), master) && redis.Follows((master + 2) % redis.size(), master);
    }));
    StandApart();
    if (kind == 0) {
      redis.server(master).Kill();
    } else {
      redis.server(master).Freeze();
    }
    int heir = -1;
    ASSERT_TRUE(Eventually([&] {
      heir = redis.Master();
      return heir >= 0 && heir != master && redis.Follows(3 - heir - master, heir);
    }));
  };
  const auto end = [&](size_t kind) {
    if (kind == 0) {
      redis.server(master).Start();
    } else {
      redis.server(master).Thaw();
    }
  };
  BookThroughFailovers(servers, Scaled(1), 2, kSeed + 1, {begin, end});
}

}  // namespace
}  // namespace cortado::testing
