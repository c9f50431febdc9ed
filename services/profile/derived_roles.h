// Roles made from the people who hold them. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/profile/v1/skills.pb.h"
#include "services/profile/censuses.h"
#include "services/profile/role_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class DerivedRoles {
 public:
  // All outlive it.
  DerivedRoles(Censuses& censuses, RoleStore& roles, Skills& skills)
      : censuses_(censuses), roles_(roles), skills_(skills) {}

  Task<absl::StatusOr<v1::DeriveRolesResponse>> Run(rpc::Call call, const v1::DeriveRolesRequest& request);

 private:
  // What the people say, whatever the catalogue has. By display name.
  Task<absl::StatusOr<std::vector<v1::DerivedRole>>> Derive(rpc::Call call, const v1::DeriveRolesRequest& request);
  // Leaves out the roles that are kept, and gives the others their names; what is to be written goes to `writes`.
  Task<absl::Status> Plan(rpc::Call call, std::vector<v1::DerivedRole> derived, std::vector<RoleWrite>& writes,
                          v1::DeriveRolesResponse& response);

  Censuses& censuses_;
  RoleStore& roles_;
  Skills& skills_;
};

}  // namespace cortado::profile
