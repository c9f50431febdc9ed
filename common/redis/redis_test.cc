#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/redis/client.h"
#include "common/redis/subscriber.h"
#include "common/task/sync_wait.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"

namespace cortado::redis {
namespace {

class RedisClientTest : public ::testing::Test {
 protected:
  absl::StatusOr<Reply> Run(std::vector<std::string> command, Use use = Use::kRead,
                            absl::Duration timeout = absl::Seconds(5)) {
    return SyncWait(client_.Run("acme", std::move(command), use, absl::Now() + timeout));
  }

  testing::RedisServer server_;
  EventLoop loop_;
  Client client_{server_.address(), loop_};
};

TEST_F(RedisClientTest, ValuesAreBinarySafe) {
  std::string value("a\0\r\n$1\xff", 7);
  ASSERT_TRUE(Run({"SET", "k", value}, Use::kWrite).ok());
  EXPECT_EQ(Run({"GET", "k"})->text, value);
}

TEST_F(RedisClientTest, AnAbsentKeyIsNilNotAnError) { EXPECT_TRUE(Run({"GET", "absent"})->IsNil()); }

TEST_F(RedisClientTest, AnErrorOfRedisIsAReply) {
  ASSERT_TRUE(Run({"SET", "k", "v"}, Use::kWrite).ok());
  EXPECT_TRUE(Run({"HGET", "k", "f"})->IsError());
}

Task<int> Increment(Client& client, int count) {
  int ok = 0;
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> command = {"INCR", "n"};  // Named: g++ 12 miscompiles a braced list beside co_await.
    auto reply = co_await client.Run("acme", std::move(command), Use::kWrite, absl::Now() + absl::Seconds(5));
    if (reply.ok()) ++ok;
  }
  co_return ok;
}

TEST_F(RedisClientTest, ManyCallersShareOneConnection) {
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) callers.emplace_back([this] { EXPECT_EQ(SyncWait(Increment(client_, 500)), 500); });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(Run({"GET", "n"})->text, "4000");
}

TEST_F(RedisClientTest, AFrozenServerAnswersUnavailableByTheDeadline) {
  ASSERT_TRUE(Run({"PING"}).ok());
  server_.Freeze();
  absl::Time start = absl::Now();
  EXPECT_EQ(Run({"GET", "k"}, Use::kRead, absl::Milliseconds(200)).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(300));
  server_.Thaw();
  EXPECT_TRUE(Run({"GET", "k"}).ok());
}

TEST_F(RedisClientTest, ALateReplyIsNotTakenForTheNextOne) {
  ASSERT_TRUE(Run({"SET", "a", "1"}, Use::kWrite).ok());
  ASSERT_TRUE(Run({"SET", "b", "2"}, Use::kWrite).ok());
  ASSERT_TRUE(Run({"PING"}).ok());
  server_.Freeze();
  EXPECT_FALSE(Run({"GET", "a"}, Use::kRead, absl::Milliseconds(50)).ok());
  server_.Thaw();
  EXPECT_EQ(Run({"GET", "b"})->text, "2");
}

TEST_F(RedisClientTest, WaitsForAServerThatComesBack) {
  ASSERT_TRUE(Run({"SET", "k", "v"}, Use::kWrite).ok());
  server_.Kill();
  server_.Start();
  // What was under way at the kill may fail; what is sent after it waits for the connection.
  absl::StatusOr<Reply> reply = Run({"GET", "k"});
  if (!reply.ok()) reply = Run({"GET", "k"});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->text, "v");
}

