// Asking somebody, and the two answers: the rules of product-rules 1.4 and 1.5 around one store write each.
// Thread-safe.
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
#include "services/matching/request_store.h"

namespace cortado::matching {

class Requests {
 public:
  // All outlive this.
  Requests(LiveViews& views, RequestStore& store, Executors& executors, const Clock& clock)
      : views_(views), store_(store), executors_(executors), clock_(clock) {}

  // Asks somebody on the caller's behalf. Looked at in this order: INVALID_ARGUMENT REQUEST_SELF and a proposed time
  // that is not in the future; NOT_FOUND; FAILED_PRECONDITION NOT_AVAILABLE, OWN_LINE, NOT_OFFERED; ALREADY_EXISTS
  // ALREADY_MATCHED, REQUEST_PENDING; FAILED_PRECONDITION TOO_MANY_REQUESTS, ASKED_RECENTLY, NO_PLACE_LEFT (with up to
  // three `people` who have one). UNAVAILABLE (LOADING).
  Task<absl::StatusOr<v1::Request>> Ask(rpc::Call call, const v1::RequestMatchRequest& request);

  // Says yes. NOT_FOUND to whoever takes no part, PERMISSION_DENIED to the one who asked. FAILED_PRECONDITION:
  // REQUEST_ANSWERED, NOT_AVAILABLE when either has left or blocks the other, NO_PLACE_LEFT. ABORTED (ETAG_MISMATCH).
  Task<absl::StatusOr<v1::Match>> Accept(rpc::Call call, const v1::AcceptMatchRequest& request);

  // Says no. Errors as Accept, but never NOT_AVAILABLE or NO_PLACE_LEFT.
  Task<absl::StatusOr<v1::Request>> Decline(rpc::Call call, const v1::DeclineMatchRequest& request);

  // Returns a request to one of the two, or to a service. NOT_FOUND to everybody else.
  Task<absl::StatusOr<v1::Request>> Get(rpc::Call call, const v1::GetRequestRequest& request);

  // Lists the caller's. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
  Task<absl::StatusOr<v1::ListRequestsResponse>> List(rpc::Call call, const v1::ListRequestsRequest& request);

 private:
  // What the view says about one asking the other.
  struct Verdict {
    absl::Status status;  // OK, NOT_FOUND, or what the asker is told.
    int32_t places = 0;   // The role model's.
  };
  Verdict Judge(const OrganizationView& view, absl::string_view asker, absl::string_view mentor,
                bool include_own_line) const;
  // What the view says about an answer of yes.
  Verdict JudgeAccept(const OrganizationView& view, const v1::Request& request) const;
  // Returns the request as stored to the one asked. `etag` empty: whatever it is.
  Task<absl::StatusOr<v1::Request>> ForAnswer(rpc::Call call, std::string name, std::string etag);
  // Adds to NO_PLACE_LEFT who has one.
  absl::Status WithOthers(const absl::Status& status, const LiveView& live, absl::string_view asker,
                          absl::string_view mentor) const;
  void Fill(const LiveView& live, v1::Request& request) const;

  LiveViews& views_;
  RequestStore& store_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::matching
