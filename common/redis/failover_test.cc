// What a client of several servers keeps when a master goes: those who write repeat what they do not know of with the
// same id, as callers of Cortado do, and in the end everything that was acknowledged is there, once.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
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
#include "common/testing/redis_sentinels.h"
#include "gmock/gmock.h"

namespace cortado::redis {
namespace {

constexpr absl::Duration kUnavailableAtMost = absl::Seconds(5);
constexpr char kOrganization[] = "acme";

// Appends the id ARGV[1] to a list unless it was; a repetition writes, so that waiting for replicas covers the first.
const Script kAppendOnce(R"lua(#!lua
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return redis.call('INCR', KEYS[2]) end
redis.call('SADD', KEYS[1], ARGV[1])
return redis.call('RPUSH', KEYS[3], ARGV[1])
)lua");

std::string Key(absl::string_view rest) { return absl::StrCat("{", kOrganization, "}:", rest); }

// Four who write from the beginning to Stop.
class Writers {
 public:
  explicit Writers(Client& client) : client_(client) {
    for (int w = 0; w < 4; ++w) threads_.emplace_back([this, w] { Write(w); });
  }
  ~Writers() { Stop(); }

  // Waits until so many more were acknowledged; false when they are not within a minute.
  bool AwaitMore(size_t count) {
    const size_t enough = Count() + count;
    const absl::Time limit = absl::Now() + absl::Minutes(1);
    while (Count() < enough && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(1));
    return Count() >= enough;
  }
  void Stop() {
    stop_.store(true);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  std::vector<std::string> acknowledged() const { return acknowledged_; }
  absl::Duration longest_gap() const { return longest_gap_; }

 private:
  void Write(int writer) {
    for (int i = 0; !stop_.load(); ++i) {
      const std::string id = absl::StrCat(writer, "-", i);
      while (!stop_.load()) {
        const auto written = SyncWait(client_.Eval(kOrganization, kAppendOnce, {Key("ids"), Key("again"), Key("list")},
                                                   {id}, Use::kWrite, absl::Now() + absl::Seconds(5)));
        if (!written.ok()) {
          EXPECT_EQ(written.status().code(), absl::StatusCode::kUnavailable) << written.status();
          continue;
        }
        std::lock_guard lock(mutex_);
        acknowledged_.push_back(id);
        longest_gap_ = std::max(longest_gap_, absl::Now() - last_);
        last_ = absl::Now();
        break;
      }
    }
  }
  size_t Count() {
    std::lock_guard lock(mutex_);
    return acknowledged_.size();
  }

  Client& client_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<std::string> acknowledged_;
  absl::Duration longest_gap_;
  absl::Time last_ = absl::Now();
  std::vector<std::thread> threads_;
};

// Writes while `fail` takes the master away, until well after; then everything acknowledged is there, once.
void SurvivesWithoutLoss(Client& client, const std::function<void()>& fail, const std::function<bool()>& over,
                         absl::Duration unavailable_at_most = kUnavailableAtMost) {
  Writers writers(client);
  ASSERT_TRUE(writers.AwaitMore(200));
  fail();
  const absl::Time limit = absl::Now() + absl::Minutes(1);
  while (!over() && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(over());
  EXPECT_TRUE(writers.AwaitMore(200));
  writers.Stop();
  std::printf("the longest time without a write: %s\n", absl::FormatDuration(writers.longest_gap()).c_str());
  EXPECT_LE(writers.longest_gap(), unavailable_at_most);
  const auto list = SyncWait(
      client.Run(kOrganization, {"LRANGE", Key("list"), "0", "-1"}, Use::kRead, absl::Now() + absl::Seconds(5)));
  ASSERT_TRUE(list.ok()) << list.status();
  std::vector<std::string> there;
  for (const Reply& id : list->elements) there.push_back(id.text);
  std::sort(there.begin(), there.end());
  EXPECT_EQ(std::adjacent_find(there.begin(), there.end()), there.end()) << "written twice";
  std::vector<std::string> lost;
  for (const std::string& id : writers.acknowledged()) {
    if (!std::binary_search(there.begin(), there.end(), id)) lost.push_back(id);
  }
  EXPECT_THAT(lost, ::testing::IsEmpty());
}

// Three masters with two replicas each, which confirm each write while they are alive, and one of them always.
class ClusterFailoverTest : public ::testing::Test {
 protected:
  ClusterFailoverTest() : master_(cluster_.OwnerOf(SlotOf(kOrganization), 0)), witness_((master_ + 1) % 3) {}
  bool Moved() {
    const int now = cluster_.OwnerOf(SlotOf(kOrganization), witness_);
    return now >= 0 && now != master_;
  }

  testing::RedisCluster cluster_{3, 2, absl::Seconds(1), {"--min-replicas-to-write", "1"}};
  const int master_;
  const int witness_;  // One that stays.
  EventLoop loop_;
  Client client_{cluster_.address(), loop_};
};

TEST_F(ClusterFailoverTest, AKilledMasterLosesNothingThatWasAcknowledged) {
  SurvivesWithoutLoss(
      client_, [&] { cluster_.node(master_).Kill(); }, [&] { return Moved(); });
}

TEST_F(ClusterFailoverTest, AFrozenMasterIsLeftForItsSuccessorAlsoWhenItWakes) {
  SurvivesWithoutLoss(
      client_, [&] { cluster_.node(master_).Freeze(); },
      [&] {
        if (!Moved()) return false;
        cluster_.node(master_).Thaw();
        return true;
      });
}

// The replicas are by turns the one that falls behind and the one that is away when it is elected. A write that only
// the other one had would be gone.
TEST_F(ClusterFailoverTest, ALaggardThatIsElectedLosesNothingThatWasAcknowledged) {
  testing::RedisServer& laggard = cluster_.node(3 + 2 * master_);
  testing::RedisServer& other = cluster_.node(4 + 2 * master_);
  SurvivesWithoutLoss(
      client_,
      [&] {
        laggard.Freeze();
        cluster_.node(master_).Ask({"CLIENT", "KILL", "TYPE", "REPLICA"});  // The other one comes back at once.
        absl::SleepFor(absl::Milliseconds(500));  // How long it is behind; less than it takes to be missed.
        other.Freeze();
        cluster_.node(master_).Kill();
        laggard.Thaw();
      },
      [&] {
        if (!Moved()) return false;
        other.Thaw();
        return true;
      },
      absl::Seconds(20));
}

TEST_F(ClusterFailoverTest, AReplicaThatDiedIsWaitedForUntilItIsMissed) {
  const testing::RedisServer& master = cluster_.node(master_);
  testing::RedisServer& replica = cluster_.node(3 + 2 * master_);
  const auto write = [&] {
    return SyncWait(client_.Run(kOrganization, {"SET", Key("k"), "v"}, Use::kWrite, absl::Now() + absl::Seconds(5)));
  };
  ASSERT_TRUE(write().ok());
  const std::string id = replica.Ask({"CLUSTER", "MYID"});
  replica.Kill();
  EXPECT_TRUE(write().ok());
  const std::vector<std::string> nodes = absl::StrSplit(master.Ask({"CLUSTER", "NODES"}), '\n');
  EXPECT_THAT(nodes,
              ::testing::Contains(::testing::AllOf(::testing::StartsWith(id), ::testing::HasSubstr("slave,fail "))));
}

TEST_F(ClusterFailoverTest, AnOrderedFailoverLosesNothing) {
  const int heir = 3 + 2 * master_;
  SurvivesWithoutLoss(
      client_,
      [&] {
        cluster_.node(heir).Ask({"CLUSTER", "FAILOVER"});
      },
      [&] { return Moved(); });
}

// A master with two replicas, and three sentinels; the replicas confirm as in the cluster.
class SentinelTest : public ::testing::Test {
 protected:
  testing::RedisSentinels redis_;
  EventLoop loop_;
  Client client_{redis_.address(), loop_};
};

TEST_F(SentinelTest, AKilledMasterLosesNothingThatWasAcknowledged) {
  SurvivesWithoutLoss(
      client_, [&] { redis_.server(0).Kill(); }, [&] { return redis_.Master() > 0; });
}

// It wakes as soon as there is a successor, which the other replica need not follow yet.
TEST_F(SentinelTest, AFrozenMasterIsLeftForItsSuccessorAlsoWhenItWakes) {
  SurvivesWithoutLoss(
      client_, [&] { redis_.server(0).Freeze(); },
      [&] {
        if (redis_.Master() <= 0) return false;
        redis_.server(0).Thaw();
        return true;
      });
}

// Sentinels promote a replica while the old master still takes writes, which the other replica would confirm: so both
// have to.
TEST_F(SentinelTest, AnOrderedFailoverLosesNothing) {
  SurvivesWithoutLoss(
      client_, [&] { redis_.Failover(); }, [&] { return redis_.Master() > 0; }, absl::Seconds(20));
}

TEST_F(SentinelTest, AWaiterFollowsTheMaster) {
  Subscriber subscriber(redis_.address(), "wake", loop_);
  const auto wakes = [&] {
    const uint64_t before = subscriber.Seen("acme");
    const absl::Time limit = absl::Now() + absl::Seconds(20);
    while (subscriber.Seen("acme") == before && absl::Now() < limit) {
      (void)SyncWait(
          client_.Run(kOrganization, {"PUBLISH", "wake", "acme"}, Use::kWrite, absl::Now() + absl::Seconds(5)));
    }
    return subscriber.Seen("acme") != before;
  };
  EXPECT_TRUE(wakes());
  redis_.server(0).Freeze();  // Its connections stay.
  EXPECT_TRUE(wakes());
}

TEST_F(SentinelTest, ASentinelThatIsGoneIsLeftForAnother) {
  redis_.sentinel(0).Kill();
  redis_.sentinel(1).Freeze();
  Client client(redis_.address(), loop_);
  EXPECT_TRUE(
      SyncWait(client.Run(kOrganization, {"SET", Key("k"), "v"}, Use::kWrite, absl::Now() + absl::Seconds(5))).ok());
}

}  // namespace
}  // namespace cortado::redis
