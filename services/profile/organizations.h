// Organisations: each is one slot of the store, made by a service. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::profile {

class Organizations {
 public:
  // Both outlive it.
  Organizations(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  Task<absl::StatusOr<v1::Organization>> Create(rpc::Call call, const v1::CreateOrganizationRequest& request);
  Task<absl::StatusOr<v1::Organization>> Get(rpc::Call call, const v1::GetOrganizationRequest& request);

 private:
  store::Store& store_;
  const Clock& clock_;
};

}  // namespace cortado::profile
