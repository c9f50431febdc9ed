// Booking, moving, cancelling and reading chats: the rules, with one atomic write each. Thread-safe.
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
#include "services/scheduling/chat_view.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/obstacle.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/seat_taker.h"

namespace cortado::scheduling {

// Errors are those of the proto; UNAVAILABLE (TRY_AGAIN) besides, when the store, matching or the first reading of the
// organisation's people takes too long.
class Chats {
 public:
  // All outlive the core.
  Chats(ChatStore& chats, PeopleStore& people, PeopleProjection& projection, const Consents& consents,
        Executors& executors, const Clock& clock);

  // A service books for the host it names, as that person would. INVALID_ARGUMENT: no host from a service, or another
  // than the caller from anybody else.
  Task<absl::StatusOr<v1::Chat>> Book(rpc::Call call, const v1::BookChatRequest& request);
  Task<absl::StatusOr<v1::Chat>> Reschedule(rpc::Call call, const v1::RescheduleChatRequest& request);
  Task<absl::StatusOr<v1::Chat>> Cancel(rpc::Call call, const v1::CancelChatRequest& request);
  Task<absl::StatusOr<v1::Chat>> Respond(rpc::Call call, const v1::RespondToChatRequest& request);
  Task<absl::StatusOr<v1::Chat>> Get(rpc::Call call, const v1::GetChatRequest& request);
  Task<absl::StatusOr<v1::ListChatsResponse>> List(rpc::Call call, const v1::ListChatsRequest& request);

 private:
  // Book, by a person.
  Task<absl::StatusOr<v1::Chat>> BookAs(rpc::Call call, const v1::BookChatRequest& request);
  Task<absl::StatusOr<v1::Chat>> FindVisible(rpc::Call call, std::string name) const;
  // The chat as its reader sees it, by name: as it is now.
  Task<absl::StatusOr<v1::Chat>> ShowByName(rpc::Call call, std::string name) const;
  // One try of Respond: refused when the chat or the caller changed since they were read.
  Task<absl::StatusOr<store::Outcome>> Say(rpc::Call call, v1::Attendee::Response response, Booking booking) const;
  Task<absl::StatusOr<store::Outcome>> ComeAfterAll(rpc::Call call, v1::Attendee::Response response,
                                                    Booking booking) const;
  // The last but the host declines: the chat is cancelled.
  Task<absl::StatusOr<store::Outcome>> LeaveAlone(rpc::Call call, Booking booking) const;
  // The chat that was just written, or was before.
  Task<absl::StatusOr<v1::Chat>> ShowTaken(rpc::Call call, Taken taken) const;
  // The chats, shown to the caller.
  Task<absl::StatusOr<std::vector<v1::Chat>>> ShowAll(rpc::Call call, std::vector<v1::Chat> chats) const;

  ChatStore& chats_;
  PeopleStore& people_;
  PeopleProjection& projection_;
  const Consents& consents_;
  Executors& executors_;
  const Clock& clock_;
  SeatTaker taker_;
};

}  // namespace cortado::scheduling
