// The catalogue of roles: what each takes. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "cortado/profile/v1/skills.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/role_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class Roles {
 public:
  // Both outlive it.
  Roles(RoleStore& store, Skills& skills) : store_(store), skills_(skills) {}

  Task<absl::StatusOr<v1::Role>> Create(rpc::Call call, const v1::CreateRoleRequest& request);
  Task<absl::StatusOr<v1::Role>> Get(rpc::Call call, const v1::GetRoleRequest& request);
  Task<absl::StatusOr<v1::Role>> Update(rpc::Call call, const v1::UpdateRoleRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call, const v1::DeleteRoleRequest& request);
  Task<absl::StatusOr<v1::ListRolesResponse>> List(rpc::Call call, const v1::ListRolesRequest& request);
  Task<absl::StatusOr<v1::Crossing>> GetCrossing(rpc::Call call, const v1::GetCrossingRequest& request);

 private:
  Task<absl::StatusOr<v1::Role>> Show(rpc::Call call, std::string id);
  // Settles the skills of what is to be written, and writes it as edited here.
  Task<absl::StatusOr<v1::Role>> Write(rpc::Call call, RoleWrite write, std::string request_id,
                                       std::string fingerprint);

  RoleStore& store_;
  Skills& skills_;
};

}  // namespace cortado::profile