TEST_F(RedisClientTest, AnExpiredCallIsNotSent) {
  EXPECT_EQ(Run({"SET", "late", "v"}, Use::kWrite, absl::Seconds(-1)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(Run({"GET", "late"})->IsNil());
}

const Script kAdd("#!lua\nreturn redis.call('INCRBY', KEYS[1], ARGV[1])");
const Script kBroken("#!lua\nreturn redis.call('HGET', KEYS[1], 'f')");

TEST_F(RedisClientTest, AScriptRunsAlsoAfterTheServerForgotIt) {
  auto add = [&] {
    return SyncWait(client_.Eval("acme", kAdd, {"sum"}, {"7"}, Use::kWrite, absl::Now() + absl::Seconds(5)));
  };
  EXPECT_EQ(add()->integer, 7);
  ASSERT_TRUE(Run({"SCRIPT", "FLUSH"}, Use::kWrite).ok());
  EXPECT_EQ(add()->integer, 14);
}

TEST_F(RedisClientTest, AScriptThatFailsIsInternal) {
  ASSERT_TRUE(Run({"SET", "k", "v"}, Use::kWrite).ok());
  EXPECT_EQ(
      SyncWait(client_.Eval("acme", kBroken, {"k"}, {}, Use::kWrite, absl::Now() + absl::Seconds(5))).status().code(),
      absl::StatusCode::kInternal);
}

TEST_F(RedisClientTest, ALostConnectionIsUnavailable) {
  ASSERT_TRUE(Run({"PING"}).ok());
  std::thread killer([this] {
    while (server_.Ask({"CLIENT", "LIST"}).find("cmd=blpop") == std::string::npos) std::this_thread::yield();
    server_.Kill();
  });
  EXPECT_EQ(Run({"BLPOP", "never", "0"}).status().code(), absl::StatusCode::kUnavailable);
  killer.join();
}

TEST_F(RedisClientTest, AWaiterWakesForItsOrganization) {
  Subscriber subscriber(server_.address(), "wake", loop_);
  uint64_t before = subscriber.Seen("acme");
  while (subscriber.Seen("acme") == before) {
    ASSERT_TRUE(Run({"PUBLISH", "wake", "acme"}).ok());
  }
  absl::Time start = absl::Now();
  SyncWait(subscriber.Wait("acme", before, start + absl::Seconds(5)));  // Missed wake-ups count: returns at once.
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(100));
  SyncWait(subscriber.Wait("other", subscriber.Seen("other"), start + absl::Seconds(5)));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(200));  // Looked anyway.
}

// A node with one replica, and a client that counts a write once both have it.
class ReplicatedRedisTest : public ::testing::Test {
 protected:
  ReplicatedRedisTest() {
    EXPECT_EQ(replica_.Ask({"REPLICAOF", "127.0.0.1", std::to_string(node_.OpenPort())}), "OK");
    AwaitLink();
    Address address = node_.address();
    address.replicas = 1;
    address.replica_patience = absl::Milliseconds(1500);
    client_.emplace(address, loop_);
  }
  void AwaitLink() {
    while (replica_.Ask({"INFO", "replication"}).find("master_link_status:up") == std::string::npos) {
      absl::SleepFor(absl::Milliseconds(2));
    }
  }
  absl::StatusOr<Reply> Write(std::vector<std::string> command) {
    return SyncWait(client_->Run("acme", std::move(command), Use::kWrite, absl::Now() + absl::Seconds(5)));
  }

  testing::RedisServer node_{{"--repl-diskless-sync-delay", "0"}};  // Else replicas wait five seconds for others.
  testing::RedisServer replica_;
  EventLoop loop_;
  std::optional<Client> client_;
};

TEST_F(ReplicatedRedisTest, AWriteCountsOnceTheReplicaHasIt) {
  for (int i = 0; i < 100; ++i) {
    const std::string value = std::to_string(i);
    ASSERT_TRUE(Write({"SET", "k", value}).ok());
    ASSERT_EQ(replica_.Ask({"GET", "k"}), value);
  }
}

TEST_F(ReplicatedRedisTest, AWriteThatNoReplicaConfirmsIsUnavailableAndReadsGoOn) {
  replica_.Freeze();
  std::thread writer([this] { EXPECT_EQ(Write({"SET", "k", "v"}).status().code(), absl::StatusCode::kUnavailable); });
  while (node_.Ask({"GET", "k"}) != "v") absl::SleepFor(absl::Milliseconds(1));
  const absl::Time start = absl::Now();
  auto read = SyncWait(client_->Run("acme", {"GET", "k"}, Use::kRead, start + absl::Seconds(5)));
  EXPECT_EQ(read->text, "v");
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(50));
  writer.join();
  replica_.Thaw();
  EXPECT_TRUE(Write({"SET", "k", "w"}).ok());
}

