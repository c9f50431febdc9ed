#include "services/allinone/dev/clock_control.h"

#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::allinone {

using google::protobuf::util::TimeUtil;

dev::v1::Clock ClockControl::Told() const {
  dev::v1::Clock told;
  *told.mutable_current_time() = TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(clock_.Now()));
  *told.mutable_offset() = TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(clock_.offset()));
  return told;
}

Task<absl::StatusOr<dev::v1::Clock>> ClockControl::Get(rpc::Call, const dev::v1::GetClockRequest&) { co_return Told(); }

absl::Status ClockControl::AdvanceOnce(const dev::v1::AdvanceClockRequest& request) {
  const absl::Duration step = absl::Nanoseconds(TimeUtil::DurationToNanoseconds(request.step()));
  sync::MutexLock lock(mutex_);
  if (const auto done = done_.find(request.request_id()); done != done_.end()) {
    if (done->second == step) return absl::OkStatus();
    return Error(absl::StatusCode::kInvalidArgument, api::v1::REASON_REQUEST_ID_REUSED,
                 "the request id was used with another request; make a new one")
        .Field("request_id", "was used with another request");
  }
  RETURN_IF_ERROR(clock_.Advance(step));
  done_.emplace(request.request_id(), step);
  return absl::OkStatus();
}

Task<absl::StatusOr<dev::v1::Clock>> ClockControl::Advance(rpc::Call, const dev::v1::AdvanceClockRequest& request) {
  co_await executors_.OnBlocking();
  CO_RETURN_IF_ERROR(AdvanceOnce(request));
  for (jobs::Runner* runner : runners_) {
    const absl::StatusOr<int> ran = co_await runner->RunDue();
    // The runner looks again by itself within a second.
    if (!ran.ok()) log::Warn("dev.jobs_not_run", {{"code", static_cast<int>(ran.status().code())}});
  }
  co_return Told();
}

}  // namespace cortado::allinone
