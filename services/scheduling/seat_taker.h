// Takes the time of everybody who comes to a chat: what the rules say of a plan, and a write that both saw the same
// people as the rules did. Booking, moving and holding are this. Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/obstacle.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

// What came of it, and nothing refused.
struct Taken {
  store::Outcome outcome;
  v1::Chat chat;  // As written, where outcome says it was.
  People people;  // As read.
};

class SeatTaker {
 public:
  using Writer = std::function<Task<absl::StatusOr<store::Outcome>>(rpc::Call, const ChatPlan&, Booking)>;

  // All outlive the taker.
  SeatTaker(ChatStore& chats, PeopleProjection& projection, Executors& executors, const Clock& clock);

  // Judges and writes with `write` until both saw the same people. The errors of BookChat, and of RescheduleChat for a
  // plan that moves a chat.
  Task<absl::StatusOr<Taken>> Take(rpc::Call call, ChatPlan plan, Booking booking, Writer write) const;

  // Reads the people and decides: OK, or the error for the caller.
  Task<absl::StatusOr<Judgement>> Judge(rpc::Call call, const ChatPlan& plan) const;

 private:
  // The judgement of those who were read lately, where it is yes: a first try, for the write tests what is busy and
  // spent, and refuses where somebody changed since. Nothing where it takes a look at the store.
  std::optional<Judgement> JudgeFromMemory(const rpc::Call& call, const ChatPlan& plan) const;
  static absl::Status MayCome(const ChatPlan& plan, const std::vector<Participant>& people, absl::Time now);
  // The error for what stands in the way, with other times.
  absl::Status Refusal(const rpc::Call& call, const ChatPlan& plan, const Judgement& judgement,
                       Obstacle obstacle) const;
  // The chat as planned.
  static v1::Chat ChatOf(const ChatPlan& plan, absl::Time now);
  // Writes the plan and what was read of the people into the booking.
  static void Fill(const ChatPlan& plan, const Judgement& judgement, absl::Time now, Booking& booking);
  // Why the script said no, although the judgement before it said yes.
  Task<absl::Status> Explain(rpc::Call call, const ChatPlan& plan, const store::Outcome& outcome) const;

  ChatStore& chats_;
  PeopleProjection& projection_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::scheduling
