// Who did what, over all services: what each may see of it, and whether the trails are what was sealed. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/peer_service.pb.h"
#include "cortado/profile/v1/audit_service.pb.h"

namespace cortado::profile {

// The trail of one service, here or elsewhere. UNAVAILABLE when it cannot be reached.
struct AuditSource {
  std::string service;
  std::function<Task<absl::StatusOr<api::v1::ListAuditRecordsResponse>>(rpc::Call, api::v1::ListAuditRecordsRequest)>
      records;
  std::function<Task<absl::StatusOr<api::v1::ListAuditSegmentsResponse>>(rpc::Call, api::v1::ListAuditSegmentsRequest)>
      segments;
};

class Audits {
 public:
  // `sources` are sorted by service. Executors and clock outlive it.
  Audits(std::vector<AuditSource> sources, Executors& executors, const Clock& clock)
      : sources_(std::move(sources)), executors_(executors), clock_(clock) {}

  // PERMISSION_DENIED for what is not the caller's own, unless they audit or are HR; INVALID_ARGUMENT for a page token
  // of another request. A service that does not answer is named and left out.
  Task<absl::StatusOr<v1::ListAuditEntriesResponse>> List(rpc::Call call, const v1::ListAuditEntriesRequest& request);
  Task<absl::StatusOr<v1::VerifyAuditResponse>> Verify(rpc::Call call, const v1::VerifyAuditRequest& request);
  // UNAVAILABLE when a service does not answer.
  Task<absl::StatusOr<v1::ExportAuditResponse>> Export(rpc::Call call, const v1::ExportAuditRequest& request);

 private:
  Task<absl::StatusOr<v1::AuditVerdict>> VerifyOne(rpc::Call call, const AuditSource& source);

  const std::vector<AuditSource> sources_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::profile
