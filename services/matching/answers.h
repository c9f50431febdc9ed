// What the one asked says to a request, and what the requester replies: yes, no, tell me more, not now (product rules
// 1.4 and 1.5). Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/bookings.h"
#include "services/matching/life_cycle.h"
#include "services/matching/live_views.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

// Questions that one request may hold.
inline constexpr int kQuestions = 5;

// Errors of every answer: NOT_FOUND to whoever takes no part, PERMISSION_DENIED to the other of the two.
// FAILED_PRECONDITION (REQUEST_ANSWERED). ABORTED (ETAG_MISMATCH). UNAVAILABLE (LOADING).
class Answers {
 public:
  // All outlive this.
  Answers(LiveViews& views, RequestStore& store, LifeCycle& life_cycle, Bookings& bookings, const Clock& clock)
      : views_(views), store_(store), life_cycle_(life_cycle), bookings_(bookings), clock_(clock) {}

  // Yes, to an open or a postponed request. The match stands whatever becomes of the chosen time. FAILED_PRECONDITION
  // besides: NOT_AVAILABLE when either has left or blocks the other, NO_PLACE_LEFT. ALREADY_EXISTS:
  // ALREADY_MATCHED. INVALID_ARGUMENT: a chosen time that is not a full minute in the future.
  Task<absl::StatusOr<v1::Match>> Accept(rpc::Call call, const v1::AcceptMatchRequest& request);

  // No, to an open or a postponed request.
  Task<absl::StatusOr<v1::Request>> Decline(rpc::Call call, const v1::DeclineMatchRequest& request);

  // Tell me more. FAILED_PRECONDITION besides: QUESTION_PENDING, TOO_MANY_QUESTIONS.
  Task<absl::StatusOr<v1::Request>> Question(rpc::Call call, const v1::AskRequesterRequest& request);

  // The requester's reply. FAILED_PRECONDITION besides: NO_QUESTION.
  Task<absl::StatusOr<v1::Request>> Reply(rpc::Call call, const v1::ReplyWithDetailsRequest& request);

  // Not now. INVALID_ARGUMENT: the date is not in the future, or more than a year ahead.
  Task<absl::StatusOr<v1::Request>> Postpone(rpc::Call call, const v1::PostponeMatchRequest& request);

 private:
  // Writes one step. `live` lives until the task is done.
  using Write = std::function<Task<absl::StatusOr<v1::Request>>(const LiveView& live, RequestStep step)>;

  // Reads the request for the one asked, or for the requester.
  Task<absl::StatusOr<v1::Request>> Find(rpc::Call call, std::string name, std::string etag, bool for_requester) const;
  // Reads, changes and writes until nobody came in between; `change` makes of the request what it shall be, and says
  // what stands against it. `request` is the caller's.
  template <class Request, class Change>
  Task<absl::StatusOr<v1::Request>> Answer(rpc::Call call, const Request& request, bool by_requester, Change change,
                                           Write write);
  v1::Match NewMatch(const v1::Request& accepted, const v1::AcceptMatchRequest& request, const LiveView& live) const;

  LiveViews& views_;
  RequestStore& store_;
  LifeCycle& life_cycle_;
  Bookings& bookings_;
  const Clock& clock_;
};

}  // namespace cortado::matching
