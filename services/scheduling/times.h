// What is free: times that suit several people, and one's own free stretches. Reads only. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/look_limiter.h"
#include "services/scheduling/people_projection.h"

namespace cortado::scheduling {

// Errors are those of the proto, and UNAVAILABLE (TRY_AGAIN) as for Chats.
class Times {
 public:
  // All outlive the core.
  Times(ChatStore& chats, PeopleProjection& projection, const Consents& consents, Executors& executors,
        const Clock& clock);

  // RESOURCE_EXHAUSTED (TOO_MANY_LOOKS) besides: 120 looks at one person at once, then one every 30 seconds.
  Task<absl::StatusOr<v1::FindTimesResponse>> Find(rpc::Call call, const v1::FindTimesRequest& request);
  Task<absl::StatusOr<v1::GetAvailabilityResponse>> GetAvailability(rpc::Call call,
                                                                    const v1::GetAvailabilityRequest& request);

 private:
  struct Question;

  absl::StatusOr<Question> QuestionOf(const rpc::Call& call, const v1::FindTimesRequest& request) const;
  absl::Status CountLooks(const rpc::Call& call, const Question& question);
  // The people in the order of the ids; NOT_FOUND when one is absent.
  Task<absl::StatusOr<std::vector<Participant>>> ReadAll(rpc::Call call, std::vector<std::string> ids,
                                                         Interval window) const;

  // The same, if the caller may meet them all: FAILED_PRECONDITION otherwise.
  Task<absl::StatusOr<std::vector<Participant>>> ReadAvailable(rpc::Call call, const Question& question) const;
  static absl::Duration LengthOf(const Question& question, const std::vector<Participant>& people);
  // Searches; `people` have the caller first.
  static absl::StatusOr<v1::FindTimesResponse> Answer(const Question& question, const std::vector<Participant>& people,
                                                      int limit, const std::string& language);

  ChatStore& chats_;
  PeopleProjection& projection_;
  const Consents& consents_;
  Executors& executors_;
  const Clock& clock_;
  LookLimiter looks_;
};

}  // namespace cortado::scheduling
