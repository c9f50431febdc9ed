#include "services/scheduling/chat_plan.h"

#include <algorithm>
#include <utility>

#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/scheduling/availability/availability.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {

absl::StatusOr<std::vector<std::string>> WithCaller(const rpc::Call& call,
                                                    const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<std::string> people = {call.subject()};
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(std::string id, id::ParseName("people", name));
    if (std::find(people.begin(), people.end(), id) != people.end()) {
      return InvalidField("attendees", "must name other people than the caller, each once")
          .Metadata("rule", "each_once");
    }
    people.push_back(std::move(id));
  }
  return people;
}

absl::StatusOr<ChatPlan> PlanOf(const rpc::Call& call, const v1::BookChatRequest& request) {
  ChatPlan plan;
  ASSIGN_OR_RETURN(plan.people, WithCaller(call, request.attendees()));
  ASSIGN_OR_RETURN(plan.when.start, ReadInstant("start_time", request.start_time()));
  ASSIGN_OR_RETURN(const absl::Duration length, ReadChatLength("duration", request.duration()));
  plan.when.end = plan.when.start + length;
  if (!ValidateChat(plan.when).ok()) {
    return InvalidField("start_time", "must be a full minute").Metadata("rule", "full_minute");
  }
  plan.topic = request.topic();
  plan.match = request.match();
  return plan;
}

Interval WhenOf(const v1::Chat& chat) {
  return {absl::FromUnixSeconds(chat.start_time().seconds()), absl::FromUnixSeconds(chat.end_time().seconds())};
}

absl::Status TimePassed(absl::string_view field, absl::string_view message) {
  return Error(absl::StatusCode::kInvalidArgument, v1::REASON_TIME_PASSED, message).Field(field, "has passed");
}

absl::Status TryAgain() {
  return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
               "too much changed at once; repeat the same request id")
      .RetryAfter(absl::Milliseconds(100));
}

absl::Status ChatCancelled() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_CHAT_CANCELLED, "the chat is cancelled");
}

}  // namespace cortado::scheduling
