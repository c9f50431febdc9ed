// Which servers of a deployment take writes, for whoever looks at each of them by itself.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/redis/address.h"
#include "common/task/event_loop.h"

namespace cortado::redis {

// Returns the masters of a cluster, or the one that sentinels watch over, as they are now; of one server nothing else
// than that. Blocks for at most 300 ms for each of the seeds; not on the loop's thread. UNAVAILABLE when nobody
// answers. A server at a unix socket has no endpoint: INVALID_ARGUMENT.
absl::StatusOr<std::vector<Endpoint>> FindMasters(const Address& address, EventLoop& loop);

}  // namespace cortado::redis
