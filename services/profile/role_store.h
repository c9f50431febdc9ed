// Roles as they are stored. Thread-safe. Every function gives UNAVAILABLE when the store does not answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/catalog.pb.h"

namespace cortado::profile {

// A role to write.
struct RoleWrite {
  std::string id;
  std::optional<v1::Role> before;  // As read; nothing to create it.
  std::optional<v1::Role> after;   // Nothing to remove it.
};

class RoleStore {
 public:
  // Roles of one batch: with 50 aliases each, a script can still hold them all.
  static constexpr size_t kBatch = 50;

  explicit RoleStore(store::Store& store) : store_(store) {}

  // Returns the role with name and etag, or nothing.
  Task<absl::StatusOr<std::optional<v1::Role>>> Find(rpc::Call call, std::string id);
  // Returns roles in the order asked; absent ones are left out.
  Task<absl::StatusOr<std::vector<v1::Role>>> FindAll(rpc::Call call, std::vector<std::string> ids);
  // Returns up to `limit` ids behind `after`, in order.
  Task<absl::StatusOr<std::vector<std::string>>> ListIds(rpc::Call call, std::string after, int limit);

  // Returns the ids of the roles that these titles are ids of, as slugs, or aliases of, in order; nothing where there
  // is none.
  Task<absl::StatusOr<std::vector<std::optional<std::string>>>> FindIds(rpc::Call call,
                                                                        std::vector<std::string> titles);
  // Returns every role, by id.
  Task<absl::StatusOr<std::vector<v1::Role>>> All(rpc::Call call);

  // Writes one role. NOT_FOUND, ABORTED (ETAG_MISMATCH) when it is not as in `before`, ALREADY_EXISTS (ALREADY_TAKEN)
  // for an id, or an alias, of another.
  Task<absl::StatusOr<store::Outcome>> Put(rpc::Call call, RoleWrite role, std::string request_id,
                                           std::string fingerprint);
  // Writes up to kBatch roles, all or none; errors as of Put, with the place of the role as metadata `index`. `merge`
  // is the id of a skill whose merge they are counted for, or empty.
  Task<absl::Status> PutAll(rpc::Call call, std::vector<RoleWrite> roles, std::string merge = "");

 private:
  store::Store& store_;
};

// The key of one role, for those who need it to exist.
std::string RoleKey(const store::Store& store, const rpc::Call& call, absl::string_view id);

}  // namespace cortado::profile
