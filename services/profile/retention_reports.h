// What was removed because it was old, over all services. Thread-safe.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/profile/v1/my_data.pb.h"
#include "services/profile/dossier_source.h"
#include "services/profile/organizations.h"

namespace cortado::profile {

class RetentionReports {
 public:
  // Organisations outlive it.
  RetentionReports(Organizations& organizations, std::vector<DossierSource> sources)
      : organizations_(organizations), sources_(std::move(sources)) {}

  // Every kind there is a rule for, with what its last run removed. UNAVAILABLE (TRY_AGAIN) when a service does not
  // answer.
  Task<absl::StatusOr<v1::RetentionReport>> Get(rpc::Call call, const v1::GetRetentionReportRequest& request);

 private:
  Organizations& organizations_;
  const std::vector<DossierSource> sources_;
};

}  // namespace cortado::profile
