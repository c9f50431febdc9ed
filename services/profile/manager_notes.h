// Drafts of what one could tell one's manager. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/person_store.h"
#include "services/profile/role_store.h"
#include "services/profile/skill_gaps.h"

namespace cortado::profile {

class ManagerNotes {
 public:
  // All outlive it.
  ManagerNotes(PersonStore& people, RoleStore& roles, SkillGaps& gaps) : people_(people), roles_(roles), gaps_(gaps) {}

  Task<absl::StatusOr<v1::ManagerNote>> Draft(rpc::Call call, const v1::DraftManagerNoteRequest& request);

 private:
  PersonStore& people_;
  RoleStore& roles_;
  SkillGaps& gaps_;
};

}  // namespace cortado::profile
