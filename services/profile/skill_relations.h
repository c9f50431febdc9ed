// Which skills go with others in an organisation. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/profile/v1/skills.pb.h"
#include "services/profile/censuses.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class SkillRelations {
 public:
  // Both outlive it.
  SkillRelations(Censuses& censuses, Skills& skills) : censuses_(censuses), skills_(skills) {}

  Task<absl::StatusOr<v1::ListRelatedSkillsResponse>> List(rpc::Call call, const v1::ListRelatedSkillsRequest& request);

 private:
  Censuses& censuses_;
  Skills& skills_;
};

// Returns the skills that go with those held, the most related first, at most `most`: each is judged by the sum of its
// strengths with the skills held. `held` are `skills/S`.
std::vector<v1::DirectionSkill> SkillDirections(const Census& census, const SkillView& view,
                                                const std::vector<std::string>& held, int most);

}  // namespace cortado::profile
