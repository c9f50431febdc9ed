// What booking and moving have in common: what is asked for, and what the rules say of it. For the sources of Chats
// alone. Values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {

// The script refuses with what was decided before it.
inline constexpr char kJudged[] = "JUDGED";

// What the caller asks for, as far as the request alone tells.
struct Chats::Plan {
  std::vector<std::string> people;  // Ids, the caller first.
  Interval when;
  std::string topic;
  std::string match;
  std::string matched_with;  // Id of the one the match is with; filled in once matching was asked.
  // Of a move alone:
  std::optional<v1::Chat> before;  // The chat as read.
  std::string moving;              // Its id.
  std::string etag;                // As the caller knows it.
};

struct Chats::Judgement {
  absl::Status verdict;
  std::vector<Participant> people;  // As in the plan; empty when somebody is absent, or the plan moves nothing.
  bool is_final = false;            // The verdict is about the chat: no news of the people changes it.
};

// When the chat is.
Interval WhenOf(const v1::Chat& chat);

// INVALID_ARGUMENT (TIME_PASSED) for a field.
absl::Status TimePassed(absl::string_view field, absl::string_view message);
// FAILED_PRECONDITION (CHAT_CANCELLED).
absl::Status ChatCancelled();

}  // namespace cortado::scheduling