TEST_F(ReplicatedRedisTest, ARefusalIsAnsweredAsItIs) {
  ASSERT_TRUE(Write({"SET", "k", "v"}).ok());
  replica_.Freeze();
  EXPECT_TRUE(Write({"HSET", "k", "f", "v"})->IsError());
  replica_.Thaw();
}

TEST_F(ReplicatedRedisTest, WritesThatWaitTogetherAreConfirmedTogether) {
  std::vector<std::thread> callers;
  for (int i = 0; i < 32; ++i) callers.emplace_back([this] { EXPECT_EQ(SyncWait(Increment(*client_, 50)), 50); });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(replica_.Ask({"GET", "n"}), "1600");
  const std::string stats = node_.Ask({"INFO", "commandstats"});
  const size_t at = stats.find("cmdstat_wait:calls=");
  ASSERT_NE(at, std::string::npos);
  EXPECT_LT(std::stoi(stats.substr(at + sizeof("cmdstat_wait:calls=") - 1)), 800);
}

TEST_F(ReplicatedRedisTest, AConnectionLostWhileReplicasAreAwaitedIsUnavailable) {
  replica_.Freeze();
  std::thread writer([this] { EXPECT_EQ(Write({"SET", "k", "v"}).status().code(), absl::StatusCode::kUnavailable); });
  while (node_.Ask({"GET", "k"}) != "v") absl::SleepFor(absl::Milliseconds(1));
  node_.Kill();
  writer.join();
  replica_.Thaw();
}

TEST(RedisAddressTest, ReadsSocketsAndHosts) {
  EXPECT_EQ(ParseAddress("unix:///run/r.sock")->unix_socket, "/run/r.sock");
  EXPECT_EQ(ParseAddress("redis://bob@127.0.0.1:7000")->user, "bob");
  EXPECT_EQ(ParseAddress("redis://127.0.0.1:7000")->port, 7000);
  EXPECT_EQ(ParseAddress("redis://[::1]:7000")->host, "::1");
  EXPECT_EQ(ParseAddress("redis://localhost")->port, 6379);
}

TEST(RedisAddressTest, ReadsSentinelsAndTheNameOfTheirMaster) {
  const auto address = ParseAddress("redis-sentinel://bob@10.0.0.1,h:7000/cortado");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->deployment, Deployment::kSentinel);
  EXPECT_EQ(address->user, "bob");
  EXPECT_EQ(address->master_name, "cortado");
  EXPECT_EQ(address->seeds, (std::vector<Endpoint>{{"10.0.0.1", 26379}, {"h", 7000}}));
}

TEST(RedisAddressTest, ReadsTheSeedsOfACluster) {
  const auto address = ParseAddress("redis-cluster://h1:7000,[fd00::2]:7001,h3");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->deployment, Deployment::kCluster);
  EXPECT_EQ(address->user, "");
  EXPECT_EQ(address->seeds, (std::vector<Endpoint>{{"h1", 7000}, {"fd00::2", 7001}, {"h3", 6379}}));
}

TEST(RedisAddressTest, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"http://host", "redis-cluster://"},
      {"redis", "redis-cluster://"},
      {"redis://u:secret@host", "no password"},
      {"redis://", "needs a host"},
      {"redis://host:0", "1 to 65535"},
      {"redis://host/cortado", "takes a name"},
      {"unix://relative", "begin with /"},
      {"redis-sentinel://h:1", "call the master"},
      {"redis-sentinel://h:1/", "call the master"},
      {"redis-sentinel:///cortado", "needs a host"},
      {"redis-cluster://h:1,", "needs a host"},
      {"redis-cluster://h:1,h:x", "1 to 65535"},
      {"redis-cluster://h:1/0", "1 to 65535"},
  };
  for (const auto& [url, why] : wrong) {
    const auto address = ParseAddress(url);
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(address.status().message()), ::testing::HasSubstr(why)) << url;
  }
}

}  // namespace
}  // namespace cortado::redis
