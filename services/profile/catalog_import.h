// Brings in skills and roles of a catalogue: what is new is added, what is known gains names, what was edited here
// stays. Thread-safe.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/profile/v1/skills.pb.h"
#include "services/profile/role_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class CatalogImport {
 public:
  // Both outlive it.
  CatalogImport(Skills& skills, RoleStore& roles) : skills_(skills), roles_(roles) {}

  Task<absl::StatusOr<v1::ImportCatalogResponse>> Run(rpc::Call call, const v1::ImportCatalogRequest& request);

 private:
  Task<absl::Status> WriteSkills(rpc::Call call, std::vector<v1::Skill> skills);
  // Leaves out the aliases of `role`, which has this id, that are titles of other roles already.
  Task<absl::Status> LeaveOthersTitles(rpc::Call call, std::string id, v1::Role& role);
  // Decides what becomes of the roles, whose skills are settled, and counts it. Changed ones are appended to `writes`.
  Task<absl::Status> PlanRoles(rpc::Call call, std::vector<v1::Role> roles, std::vector<RoleWrite>& writes,
                               v1::ImportCatalogResponse& response);

  Skills& skills_;
  RoleStore& roles_;
};

}  // namespace cortado::profile
