// Organisations: each is one slot of the store, made by a service. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/privacy/retention.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::profile {

class Organizations {
 public:
  // All outlive it.
  Organizations(store::Store& store, jobs::Runner& jobs, const Clock& clock)
      : store_(store), jobs_(jobs), clock_(clock) {}

  Task<absl::StatusOr<v1::Organization>> Create(rpc::Call call, const v1::CreateOrganizationRequest& request);
  Task<absl::StatusOr<v1::ListOrganizationsResponse>> List(rpc::Call call, const v1::ListOrganizationsRequest& request);
  Task<absl::StatusOr<v1::Organization>> Get(rpc::Call call, const v1::GetOrganizationRequest& request);
  // INVALID_ARGUMENT naming the rule: of a kind that is none, the second of a kind, or for too long; or for a zone that
  // is none. ABORTED (ETAG_MISMATCH).
  Task<absl::StatusOr<v1::Organization>> Update(rpc::Call call, const v1::UpdateOrganizationRequest& request);

  // How long the call's organisation keeps things, where it says so. NOT_FOUND when it is absent.
  Task<absl::StatusOr<privacy::RetentionRules>> RetentionRulesOf(rpc::Call call);

 private:
  store::Store& store_;
  jobs::Runner& jobs_;
  const Clock& clock_;
};

}  // namespace cortado::profile
