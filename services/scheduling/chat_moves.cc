// The part of Chats that moves one.
#include <utility>

#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {

absl::StatusOr<Chats::Plan> Chats::PlanOf(const rpc::Call& call, const v1::RescheduleChatRequest& request,
                                          v1::Chat before) const {
  Plan plan;
  plan.people.push_back(call.subject());
  for (const v1::Attendee& attendee : before.attendees()) {
    ASSIGN_OR_RETURN(std::string id, id::ParseName("people", attendee.person().person()));
    if (id != call.subject()) plan.people.push_back(std::move(id));
  }
  ASSIGN_OR_RETURN(plan.when.start, ReadInstant("start_time", request.start_time()));
  absl::Duration length = WhenOf(before).Length();
  if (request.has_duration()) {
    ASSIGN_OR_RETURN(length, ReadChatLength("duration", request.duration()));
  }
  plan.when.end = plan.when.start + length;
  if (!ValidateChat(plan.when).ok())
    return InvalidField("start_time", "must be a full minute").Metadata("rule", "full_minute");
  ASSIGN_OR_RETURN(plan.moving, id::ParseName("chats", request.name()));
  plan.before = std::move(before);
  plan.etag = request.etag();
  return plan;
}

absl::Status Chats::MayMove(const Plan& plan, absl::Time now) {
  if (plan.before->state() == v1::Chat::STATE_CANCELLED) return ChatCancelled();
  if (plan.before->etag() != plan.etag) return EtagMismatch();
  const Interval before = WhenOf(*plan.before);
  if (before == plan.when || now < before.start) return absl::OkStatus();
  return TimePassed("name", "the chat has begun; book another one");
}

Task<absl::StatusOr<v1::Chat>> Chats::Reschedule(rpc::Call call, const v1::RescheduleChatRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Chat before, co_await FindVisible(call, request.name()));
  CO_ASSIGN_OR_RETURN(Plan plan, PlanOf(call, request, std::move(before)));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  Booking booking;
  booking.id = plan.moving;
  booking.request_id = request.request_id();
  booking.fingerprint = store::Fingerprint(call, request);
  co_return co_await Take(std::move(call), std::move(plan), std::move(booking));
}

}  // namespace cortado::scheduling
