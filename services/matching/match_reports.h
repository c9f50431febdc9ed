// How good an organisation's suggestions are, for HR: figures that name nobody. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/report.pb.h"
#include "services/matching/live_views.h"

namespace cortado::matching {

class MatchReports {
 public:
  // All outlive this.
  MatchReports(LiveViews& views, Executors& executors, const Clock& clock)
      : views_(views), executors_(executors), clock_(clock) {}

  // Asks for a sample of the organisation. Changes go on meanwhile. UNAVAILABLE (LOADING), also when the organisation
  // was read anew meanwhile; DEADLINE_EXCEEDED when there was not enough time.
  Task<absl::StatusOr<v1::MatchReport>> Get(rpc::Call call, const v1::GetMatchReportRequest& request);

 private:
  LiveViews& views_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::matching
