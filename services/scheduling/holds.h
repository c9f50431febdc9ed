// Keeping a time while one makes up one's mind: the rules, with one atomic write each. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/hold_store.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/seat_taker.h"

namespace cortado::scheduling {

// Errors are those of the proto, and UNAVAILABLE (TRY_AGAIN) as for Chats.
class Holds {
 public:
  // All outlive the core.
  Holds(HoldStore& holds, const SeatTaker& taker, PeopleProjection& projection, const Consents& consents,
        const Clock& clock);

  Task<absl::StatusOr<v1::Hold>> Hold(rpc::Call call, const v1::HoldTimeRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Release(rpc::Call call, const v1::ReleaseHoldRequest& request);

 private:
  HoldStore& holds_;
  const SeatTaker& taker_;
  PeopleProjection& projection_;
  const Consents& consents_;
  const Clock& clock_;
};

}  // namespace cortado::scheduling
