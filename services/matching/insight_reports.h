// Insights and the fairness report: figures that name nobody. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/insights.pb.h"
#include "services/matching/fairness_months.h"
#include "services/matching/insight_people.h"
#include "services/matching/live_views.h"
#include "services/matching/program/programs.h"

namespace cortado::matching {

class InsightReports {
 public:
  // All outlive this.
  InsightReports(LiveViews& views, Programs& programs, InsightPeople& people, FairnessMonths& months,
                 const Clock& clock)
      : views_(views), programs_(programs), people_(people), months_(months), clock_(clock) {}

  // Returns the figures of a programme to whoever manages it, of the organisation to HR. NOT_FOUND, or
  // PERMISSION_DENIED for the organisation, to everybody else. INVALID_ARGUMENT for a time outside of the years 1970 to
  // 9999. UNAVAILABLE (LOADING), DEADLINE_EXCEEDED.
  Task<absl::StatusOr<v1::Insights>> Get(rpc::Call call, const v1::GetInsightsRequest& request);

  // Returns who is suggested and who is matched, to the same; in an organisation also by what people say of groups,
  // once a month. Errors as Get.
  Task<absl::StatusOr<v1::Insights>> GetFairness(rpc::Call call, const v1::GetFairnessReportRequest& request);

 private:
  Task<absl::StatusOr<InsightInput>> Collect(rpc::Call call, std::string program, bool with_lists);
  Task<absl::StatusOr<std::string>> FindLanguage(rpc::Call call);

  LiveViews& views_;
  Programs& programs_;
  InsightPeople& people_;
  FairnessMonths& months_;
  const Clock& clock_;
};

}  // namespace cortado::matching
