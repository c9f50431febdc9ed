// What DevService does: tells the time of a ManualClock, and moves it, with the jobs that come due by that.
// Thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/rpc/call.h"
#include "common/sync/mutex.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "cortado/dev/v1/dev_service.pb.h"
#include "services/allinone/dev/manual_clock.h"

namespace cortado::allinone {

class ClockControl {
 public:
  // All outlive it. `runners` are those of the services that read `clock`.
  ClockControl(ManualClock& clock, std::vector<jobs::Runner*> runners, Executors& executors)
      : clock_(clock), runners_(std::move(runners)), executors_(executors) {}

  Task<absl::StatusOr<dev::v1::Clock>> Get(rpc::Call call, const dev::v1::GetClockRequest& request);

  // INVALID_ARGUMENT: as ManualClock::Advance, or the request id was used with another step (REQUEST_ID_REUSED).
  // UNAVAILABLE: the clock could not be kept; nothing moved. A repeat moves nothing. A job that fails is no error.
  Task<absl::StatusOr<dev::v1::Clock>> Advance(rpc::Call call, const dev::v1::AdvanceClockRequest& request);

 private:
  absl::Status AdvanceOnce(const dev::v1::AdvanceClockRequest& request);
  dev::v1::Clock Told() const;

  ManualClock& clock_;
  const std::vector<jobs::Runner*> runners_;
  Executors& executors_;
  sync::Mutex mutex_;
  std::map<std::string, absl::Duration> done_ ABSL_GUARDED_BY(mutex_);  // Steps by request id.
};

}  // namespace cortado::allinone
