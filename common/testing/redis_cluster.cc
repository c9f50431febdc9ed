#include "common/testing/redis_cluster.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/testing/free_port.h"

namespace cortado::testing {
namespace {

constexpr int kSlots = 16384;
constexpr absl::Duration kUpWithin = absl::Seconds(60);

}  // namespace

RedisCluster::RedisCluster(int masters, int replicas, absl::Duration node_timeout, std::vector<std::string> options)
    : masters_(masters), replicas_(replicas) {
  for (int i = 0; i < masters * (1 + replicas); ++i) {
    Node node;
    node.port = FreePort();
    std::vector<std::string> all = {"--port",
                                    absl::StrCat(node.port),
                                    "--bind",
                                    "127.0.0.1",
                                    "--cluster-enabled",
                                    "yes",
                                    "--cluster-port",
                                    absl::StrCat(FreePort()),
                                    "--cluster-node-timeout",
                                    absl::StrCat(absl::ToInt64Milliseconds(node_timeout)),
                                    "--cluster-allow-replica-migration",
                                    "no",  // docs/redis.md, "What every server needs".
                                    "--repl-diskless-sync-delay",
                                    "0",
                                    "--repl-ping-replica-period",
                                    "1"};
    all.insert(all.end(), options.begin(), options.end());
    node.server = std::make_unique<RedisServer>(std::move(all));
    node.id = node.server->Ask({"CLUSTER", "MYID"});
    nodes_.push_back(std::move(node));
  }
  for (int i = 0; i < masters; ++i) {
    Order(i, {"CLUSTER", "ADDSLOTSRANGE", absl::StrCat(kSlots * i / masters),
              absl::StrCat(kSlots * (i + 1) / masters - 1)});
  }
  Meet();
  for (int i = masters; i < size(); ++i) {
    Order(i, {"CLUSTER", "REPLICATE", nodes_[static_cast<size_t>((i - masters) / replicas)].id});
  }
  Await("cluster_state:ok");
  for (int i = 0; i < size(); ++i) {
    const std::string linked =
        i < masters ? absl::StrCat("connected_slaves:", replicas) : std::string("master_link_status:up");
    const absl::Time limit = absl::Now() + kUpWithin;
    while (!absl::StrContains(node(i).Ask({"INFO", "replication"}), linked)) {
      if (absl::Now() > limit) std::abort();
      absl::SleepFor(absl::Milliseconds(5));
    }
  }
  for (int i = 0; i < size(); ++i) {
    const absl::Time limit = absl::Now() + kUpWithin;
    while (!NamesAll(i)) {
      if (absl::Now() > limit) std::abort();
      absl::SleepFor(absl::Milliseconds(5));
    }
  }
}

// Whether a client that asks node `asked` hears of every node: of a replica it does once that node knows it to have
// data.
bool RedisCluster::NamesAll(int asked) {
  const std::string answer = node(asked).Ask({"CLUSTER", "SLOTS"});
  return std::all_of(nodes_.begin(), nodes_.end(), [&](const Node& node) { return absl::StrContains(answer, node.id); });
}

void RedisCluster::Meet() {
  for (int i = 0; i < size(); ++i) Order(i, {"CLUSTER", "SET-CONFIG-EPOCH", absl::StrCat(i + 1)});
  for (int i = 1; i < size(); ++i) {
    const std::vector<std::string> bus = absl::StrSplit(node(i).Ask({"CONFIG", "GET", "cluster-port"}), '\n');
    Order(0, {"CLUSTER", "MEET", "127.0.0.1", absl::StrCat(endpoint(i).port), bus.back()});
  }
  Await(absl::StrCat("cluster_known_nodes:", size()));
}

// Waits until CLUSTER INFO of every node has this line.
void RedisCluster::Await(const std::string& in_info) {
  const absl::Time limit = absl::Now() + kUpWithin;
  for (int i = 0; i < size(); ++i) {
    while (!absl::StrContains(node(i).Ask({"CLUSTER", "INFO"}), in_info)) {
      if (absl::Now() > limit) {
        std::fprintf(stderr, "the cluster does not come up: no %s\n", in_info.c_str());
        std::abort();
      }
      absl::SleepFor(absl::Milliseconds(5));
    }
  }
}

std::string RedisCluster::Order(int i, const std::vector<std::string>& command) {
  std::string answer = node(i).Ask(command);
  if (answer.empty() || answer[0] != '-') return answer;
  std::fprintf(stderr, "node %d refuses %s: %s\n", i, command[1].c_str(), answer.c_str());
  std::abort();
}

redis::Address RedisCluster::address() const {
  redis::Address address;
  address.deployment = redis::Deployment::kCluster;
  for (int i = 0; i < size(); ++i) address.seeds.push_back(endpoint(i));
  if (replicas_ > 1) address.replicas = 1;
  return address;
}

std::vector<RedisServer*> RedisCluster::servers() {
  std::vector<RedisServer*> servers;
  for (const Node& node : nodes_) servers.push_back(node.server.get());
  return servers;
}

std::string RedisCluster::Ask(const std::vector<std::string>& command) {
  static const auto* of_all = new std::set<std::string>{"KEYS", "FLUSHALL", "CONFIG", "SCRIPT", "INFO", "CLIENT"};
  if (of_all->count(command[0]) == 0) {
    std::string answer = node(0).Ask(command);
    for (int i = 0; absl::StartsWith(answer, "-MOVED") && i < size(); ++i) {
      if (absl::EndsWith(answer, absl::StrCat(":", endpoint(i).port))) answer = node(i).Ask(command);
    }
    return answer;
  }
  std::vector<std::string> answers;
  for (int i = 0; i < masters_; ++i) {
    const std::string answer = node(i).Ask(command);
    const bool new_one = std::find(answers.begin(), answers.end(), answer) == answers.end();
    if (!answer.empty() && new_one) answers.push_back(answer);
  }
  return absl::StrJoin(answers, "\n");
}

int RedisCluster::OwnerOf(uint16_t slot, int asked) {
  for (const auto& line : absl::StrSplit(node(asked).Ask({"CLUSTER", "NODES"}), '\n', absl::SkipEmpty())) {
    const std::vector<std::string> fields = absl::StrSplit(line, ' ');
    for (size_t i = 8; i < fields.size(); ++i) {
      const std::vector<std::string> range = absl::StrSplit(fields[i], '-');
      if (fields[i][0] == '[' || slot < std::atoi(range[0].c_str()) || slot > std::atoi(range.back().c_str())) continue;
      for (int n = 0; n < size(); ++n) {
        if (nodes_[static_cast<size_t>(n)].id == fields[0]) return n;
      }
    }
  }
  return -1;
}

bool RedisCluster::Whole(uint16_t slot, int master) {
  for (int i = 0; i < size(); ++i) {
    if (OwnerOf(slot, i) != master || !absl::StrContains(node(i).Ask({"CLUSTER", "INFO"}), "cluster_state:ok") ||
        !NamesAll(i)) {
      return false;
    }
  }
  const std::string info = node(master).Ask({"INFO", "replication"});
  size_t online = 0;
  for (size_t at = 0; (at = info.find("state=online", at)) != std::string::npos; ++at) ++online;
  return online == static_cast<size_t>(replicas_);
}

void RedisCluster::FreezeReplicasOf(int master, absl::Duration time) {
  const std::string port = absl::StrCat("master_port:", endpoint(master).port, "\r\n");
  std::vector<RedisServer*> frozen;
  for (int i = 0; i < size(); ++i) {
    if (absl::StrContains(node(i).Ask({"INFO", "replication"}), port)) frozen.push_back(&node(i));
  }
  for (RedisServer* server : frozen) server->Freeze();
  absl::SleepFor(time);
  for (RedisServer* server : frozen) server->Thaw();
}

void RedisCluster::BeginMove(uint16_t slot, int from, int to) {
  Order(to, {"CLUSTER", "SETSLOT", absl::StrCat(slot), "IMPORTING", nodes_[static_cast<size_t>(from)].id});
  Order(from, {"CLUSTER", "SETSLOT", absl::StrCat(slot), "MIGRATING", nodes_[static_cast<size_t>(to)].id});
}

bool RedisCluster::MoveKeys(uint16_t slot, int from, int to, int count) {
  const std::string keys = node(from).Ask({"CLUSTER", "GETKEYSINSLOT", absl::StrCat(slot), absl::StrCat(count)});
  if (keys.empty()) return false;
  std::vector<std::string> move = {"MIGRATE", "127.0.0.1", absl::StrCat(endpoint(to).port), "", "0", "10000", "KEYS"};
  for (const auto& key : absl::StrSplit(keys, '\n')) move.emplace_back(key);
  Order(from, move);
  return true;
}

void RedisCluster::EndMove(uint16_t slot, int from, int to) {
  for (int i : {to, from}) {
    Order(i, {"CLUSTER", "SETSLOT", absl::StrCat(slot), "NODE", nodes_[static_cast<size_t>(to)].id});
  }
}

}  // namespace cortado::testing
