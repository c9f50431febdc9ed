// Who may what, as it is stored: the hash `access` of people to "leaves ROLE ROLE..." (a role given before somebody
// left does not come back with them), the hash `service_keys` of key ids to records of ServiceKey whose secret is the
// SHA-256 of the real one, and the hash `bootstrap` of the code that makes the first administrator {digest, expires}.
// Thread-safe. Every function gives UNAVAILABLE when the store does not answer.
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
#include "cortado/profile/v1/auth_service.pb.h"

namespace cortado::profile {

class AccessStore {
 public:
  static constexpr int kMostKeys = 200;

  explicit AccessStore(store::Store& store) : store_(store) {}

  // Roles beside EMPLOYEE of an active person, as "HR_ADMIN"; nothing when there is no such person or they have left.
  Task<absl::StatusOr<std::optional<std::vector<std::string>>>> RolesOf(rpc::Call call, std::string person);
  // Everybody who was given a role, in order of their ids.
  Task<absl::StatusOr<std::vector<std::pair<std::string, std::vector<std::string>>>>> List(rpc::Call call);
  // NOT_FOUND: there is no such person, or they have left. A role held already is not an error.
  Task<absl::Status> Grant(rpc::Call call, std::string person, std::string role, std::string request_id,
                           std::string fingerprint);
  // NOT_FOUND: the person does not have the role. FAILED_PRECONDITION (LAST_ADMIN).
  Task<absl::Status> Revoke(rpc::Call call, std::string person, std::string role, std::string request_id,
                            std::string fingerprint);

  // Keeps a key under its name; returns that of the first time when the request is repeated. INVALID_ARGUMENT: there
  // are kMostKeys.
  Task<absl::StatusOr<store::Outcome>> PutKey(rpc::Call call, const v1::ServiceKey& key, std::string request_id,
                                              std::string fingerprint);
  Task<absl::StatusOr<std::optional<v1::ServiceKey>>> FindKey(rpc::Call call, std::string id);
  // By id.
  Task<absl::StatusOr<std::vector<v1::ServiceKey>>> ListKeys(rpc::Call call);
  // NOT_FOUND: there is no such key.
  Task<absl::Status> DeleteKey(rpc::Call call, std::string id, std::string request_id, std::string fingerprint);

  // Keeps the digest of a code in place of an earlier one.
  Task<absl::Status> PutBootstrap(rpc::Call call, std::string digest, absl::Time expires);
  // Whether the digest is that of the code and `now` before its end.
  Task<absl::StatusOr<bool>> MayBootstrap(rpc::Call call, std::string digest, absl::Time now);
  // Uses the code up and makes the person an administrator. UNAUTHENTICATED: it is not good, or not any more.
  Task<absl::Status> Bootstrap(rpc::Call call, std::string digest, std::string person, std::string request_id,
                               std::string fingerprint);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
