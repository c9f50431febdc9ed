// Redis for coroutines: two multiplexed, pipelined connections to each server with data, one for reads and one for
// writes.
//
//   redis::Client client(address, loop);
//   CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await client.Run(org, {"GET", key}, redis::Use::kRead, deadline));
//
// With `Address::replicas` set, a write counts only once so many replicas have it too. Writes that wait together are
// confirmed together: one WAIT to a batch, and none is sent while another is awaited (a WAIT to each call would make
// every call wait for those before it).
//
// Thread-safe; no thread ever blocks. Commands queued between two wake-ups of the loop leave in one write. A caller is
// resumed on the loop's thread. Every command names the organisation, and all its keys carry it as their hash tag
// (`{ORG}`): so they live in one slot, and of a cluster on one node. One address is one server, a master that sentinels
// watch over, or a cluster (router.h says how commands find their way there).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/redis/address.h"
#include "common/redis/reply.h"
#include "common/redis/rerouted.h"
#include "common/redis/script.h"
#include "common/redis/use.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

namespace cortado::redis {

class Connection;
class Router;

class Client {
 public:
  // Connects in the background and again whenever the connection is lost, with backoff from 10 ms to 1 s. `loop`
  // outlives the client.
  Client(Address address, EventLoop& loop);
  // Fails what is under way with CANCELLED and closes. Not to be called on the loop's thread.
  ~Client();

  // Runs one command. `deadline` bounds it (and 10 s at most). Errors: UNAVAILABLE when the connection is lost or no
  // answer came in time to a command that was sent - a write may then have happened, repeat the same request id - or
  // when too few replicas confirmed a write in time, which has happened on this node; DEADLINE_EXCEEDED when it expired
  // before it was sent, which changes nothing. An error reply of Redis (WRONGTYPE, OOM, NOSCRIPT) is not an error here:
  // look at the reply. With one server nothing is sent twice; with several, what certainly did not run, and a read.
  Task<absl::StatusOr<Reply>> Run(absl::string_view organization, std::vector<std::string> command, Use use,
                                  absl::Time deadline);

  // Runs a script by its hash, sending its text once when the server lost it (which executed nothing). All keys are
  // declared. An error raised by the script is INTERNAL; OOM and MISCONF are UNAVAILABLE. Otherwise as Run.
  Task<absl::StatusOr<Reply>> Eval(absl::string_view organization, const Script& script, std::vector<std::string> keys,
                                   std::vector<std::string> arguments, Use use, absl::Time deadline);

  // Whether both connections are up at this moment; with several servers, both to any of them that takes writes.
  bool Connected() const;

  // How often something was sent again, and why; with one server, never.
  Rerouted rerouted() const;

 private:
  // One server; null with several.
  std::shared_ptr<Connection> read_;
  std::shared_ptr<Connection> write_;
  // Several servers; null with one.
  std::shared_ptr<Router> router_;
};

}  // namespace cortado::redis
