// Who stands where: one person's reporting line, and the shape of the whole organisation. Only active people count: one
// who left manages nobody, and whoever still has them as their manager hangs on nobody. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class OrgCharts {
 public:
  // All outlive it.
  OrgCharts(ImportStore& links, PersonStore& people, Executors& executors, const Clock& clock)
      : links_(links), people_(people), executors_(executors), clock_(clock) {}

  // NOT_FOUND: there is no such person. One who left has a line too.
  Task<absl::StatusOr<v1::ReportingLine>> GetReportingLine(rpc::Call call, const v1::GetReportingLineRequest& request);
  Task<absl::StatusOr<v1::OrgChart>> Get(rpc::Call call, const v1::GetOrgChartRequest& request);

 private:
  Task<absl::Status> AddChain(rpc::Call call, std::string manager, v1::ReportingLine& line);
  Task<absl::Status> CountBelow(rpc::Call call, std::string id, v1::ReportingLine& line);
  // Fills in the cards, which so far name people alone, and records that HR saw them.
  Task<absl::Status> FillCards(rpc::Call call, std::vector<type::v1::PersonCard*> cards);

  ImportStore& links_;
  PersonStore& people_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::profile
