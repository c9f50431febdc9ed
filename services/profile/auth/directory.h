// Which organisation something of the outside belongs to, where it may belong to one alone: a hash of the directory
// (cortado:{directory}:...) from ids to organisations. It is written after the organisation's own record, which counts
// alone: what the directory says of an organisation that has no such record is stale. Thread-safe. Every function gives
// UNAVAILABLE when the store does not answer; all may be repeated.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"

namespace cortado::profile {

class Directory {
 public:
  // `hash`: its name, as "issuers".
  Directory(store::Store& store, std::string hash) : store_(store), hash_(std::move(hash)) {}

  // The organisation named for an id; empty when none.
  Task<absl::StatusOr<std::string>> Find(std::string id, absl::Time deadline);
  // Writes the call's organisation, in place of `stale`. False: it is another's.
  Task<absl::StatusOr<bool>> Claim(rpc::Call call, std::string id, std::string stale);
  // Takes the call's organisation out; no error when it is not there.
  Task<absl::Status> Release(rpc::Call call, std::string id);

 private:
  std::string Key() const;

  store::Store& store_;
  const std::string hash_;
};

}  // namespace cortado::profile
