#include "common/redis/masters.h"

#include "common/redis/topology.h"
#include "common/status/status.h"
#include "common/task/sync_wait.h"
#include "common/task/task.h"

namespace cortado::redis {
namespace {

Task<absl::StatusOr<Layout>> AskOnLoop(Topology& topology, EventLoop& loop) {
  co_await loop.Sleep(absl::ZeroDuration());
  co_return co_await topology.Ask();
}

}  // namespace

absl::StatusOr<std::vector<Endpoint>> FindMasters(const Address& address, EventLoop& loop) {
  if (address.deployment == Deployment::kServer) {
    if (!address.unix_socket.empty()) return absl::InvalidArgumentError("a unix socket is no endpoint");
    return std::vector<Endpoint>{{address.host, address.port}};
  }
  Topology topology(address, loop);
  const absl::StatusOr<Layout> layout = SyncWait(AskOnLoop(topology, loop));
  topology.Close();
  RETURN_IF_ERROR(layout.status());
  return layout->masters;
}

}  // namespace cortado::redis
