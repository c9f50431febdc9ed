// A usable profile in a minute: three questions answered in one write. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/person_store.h"
#include "services/profile/skills.h"
#include "services/profile/start_store.h"

namespace cortado::profile {

class FirstAnswers {
 public:
  // All outlive it.
  FirstAnswers(StartStore& store, PersonStore& people, Skills& skills, const Clock& clock)
      : store_(store), people_(people), skills_(skills), clock_(clock) {}

  Task<absl::StatusOr<v1::StartProfileResponse>> Write(rpc::Call call, const v1::StartProfileRequest& request);

 private:
  // What the person said, as it is stored now; `resource` is what the write named.
  Task<absl::StatusOr<v1::StartProfileResponse>> Show(rpc::Call call, std::string id, std::string resource);

  StartStore& store_;
  PersonStore& people_;
  Skills& skills_;
  const Clock& clock_;
};

}  // namespace cortado::profile
