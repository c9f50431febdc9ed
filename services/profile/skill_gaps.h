// What is missing between a person and where they want to go, who could teach it, and where to look when nothing is.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/censuses.h"
#include "services/profile/person_store.h"
#include "services/profile/role_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class SkillGaps {
 public:
  struct Parts {
    PersonStore& people;
    RoleStore& roles;
    Skills& skills;
    Censuses& censuses;
    const Clock& clock;
  };
  // All parts outlive it.
  explicit SkillGaps(const Parts& parts) : parts_(parts) {}

  Task<absl::StatusOr<v1::SkillGap>> Get(rpc::Call call, const v1::GetSkillGapRequest& request);

  // Returns everything of a person, with merges followed. NOT_FOUND.
  Task<absl::StatusOr<PersonFile>> Open(rpc::Call call, std::string id);
  // Returns the gap of an opened person against what was asked for, without teachers and directions: nobody else is
  // read for it. Whether the caller may ask is not looked at. NOT_FOUND when the role or the other person is absent.
  Task<absl::StatusOr<v1::SkillGap>> Measure(rpc::Call call, const PersonFile& file,
                                             const v1::GetSkillGapRequest& request);

 private:
  // Counts who could teach, and looks for directions where nothing is missing.
  Task<absl::Status> LookAround(rpc::Call call, const v1::Person& person, v1::SkillGap& gap);

  const Parts parts_;
};

}  // namespace cortado::profile
