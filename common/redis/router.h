// Redis of several servers - a cluster, or a master that sentinels watch over - behind one call: two connections to
// each master, commands sent to who has their slot, and sent again where they certainly did not run.
//
// What certainly did not run is sent again until the call's deadline, after the layout was looked at again: what was
// never sent, and what was answered by MOVED, ASK, TRYAGAIN, CLUSTERDOWN, LOADING, MASTERDOWN, READONLY or NOREPLICAS.
// A write whose answer was lost is not: nobody knows whether it ran. A read whose connection was lost is. The layout is
// also asked for twice a second, so that a master which is frozen, or cut off, is left for its successor.
//
// Where writes wait for replicas, every one that could be elected in the master's place has to confirm: whoever is
// elected then has everything that was acknowledged, and a master that was voted out without knowing it acknowledges
// nothing more, for its successor confirms no more (docs/adr/0014).
//
// Thread-safe; no thread ever blocks but in Close.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/address.h"
#include "common/redis/connection.h"
#include "common/redis/layout.h"
#include "common/redis/rerouted.h"
#include "common/redis/topology.h"
#include "common/redis/use.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

namespace cortado::redis {

class Router : public std::enable_shared_from_this<Router> {
 public:
  // Finds the servers in the background. `address` is of a cluster or of sentinels; `loop` outlives the router.
  static std::shared_ptr<Router> Open(Address address, EventLoop& loop);
  // Fails what is under way with CANCELLED and ends all connections. Not on the loop's thread.
  void Close();

  // Runs one command whose keys live in `slot`; `command` outlives the task, and is as it was after a reply. Errors as
  // Client::Run has them; UNAVAILABLE too when it did not run until `limit`.
  Task<absl::StatusOr<Reply>> Run(uint16_t slot, std::vector<std::string>& command, Use use, absl::Time limit);

  // Whether both connections to some master are up.
  bool Connected() const;
  Rerouted rerouted() const;

 private:
  struct Node {
    Endpoint endpoint;
    std::shared_ptr<Connection> read;
    std::shared_ptr<Connection> write;
    absl::Time needed_until = absl::InfinitePast();  // As one that others redirected to. Guarded by mutex_.
  };
  using Nodes = std::vector<std::shared_ptr<Node>>;
  // Counts calls and looks under way, for Close to wait for.
  class UnderWay;
  // What an attempt came to: the answer to give, or where to go next.
  struct Next {
    bool done = false;
    bool asking = false;
    bool pause = false;
    std::shared_ptr<Node> node = nullptr;  // Null: whoever has the slot by then.
  };

  Router(Address address, EventLoop& loop);

  std::shared_ptr<Node> NodeFor(uint16_t slot) const;
  std::shared_ptr<Node> NodeAt(const Endpoint& endpoint);
  std::shared_ptr<Node> OpenNode(const Endpoint& endpoint);  // Under mutex_.
  // `repeatable`: it may run twice.
  Next Judge(const absl::StatusOr<Reply>& reply, bool sent, bool repeatable, const Node& node);
  Next JudgeError(const std::string& error, const Node& node);
  absl::Status DidNotRun() const;
  // Looks at the layout as soon as it may be looked at again; `doubt`: by asking somebody else.
  void LookSoon(bool doubt);
  void LookAt(absl::Time when);  // Under mutex_.
  Detached Look();
  // Ends the look and plans the next.
  void EndLook(bool found);
  void Install(Layout layout);
  // How long one that is no master any more may take to answer what it was sent. Under mutex_.
  absl::Duration GraceOf(const std::shared_ptr<Node>& gone, const Layout& old_layout, const Nodes& old_masters) const;
  static bool Has(const Nodes& nodes, const std::shared_ptr<Node>& node);

  const Address address_;
  EventLoop& loop_;
  Topology topology_;

  mutable std::mutex mutex_;  // Guards what follows.
  std::condition_variable idle_;
  int under_way_ = 0;
  bool closed_ = false;
  Layout layout_;                                    // `owners` is empty until it is known.
  Nodes masters_;                                    // By place in layout_.masters; null: one we may not speak to.
  std::map<Endpoint, std::shared_ptr<Node>> nodes_;  // Those of masters_, and who others redirected to.
  std::vector<std::weak_ptr<Connection>> retired_;
  bool looking_ = false;
  bool look_again_ = false;
  bool doubt_ = false;
  absl::Time looked_ = absl::InfinitePast();
  absl::Time next_look_ = absl::InfiniteFuture();
  uint64_t look_timer_ = 0;

  std::atomic<bool> strangers_{false};  // Whether servers were named that we may not speak to.
  std::atomic<int64_t> moved_{0};
  std::atomic<int64_t> ask_{0};
  std::atomic<int64_t> try_again_{0};
  std::atomic<int64_t> other_{0};
};

}  // namespace cortado::redis
