// Asking somebody, taking it back, and what one sees of requests (product rules 1.4 and 1.5). Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/request_rules.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

// Fills in the cards of a request, and takes out what its reader may not see: nobody but the requester learns of other
// choices.
void ShowRequest(const rpc::Call& call, const LiveView& live, absl::Time now, v1::Request& request);

// FAILED_PRECONDITION (REQUEST_ANSWERED).
absl::Status RequestAnswered();

class Requests {
 public:
  // All outlive this.
  Requests(LiveViews& views, RequestStore& store, Executors& executors, const Clock& clock)
      : views_(views), store_(store), executors_(executors), clock_(clock) {}

  // Asks somebody on the caller's behalf. Looked at in this order: INVALID_ARGUMENT REQUEST_SELF, a proposed time that
  // is not in the future, next choices that are not other people, each once; NOT_FOUND; FAILED_PRECONDITION
  // NOT_AVAILABLE, OWN_LINE (of a next choice too), NOT_OFFERED; ALREADY_EXISTS ALREADY_MATCHED, REQUEST_PENDING;
  // FAILED_PRECONDITION TOO_MANY_REQUESTS, ASKED_RECENTLY, NO_PLACE_LEFT (with up to three `people` who have one).
  // UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::Request>> Ask(rpc::Call call, const v1::RequestMatchRequest& request);

  // Takes a request back. NOT_FOUND to whoever takes no part, PERMISSION_DENIED to the one asked. FAILED_PRECONDITION
  // (REQUEST_ANSWERED). ABORTED (ETAG_MISMATCH).
  Task<absl::StatusOr<v1::Request>> Withdraw(rpc::Call call, const v1::WithdrawMatchRequest& request);

  // Returns a request to one of the two, or to a service. NOT_FOUND to everybody else.
  Task<absl::StatusOr<v1::Request>> Get(rpc::Call call, const v1::GetRequestRequest& request);

  // Lists the caller's. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
  Task<absl::StatusOr<v1::ListRequestsResponse>> List(rpc::Call call, const v1::ListRequestsRequest& request);

 private:
  // What the request says about itself: the caller, the times and the choices.
  absl::Status Check(const rpc::Call& call, const v1::RequestMatchRequest& request) const;
  Verdict Judge(const rpc::Call& call, const OrganizationView& view, const v1::RequestMatchRequest& request) const;
  v1::Request NewRequest(const rpc::Call& call, const OrganizationView& view,
                         const v1::RequestMatchRequest& request) const;
  // Adds to NO_PLACE_LEFT who has one.
  absl::Status WithOthers(const absl::Status& status, const LiveView& live, absl::string_view asker,
                          absl::string_view mentor) const;

  LiveViews& views_;
  RequestStore& store_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::matching
