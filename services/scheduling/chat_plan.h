// What booking, moving and holding have in common: what is asked for, and what the rules say of it. Values;
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/scheduling/availability/interval_set.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {

// The script refuses with what was decided before it.
inline constexpr char kJudged[] = "JUDGED";

// What the caller asks for, as far as the request alone tells.
struct ChatPlan {
  std::vector<std::string> people;  // Ids of those whose time is taken, the caller first.
  Interval when;
  std::string topic;
  std::string match;
  Agreement agreement;   // Filled in once matching was asked.
  bool joining = false;  // The first comes to a chat that the others have: their time alone is taken.
  // Of a move alone:
  std::optional<v1::Chat> before;  // The chat as read.
  std::string moving;              // Its id.
  std::string etag;                // As the caller knows it.
};

struct Judgement {
  absl::Status verdict;
  std::vector<Participant> people;  // As in the plan; empty when somebody is absent, or the plan moves nothing.
  bool is_final = false;            // The verdict is about the chat: no news of the people changes it.
};

// INVALID_ARGUMENT (FIELD_INVALID, TIME_PASSED is not looked at): somebody is named twice, or the caller; a time that
// is not a full minute; a length that is none.
absl::StatusOr<ChatPlan> PlanOf(const rpc::Call& call, const v1::BookChatRequest& request);
// The ids of `names` (`people/P`) behind the caller's. INVALID_ARGUMENT naming `attendees`.
absl::StatusOr<std::vector<std::string>> WithCaller(const rpc::Call& call,
                                                    const google::protobuf::RepeatedPtrField<std::string>& names);

// When the chat is.
Interval WhenOf(const v1::Chat& chat);

// INVALID_ARGUMENT (TIME_PASSED) for a field.
absl::Status TimePassed(absl::string_view field, absl::string_view message);
// FAILED_PRECONDITION (CHAT_CANCELLED).
absl::Status ChatCancelled();
// UNAVAILABLE (TRY_AGAIN): what was read was changed by others each time, kMostAttempts times in a row.
absl::Status TryAgain();
inline constexpr int kMostAttempts = 8;

}  // namespace cortado::scheduling
