// Writes beside the records, without a revision: what is on its way, what was looked at, how far a reader is. They wait
// while the organisation is frozen, as all writes do (freeze.h): who takes work to do outside the store could not note
// that it is done.
//
//   const store::SideScript kTake("jobs.take", R"lua(
//     return redis.call('ZPOPMIN', KEYS[1])
//   )lua");
//   CO_ASSIGN_OR_RETURN(redis::Reply taken, co_await store::WriteBeside(store, client, call, kTake, keys, arguments));
//
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"

namespace cortado::store {

// A body that finds KEYS and ARGV as they are given. Define at namespace scope.
class SideScript {
 public:
  SideScript(absl::string_view name, absl::string_view body);
  const redis::Script& script() const { return script_; }

 private:
  redis::Script script_;
};

// Runs a script, or one command on one key. UNAVAILABLE when the store does not answer, or (ORGANIZATION_FROZEN) the
// call's organisation is frozen. INTERNAL when Redis answers with an error.
Task<absl::StatusOr<redis::Reply>> WriteBeside(const Store& store, redis::Client& client, rpc::Call call,
                                               const SideScript& script, std::vector<std::string> keys,
                                               std::vector<std::string> arguments);
Task<absl::StatusOr<redis::Reply>> WriteBeside(const Store& store, redis::Client& client, rpc::Call call,
                                               std::vector<std::string> command);

}  // namespace cortado::store
