// Finds out who has what in a Redis of several servers, by asking one that knows: a node of the cluster, or a sentinel.
// It keeps asking the same one until that one does not answer, or is doubted; then the next.
//
// Loop thread only, but for Close and the constructor.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "common/redis/address.h"
#include "common/redis/connection.h"
#include "common/redis/layout.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

namespace cortado::redis {

class Topology {
 public:
  // `address` is of a cluster or of sentinels. `loop` outlives the topology.
  Topology(Address address, EventLoop& loop);

  // Asks for at most 600 ms each until one answers. UNAVAILABLE when none does, CANCELLED after Close. One at a time.
  Task<absl::StatusOr<Layout>> Ask();
  // Makes the next Ask turn to another: what we were told does not hold.
  void Doubt() { doubted_ = true; }
  // Ends the connection until the next Ask; while none is under way.
  void Rest();
  // Lets Ask end soon.
  void Cancel() { cancelled_.store(true); }
  // Ends the connection. Once no Ask is under way; not on the loop's thread.
  void Close();

 private:
  // What the one asked says; UNAVAILABLE when that is nothing.
  Task<absl::StatusOr<Layout>> AskWitness();
  // Goes on to the next who may know.
  void Turn();
  std::vector<std::string> Question() const;
  absl::StatusOr<Layout> Understand(const Reply& reply) const;
  // Remembers whom else we can ask.
  void Learn(const Layout& layout);

  const Address address_;
  EventLoop& loop_;
  std::atomic<bool> cancelled_{false};
  std::vector<Endpoint> candidates_;  // Never empty.
  size_t next_;
  bool doubted_ = false;
  std::shared_ptr<Connection> witness_;  // Who is asked, candidates_[next_] or who stood there; null: nobody yet.
  Endpoint asked_;                       // Where it is.
};

}  // namespace cortado::redis
