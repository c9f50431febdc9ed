// What people in somebody's role list, for choosing from. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/censuses.h"
#include "services/profile/person_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class ProfileSuggestions {
 public:
  // All outlive it.
  ProfileSuggestions(PersonStore& people, Skills& skills, Censuses& censuses)
      : people_(people), skills_(skills), censuses_(censuses) {}

  Task<absl::StatusOr<v1::SuggestedProfile>> Suggest(rpc::Call call, const v1::SuggestProfileRequest& request);

 private:
  PersonStore& people_;
  Skills& skills_;
  Censuses& censuses_;
};

}  // namespace cortado::profile
