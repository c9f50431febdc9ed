// Series of chats: all booked, or none. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/series_store.h"

namespace cortado::scheduling {

// Errors are those of the proto, and UNAVAILABLE (TRY_AGAIN) as for Chats.
class RecurringChats {
 public:
  // All outlive the core.
  RecurringChats(ChatStore& chats, SeriesStore& series, PeopleStore& people, PeopleProjection& projection,
                 const Consents& consents, Executors& executors, const Clock& clock);

  Task<absl::StatusOr<v1::Series>> Book(rpc::Call call, const v1::BookSeriesRequest& request);
  Task<absl::StatusOr<v1::Series>> Get(rpc::Call call, const v1::GetSeriesRequest& request);
  Task<absl::StatusOr<v1::Series>> Cancel(rpc::Call call, const v1::CancelSeriesRequest& request);

 private:
  struct Plan;
  struct Judgement;

  static absl::StatusOr<Plan> PlanOf(const rpc::Call& call, const v1::BookSeriesRequest& request);
  // Reads the people and decides: OK, or the error for the caller. Fills in the plan's times, which need the host's
  // zone.
  Task<absl::StatusOr<Judgement>> Judge(rpc::Call call, Plan& plan) const;
  static SeriesBooking BookingOf(const Plan& plan, const Judgement& judgement, absl::Time now);
  Task<absl::StatusOr<v1::Series>> FindVisible(rpc::Call call, const std::string& name) const;
  // The series as its reader sees it, as it is now.
  Task<absl::StatusOr<v1::Series>> ShowByName(rpc::Call call, std::string name) const;

  ChatStore& chats_;
  SeriesStore& series_;
  PeopleStore& people_;
  PeopleProjection& projection_;
  const Consents& consents_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::scheduling
