// The part of Chats that moves one.
#include <utility>

#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {

namespace {

// Whoever declined stays away, but for the caller, who comes to the new time.
absl::StatusOr<ChatPlan> PlanOf(const rpc::Call& call, const v1::RescheduleChatRequest& request, v1::Chat before) {
  ChatPlan plan;
  plan.people.push_back(call.subject());
  for (const v1::Attendee& attendee : before.attendees()) {
    ASSIGN_OR_RETURN(std::string id, id::ParseName("people", attendee.person().person()));
    if (id != call.subject() && !HasDeclined(attendee)) plan.people.push_back(std::move(id));
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

}  // namespace

Task<absl::StatusOr<v1::Chat>> Chats::Reschedule(rpc::Call call, const v1::RescheduleChatRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Chat before, co_await FindVisible(call, request.name()));
  CO_ASSIGN_OR_RETURN(ChatPlan plan, PlanOf(call, request, std::move(before)));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  Booking booking;
  booking.id = plan.moving;
  booking.request_id = request.request_id();
  booking.fingerprint = store::Fingerprint(call, request);
  const SeatTaker::Writer write = [this](rpc::Call by, const ChatPlan& moved, Booking made) {
    return chats_.Move(std::move(by), *moved.before, std::move(made));
  };
  CO_ASSIGN_OR_RETURN(Taken taken, co_await taker_.Take(call, std::move(plan), std::move(booking), write));
  co_return co_await ShowTaken(std::move(call), std::move(taken));
}

}  // namespace cortado::scheduling
