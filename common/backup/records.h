// Everything that one service holds of an organisation, key by key, in the form in which Redis gives a value (DUMP).
// A key is told without what is the same for all of them (`cortado:{ORG}:SERVICE:`). Thread-safe. Every function gives
// UNAVAILABLE when the store does not answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"

namespace cortado::backup {

// A record as it was at one moment.
struct Dump {
  std::string key;
  std::string value;                 // As RESTORE takes it.
  std::optional<absl::Time> expire;  // When it ends by itself; none: never.
};

class Records {
 public:
  // Both outlive it.
  Records(store::Store& store, redis::Client& client) : store_(store), client_(client) {}

  // Every key of the call's organisation, in order; those that come or go meanwhile may be there or not. UNAVAILABLE
  // also when the connection was another one at the end: then some may be missing.
  Task<absl::StatusOr<std::vector<std::string>>> ListKeys(rpc::Call call);

  // The records of up to kAtOnce keys; one that is gone is left out.
  static constexpr size_t kAtOnce = 100;
  Task<absl::StatusOr<std::vector<Dump>>> DumpAll(rpc::Call call, std::vector<std::string> keys);

  // Removes keys, at any number; one that is gone is no error.
  Task<absl::Status> Remove(rpc::Call call, std::vector<std::string> keys);

 private:
  // The connection that reads go over: which one it is, and for how many seconds.
  struct Line {
    std::string id;
    int64_t age = 0;
  };
  Task<absl::StatusOr<Line>> FindLine(rpc::Call call);

  store::Store& store_;
  redis::Client& client_;
};

}  // namespace cortado::backup
