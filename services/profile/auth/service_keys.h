// Keys that programs send instead of logging in, and roles given to people. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/auth_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/auth/access_store.h"

namespace cortado::profile {

// `HR_ADMIN` for ROLE_HR_ADMIN.
std::string RoleName(api::v1::Role role);

class ServiceKeys {
 public:
  // All outlive it.
  ServiceKeys(AccessStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  Task<absl::StatusOr<v1::ServiceKey>> Create(rpc::Call call, const v1::CreateServiceKeyRequest& request);
  Task<absl::StatusOr<v1::ListServiceKeysResponse>> List(rpc::Call call, const v1::ListServiceKeysRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call, const v1::DeleteServiceKeyRequest& request);

 private:
  AccessStore& store_;
  const Clock& clock_;
};

class AccessGrants {
 public:
  // Outlives it.
  explicit AccessGrants(AccessStore& store) : store_(store) {}

  Task<absl::StatusOr<v1::AccessGrant>> Grant(rpc::Call call, const v1::GrantAccessRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Revoke(rpc::Call call, const v1::RevokeAccessRequest& request);
  Task<absl::StatusOr<v1::ListAccessGrantsResponse>> List(rpc::Call call, const v1::ListAccessGrantsRequest& request);

 private:
  AccessStore& store_;
};

}  // namespace cortado::profile
