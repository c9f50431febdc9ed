// Records of an organisation under ids of the outside, each of which may belong to one organisation alone: a hash of
// the organisation from ids to records, and the same hash of the directory from ids to organisations. The
// organisation's own record is written first and counts alone: what the directory says of an organisation that has no
// such record is stale. Thread-safe. Every function gives UNAVAILABLE when the store does not answer; then repeat with
// the same request id.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "services/profile/auth/directory.h"

namespace cortado::profile {

class ClaimedRecords {
 public:
  // What is kept: the name of the hash, how many there may be, and what writes. `put` takes the hash as its key, and
  // the id, the bytes and `most` as arguments; it refuses with FULL, and with THERE where a record must not be
  // replaced. `remove` takes the hash and the id, and refuses when there is none.
  struct Kind {
    const char* hash;
    int most;
    const store::WriteScript& put;
    const store::WriteScript& remove;
  };
  // kGone: a repeat, and it was removed since. kThere: the organisation had it already. kTaken: another one has it.
  enum class Verdict { kKept, kThere, kTaken, kFull, kGone };

  ClaimedRecords(store::Store& store, Kind kind) : store_(store), kind_(kind), directory_(store, kind.hash) {}

  Task<absl::StatusOr<Verdict>> Put(rpc::Call call, std::string id, std::string bytes, std::string request_id,
                                    std::string fingerprint);
  Task<absl::StatusOr<std::optional<store::Record>>> Find(rpc::Call call, std::string id);
  // In no order.
  Task<absl::StatusOr<std::vector<std::pair<std::string, store::Record>>>> List(rpc::Call call);
  // NOT_FOUND: there is none.
  Task<absl::Status> Remove(rpc::Call call, std::string id, std::string request_id, std::string fingerprint);

  // Whether the ids of another name of the organisation (one that is brought back) may be this one's. ALREADY_EXISTS
  // (ALREADY_TAKEN, with `kind` and `organization`): another organisation has one of them.
  Task<absl::Status> CheckAll(rpc::Call call, rpc::Call staged);
  // Claims every id of the organisation again. Errors as CheckAll; the others are claimed all the same.
  Task<absl::Status> ClaimAll(rpc::Call call);

  // The organisation that the directory names for an id; empty when none.
  Task<absl::StatusOr<std::string>> OrganizationOf(std::string id, absl::Time deadline);

 private:
  // The organisation other than the call's that has an id; empty when none.
  Task<absl::StatusOr<std::string>> OtherHolder(rpc::Call call, std::string id, const std::string& named);
  absl::Status Taken(const std::string& holder) const;
  std::string Key(const rpc::Call& call) const { return store_.Key(call.organization(), kind_.hash); }
  Task<absl::StatusOr<store::Outcome>> RemoveOwn(rpc::Call call, std::string id, std::string request_id,
                                                 std::string fingerprint);

  store::Store& store_;
  const Kind kind_;
  Directory directory_;
};

}  // namespace cortado::profile
