#include "common/testing/redis_sentinels.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/testing/free_port.h"

namespace cortado::testing {
namespace {

constexpr int kSentinels = 3;
constexpr char kName[] = "cortado";

void Await(const char* what, const std::function<bool()>& holds) {
  const absl::Time limit = absl::Now() + absl::Seconds(60);
  while (!holds()) {
    if (absl::Now() > limit) {
      std::fprintf(stderr, "%s\n", what);
      std::abort();
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
}

}  // namespace

RedisSentinels::RedisSentinels(int replicas, absl::Duration down_after) {
  for (int i = 0; i <= replicas; ++i) {
    ports_.push_back(FreePort());
    std::vector<std::string> options = {
        "--port", absl::StrCat(ports_.back()),  "--bind", "127.0.0.1", "--repl-diskless-sync-delay",
        "0",      "--repl-ping-replica-period", "1"};
    if (i > 0) options.insert(options.end(), {"--replicaof", absl::StrCat("127.0.0.1 ", ports_[0])});
    servers_.push_back(std::make_unique<RedisServer>(std::move(options)));
  }
  Await("the replicas do not follow", [&] {
    return absl::StrContains(server(0).Ask({"INFO", "replication"}), absl::StrCat("connected_slaves:", replicas));
  });
  for (int i = 1; i <= replicas; ++i) {
    Await("a replica does not follow", [&] {
      return absl::StrContains(server(i).Ask({"INFO", "replication"}), "master_link_status:up");
    });
  }
  for (int i = 0; i < kSentinels; ++i) {
    sentinel_ports_.push_back(FreePort());
    sentinels_.push_back(RedisServer::Sentinel(
        absl::StrCat("port ", sentinel_ports_.back(), "\nbind 127.0.0.1\nsentinel monitor ", kName, " 127.0.0.1 ",
                     ports_[0], " 2\nsentinel down-after-milliseconds ", kName, " ",
                     absl::ToInt64Milliseconds(down_after), "\nsentinel failover-timeout ", kName, " 5000\n")));
  }
  for (int i = 0; i < kSentinels; ++i) {
    Await("the sentinels do not find one another", [&] {
      const std::string known = sentinel(i).Ask({"INFO", "sentinel"});
      return absl::StrContains(known, absl::StrCat("slaves=", replicas, ",sentinels=", kSentinels));
    });
  }
}

redis::Address RedisSentinels::address() const {
  redis::Address address;
  address.deployment = redis::Deployment::kSentinel;
  address.master_name = kName;
  for (int port : sentinel_ports_) address.seeds.push_back({"127.0.0.1", port});
  if (size() > 2) address.replicas = 1;
  return address;
}

std::vector<RedisServer*> RedisSentinels::servers() {
  std::vector<RedisServer*> servers;
  for (const auto& server : servers_) servers.push_back(server.get());
  return servers;
}

std::string RedisSentinels::Ask(const std::vector<std::string>& command) {
  return server(std::max(Master(), 0)).Ask(command);
}

int RedisSentinels::Master() {
  const std::vector<std::string> answer =
      absl::StrSplit(sentinel(0).Ask({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", kName}), '\n');
  for (int i = 0; i < size(); ++i) {
    if (answer.back() == absl::StrCat(ports_[static_cast<size_t>(i)])) return i;
  }
  return -1;
}

bool RedisSentinels::Follows(int replica, int master) {
  const std::string info = server(replica).Ask({"INFO", "replication"});
  return absl::StrContains(info, absl::StrCat("master_port:", ports_[static_cast<size_t>(master)], "\r\n")) &&
         absl::StrContains(info, "master_link_status:up");
}

void RedisSentinels::Failover() {
  Await("the sentinels refuse to fail over", [&] { return sentinel(0).Ask({"SENTINEL", "FAILOVER", kName}) == "OK"; });
}

}  // namespace cortado::testing
