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
  Task<absl::StatusOr<v1::Chat>> Get(rpc::Call call, const v1::GetChatRequest& request);
  Task<absl::StatusOr<v1::ListChatsResponse>> List(rpc::Call call, const v1::ListChatsRequest& request);

 private:
  struct Plan;
  struct Judgement;

  // Book, by a person.
  Task<absl::StatusOr<v1::Chat>> BookAs(rpc::Call call, const v1::BookChatRequest& request);
  absl::StatusOr<Plan> PlanOf(const rpc::Call& call, const v1::BookChatRequest& request) const;
  absl::StatusOr<Plan> PlanOf(const rpc::Call& call, const v1::RescheduleChatRequest& request, v1::Chat before) const;
  // Whether the chat of a plan that moves one can move at all. ABORTED; FAILED_PRECONDITION: CHAT_CANCELLED;
  // INVALID_ARGUMENT: TIME_PASSED when it has begun, unless it stays where it is.
  static absl::Status MayMove(const Plan& plan, absl::Time now);
  // Reads the people and decides: OK, or the error for the caller.
  Task<absl::StatusOr<Judgement>> Judge(rpc::Call call, const Plan& plan) const;
  static absl::Status MayCome(const Plan& plan, const std::vector<Participant>& people, absl::Time now);
  // The error for what stands in the way, with other times.
  absl::Status Refusal(const rpc::Call& call, const Plan& plan, const Judgement& judgement, Obstacle obstacle) const;
  // The chat as planned.
  static v1::Chat ChatOf(const Plan& plan, absl::Time now);
  // Writes the plan and what was read of the people into the booking.
  static void Fill(const Plan& plan, const Judgement& judgement, absl::Time now, Booking& booking);
  // Takes the time: judges and writes until both saw the same. Returns the chat as the caller sees it.
  Task<absl::StatusOr<v1::Chat>> Take(rpc::Call call, Plan plan, Booking booking) const;
  Task<absl::StatusOr<store::Outcome>> Write(rpc::Call call, const Plan& plan, Booking booking) const;
  // Why the script said no, although the judgement before it said yes.
  Task<absl::Status> Explain(rpc::Call call, const Plan& plan, const store::Outcome& outcome) const;
  Task<absl::StatusOr<v1::Chat>> FindVisible(rpc::Call call, std::string name) const;
  // The chat as its reader sees it, by name: as it is now.
  Task<absl::StatusOr<v1::Chat>> ShowByName(rpc::Call call, std::string name) const;
  // The chats, shown to the caller.
  Task<absl::StatusOr<std::vector<v1::Chat>>> ShowAll(rpc::Call call, std::vector<v1::Chat> chats) const;

  ChatStore& chats_;
  PeopleStore& people_;
  PeopleProjection& projection_;
  const Consents& consents_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::scheduling
