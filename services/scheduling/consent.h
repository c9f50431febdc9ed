// Whether the caller may meet those they name (product rules 1.2 and 1.5), asked by finding times and by booking alike.
// Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/matching/v1/match.pb.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {

class Consents {
 public:
  // Asks the matching service for a match.
  using FindMatch = std::function<Task<absl::StatusOr<matching::v1::Match>>(rpc::Call call, std::string name)>;

  explicit Consents(FindMatch find_match) : find_match_(std::move(find_match)) {}

  // Returns the id of the person that the caller has the match `match` with; empty if it is not a match of the caller's
  // that stands, or `match` is empty. UNAVAILABLE when matching does not answer.
  Task<absl::StatusOr<std::string>> MatchedWith(rpc::Call call, std::string match) const;

 private:
  FindMatch find_match_;
};

// OK if the first of `people`, who asks, may meet each of the others, and nobody of them blocked another;
// `matched_with` is the id of the one they have a match with. FAILED_PRECONDITION: NOT_AVAILABLE, looked at first for
// everybody, with the same bytes whatever the cause; CONSENT_REQUIRED.
absl::Status MayMeet(const std::vector<Participant>& people, const std::string& matched_with, absl::Time now);

// OK if people who have a chat may have it at `start` instead. They have all agreed to meet, and each may move the chat
// again or cancel it: a door that closed or a match that ended since is about new chats. Without this whoever wants to
// be considerate could only cancel. FAILED_PRECONDITION (NOT_AVAILABLE): somebody left, is away at that time (as a
// pause cancels what it covers, and only that), or blocks one of the others.
absl::Status MayStillMeet(const std::vector<Participant>& people, absl::Time start);

}  // namespace cortado::scheduling
