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

// What a match says of the caller's meeting others.
struct Agreement {
  std::string program;            // `programs/P` the match came from; else empty.
  std::vector<std::string> with;  // Ids of the others it is with; empty when it is none of the caller's that stands.

  bool Covers(const std::string& person) const;
  // Whether it is with any of `people`.
  bool CoversAny(const std::vector<std::string>& people) const;
};

class Consents {
 public:
  // Asks the matching service for a match.
  using FindMatch = std::function<Task<absl::StatusOr<matching::v1::Match>>(rpc::Call call, std::string name)>;

  explicit Consents(FindMatch find_match) : find_match_(std::move(find_match)) {}

  // Returns what the caller's match `match` says: nothing if it is not a match of the caller's that stands, or `match`
  // is empty. UNAVAILABLE when matching does not answer.
  Task<absl::StatusOr<Agreement>> AgreementOf(rpc::Call call, std::string match) const;

 private:
  FindMatch find_match_;
};

// OK if the first of `people`, who asks, may meet each of the others, and nobody of them blocked another.
// FAILED_PRECONDITION: NOT_AVAILABLE, looked at first for everybody, with the same bytes whatever the cause;
// CONSENT_REQUIRED.
absl::Status MayMeet(const std::vector<Participant>& people, const Agreement& agreement, absl::Time now);

// OK if people who have a chat may have it at `start` instead. They have all agreed to meet, and each may move the chat
// again or cancel it: a door that closed or a match that ended since is about new chats. Without this whoever wants to
// be considerate could only cancel. FAILED_PRECONDITION (NOT_AVAILABLE): somebody left, is away at that time (as a
// pause cancels what it covers, and only that), or blocks one of the others.
absl::Status MayStillMeet(const std::vector<Participant>& people, absl::Time start);

}  // namespace cortado::scheduling
