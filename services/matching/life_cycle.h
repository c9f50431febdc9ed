// How requests and matches come to an end or move on by themselves: closed and the next choice asked, opened again,
// forgotten, ended. Every step looks at what is there first, so that each may be repeated, and two at once do no harm.
// Thread-safe.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/matching/match_store.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

class LiveView;

class LifeCycle {
 public:
  // All outlive this.
  LifeCycle(RequestStore& requests, MatchStore& matches, const Clock& clock)
      : requests_(requests), matches_(matches), clock_(clock) {}

  // Closes the request of `step`, neutrally, and asks the next choice who can be asked, in one write. Errors as
  // RequestStore::Close. `live` lives until the task is done.
  Task<absl::StatusOr<v1::Request>> Close(rpc::Call call, const LiveView& live, RequestStep step);

  // Does what is due for a request: closes one whose answer is overdue or can no longer be yes, opens a postponed one
  // again when its date has come (or closes it, when there is no room), deletes one that came to nothing long ago.
  // Nothing due and nothing there are no errors; errors of the store are.
  Task<absl::Status> LookAtRequest(rpc::Call call, const LiveView& live, std::string id);

  // Does what is due for everything of a person who changed: requests as above, matches that cannot stay end.
  Task<absl::Status> LookAtPerson(rpc::Call call, const LiveView& live, std::string person);

 private:
  // One try. ABORTED when somebody else was faster: look again.
  Task<absl::Status> Try(rpc::Call call, const LiveView& live, v1::Request request);
  Task<absl::Status> Reopen(rpc::Call call, const LiveView& live, v1::Request request);
  Task<absl::Status> LookAtMatch(rpc::Call call, const LiveView& live, v1::Match match);

  RequestStore& requests_;
  MatchStore& matches_;
  const Clock& clock_;
};

}  // namespace cortado::matching
