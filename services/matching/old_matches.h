// What the matching service does not keep for ever (docs/retention.md): requests that came to nothing and matches that
// ended, a few hundred at a time. Each function as privacy::Retention::Remove. Thread-safe.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "services/matching/match_store.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

class OldMatches {
 public:
  // Both outlive it.
  OldMatches(RequestStore& requests, MatchStore& matches) : requests_(requests), matches_(matches) {}

  // What keeps the two from asking again stays until it has had its time.
  Task<absl::StatusOr<int64_t>> RemoveRequests(rpc::Call call, absl::Time before);
  // With the requests they came of.
  Task<absl::StatusOr<int64_t>> RemoveMatches(rpc::Call call, absl::Time before);

 private:
  // One that is closed and was answered before; 1 if it was removed.
  Task<absl::StatusOr<int64_t>> RemoveRequest(rpc::Call call, std::string id, absl::Time before);

  RequestStore& requests_;
  MatchStore& matches_;
};

}  // namespace cortado::matching
