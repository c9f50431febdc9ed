#include "services/scheduling/chat_plan.h"

#include "common/status/error.h"
#include "cortado/scheduling/v1/reason.pb.h"

namespace cortado::scheduling {

Interval WhenOf(const v1::Chat& chat) {
  return {absl::FromUnixSeconds(chat.start_time().seconds()), absl::FromUnixSeconds(chat.end_time().seconds())};
}

absl::Status TimePassed(absl::string_view field, absl::string_view message) {
  return Error(absl::StatusCode::kInvalidArgument, v1::REASON_TIME_PASSED, message).Field(field, "has passed");
}

absl::Status ChatCancelled() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_CHAT_CANCELLED, "the chat is cancelled");
}

}  // namespace cortado::scheduling
