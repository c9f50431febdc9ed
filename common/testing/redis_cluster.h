// A real Redis Cluster for one test: redis-server processes on loopback, gone at the end. Up in about two seconds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/redis/address.h"
#include "common/testing/redis_group.h"
#include "common/testing/redis_server.h"

namespace cortado::testing {

class RedisCluster : public RedisGroup {
 public:
  // `masters` that share the slots evenly, each with `replicas`. A node is missed after `node_timeout`. `options` are
  // added to the command line of each. Aborts the test program when the cluster does not come up.
  explicit RedisCluster(int masters, int replicas = 0, absl::Duration node_timeout = absl::Seconds(1),
                        std::vector<std::string> options = {});

  // Names all nodes as seeds. With two replicas or more to each master, at least one has to confirm a write.
  redis::Address address() const override;
  std::vector<RedisServer*> servers() override;
  std::string Ask(const std::vector<std::string>& command) override;
  int size() const { return static_cast<int>(nodes_.size()); }
  // The masters of the beginning come first.
  RedisServer& node(int i) { return *nodes_[static_cast<size_t>(i)].server; }
  redis::Endpoint endpoint(int i) const { return {"127.0.0.1", nodes_[static_cast<size_t>(i)].port}; }
  // Which node serves the slot now, as node `asked` knows it; -1 when none does.
  int OwnerOf(uint16_t slot, int asked);
  // Whether node `master` serves the slot, with all its replicas behind it, every slot is served, and whomever a client
  // asks names every node.
  bool Whole(uint16_t slot, int master);
  // Freezes those who replicate `master` for so long.
  void FreezeReplicasOf(int master, absl::Duration time);

  // A slot on the move, step by step as redis-cli --cluster reshard does it. Between Begin and End, keys that are not
  // on the old node any more, or were never, are asked for on the new one.
  void BeginMove(uint16_t slot, int from, int to);
  // Moves up to `count` keys; returns whether there were any.
  bool MoveKeys(uint16_t slot, int from, int to, int count);
  void EndMove(uint16_t slot, int from, int to);

 private:
  struct Node {
    std::unique_ptr<RedisServer> server;
    int port = 0;
    std::string id;
  };
  void Meet();
  bool NamesAll(int asked);
  void Await(const std::string& in_info);
  std::string Order(int i, const std::vector<std::string>& command);  // Aborts on an error.

  const int masters_;
  const int replicas_;
  std::vector<Node> nodes_;
};

}  // namespace cortado::testing
