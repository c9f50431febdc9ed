// What is known of people's own calendars: readings that come in, and what their owners want of them. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/scheduling/v1/calendar.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/scheduling/calendar_store.h"
#include "services/scheduling/people_projection.h"

namespace cortado::scheduling {

// Errors are those of the proto, and UNAVAILABLE (TRY_AGAIN) as for Chats.
class Calendars {
 public:
  // All outlive the core.
  Calendars(CalendarStore& calendars, PeopleProjection& projection, const Clock& clock);

  // The clock of whoever read the calendar may be a minute ahead of ours.
  Task<absl::StatusOr<v1::Calendar>> Put(rpc::Call call, const v1::PutBusyTimesRequest& request);
  Task<absl::StatusOr<v1::Calendar>> Get(rpc::Call call, const v1::GetCalendarRequest& request);
  Task<absl::StatusOr<v1::Calendar>> Update(rpc::Call call, const v1::UpdateCalendarRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call, const v1::DeleteCalendarRequest& request);

 private:
  // The person, who works here, as last told by the profile. NOT_FOUND.
  Task<absl::StatusOr<CalendarOwner>> FindOwner(rpc::Call call, std::string person) const;
  // The calendar as it is now.
  Task<absl::StatusOr<v1::Calendar>> Show(rpc::Call call, std::string person) const;

  CalendarStore& calendars_;
  PeopleProjection& projection_;
  const Clock& clock_;
};

}  // namespace cortado::scheduling
