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

class RoleStore {
 public:
  explicit RoleStore(store::Store& store) : store_(store) {}

  // Returns the role with name and etag, or nothing.
  Task<absl::StatusOr<std::optional<v1::Role>>> Find(rpc::Call call, std::string id);
  // Returns roles in the order asked; absent ones are left out.
  Task<absl::StatusOr<std::vector<v1::Role>>> FindAll(rpc::Call call, std::vector<std::string> ids);
  // Returns up to `limit` ids behind `after`, in order.
  Task<absl::StatusOr<std::vector<std::string>>> ListIds(rpc::Call call, std::string after, int limit);

  // Writes the role of this id, or removes it where `role` is nothing. `etag` is the one read, empty to create.
  // NOT_FOUND, ABORTED (ETAG_MISMATCH), ALREADY_EXISTS (ALREADY_TAKEN).
  Task<absl::StatusOr<store::Outcome>> Put(rpc::Call call, std::string id, std::optional<v1::Role> role,
                                           std::string etag, std::string request_id, std::string fingerprint);

 private:
  store::Store& store_;
};

// The key of one role, for those who need it to exist.
std::string RoleKey(const store::Store& store, const rpc::Call& call, absl::string_view id);

}  // namespace cortado::profile
