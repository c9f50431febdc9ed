// The three servers over a Redis of several servers, whose masters go while people book. CORTADO_TEST_SCALE multiplies
// the failovers (1 by default: 3 of a cluster, 1 behind sentinels).
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

// Puts a load of bookings on `servers`, takes the master away `failovers` times by `fail_over`, which is told how often
// it was before, and holds what everybody was told against what there is.
void BookThroughFailovers(RunningServers& servers, int64_t failovers, uint64_t seed,
                          const std::function<void(int64_t, const BookingLoad&)>& fail_over) {
  std::printf("seed %lu\n", seed);
  BookingLoad load(servers, 12, 8, seed);
  load.Start();
  for (int64_t i = 0; i < failovers; ++i) {
    ASSERT_TRUE(load.AwaitMore(40));
    Pulse pulse(load);
    ASSERT_NO_FATAL_FAILURE(fail_over(i, load));
    ASSERT_TRUE(load.AwaitMore(40));
    const absl::Duration longest = pulse.Longest();
    std::printf("failover %ld: %s without a write\n", i, absl::FormatDuration(longest).c_str());
    EXPECT_LE(longest, kUnavailableAtMost);
  }
  load.Finish();
  load.CheckHistory();
}

// By turns killed, frozen, and killed after its replicas were frozen for a while.
TEST(ClusterFailoverTest, NoAcknowledgedBookingIsLostOrDoubled) {
  auto owned = std::make_unique<RedisCluster>(
      3, 2, absl::Seconds(1), std::vector<std::string>{"--min-replicas-to-write", "1", "--aof-load-truncated", "no"});
  RedisCluster& cluster = *owned;
  RunningServers servers(std::move(owned));
  const uint16_t slot = redis::SlotOf(servers.organization());
  BookThroughFailovers(servers, Scaled(3), kSeed, [&](int64_t turn, const BookingLoad& load) {
    ASSERT_TRUE(Eventually([&] { return cluster.Whole(slot, cluster.OwnerOf(slot, 0)); }));
    const int master = cluster.OwnerOf(slot, 0);
    const int witness = (master + 1) % cluster.size();
    const auto replaced = [&] {
      const int now = cluster.OwnerOf(slot, witness);
      return now >= 0 && now != master;
    };
    if (turn % 3 == 1) {
      cluster.node(master).Freeze();
    } else {
      if (turn % 3 == 2) cluster.FreezeReplicasOf(master, absl::Milliseconds(800));
      cluster.node(master).Kill();
    }
    ASSERT_TRUE(Eventually(replaced));
    ASSERT_TRUE(load.AwaitMore(20));
    if (turn % 3 == 1) {
      cluster.node(master).Thaw();
    } else {
      cluster.node(master).Start();
    }
  });
}

TEST(SentinelFailoverTest, NoAcknowledgedBookingIsLostOrDoubled) {
  auto owned = std::make_unique<RedisSentinels>(2, absl::Seconds(1));
  RedisSentinels& redis = *owned;
  RunningServers servers(std::move(owned));
  BookThroughFailovers(servers, Scaled(1), kSeed + 1, [&](int64_t turn, const BookingLoad& load) {
    const int master = redis.Master();
    ASSERT_TRUE(Eventually([&] {
      return redis.Follows((master + 1) % redis.size(), master) && redis.Follows((master + 2) % redis.size(), master);
    }));
    const bool kills = turn % 2 == 0;
    if (kills) {
      redis.server(master).Kill();
    } else {
      redis.server(master).Freeze();
    }
    int heir = -1;
    ASSERT_TRUE(Eventually([&] {
      heir = redis.Master();
      return heir >= 0 && heir != master && redis.Follows(3 - heir - master, heir);
    }));
    ASSERT_TRUE(load.AwaitMore(20));
    if (kills) {
      redis.server(master).Start();
    } else {
      redis.server(master).Thaw();
    }
  });
}

}  // namespace
}  // namespace cortado::testing
