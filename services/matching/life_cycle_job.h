// The job that does what comes due in an organisation: answers that are overdue, requests that open again, what is to
// be forgotten, chosen times that a crash or an outage left unbooked, times to offer once more, coffees that are over.
// Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/jobs/jobs.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/matching/bookings.h"
#include "services/matching/life_cycle.h"
#include "services/matching/live_views.h"

namespace cortado::matching {

class LifeCycleJob {
 public:
  static constexpr char kJob[] = "requests.due";

  // All outlive this.
  LifeCycleJob(LiveViews& views, RequestStore& requests, MatchStore& matches, LifeCycle& life_cycle, Bookings& bookings,
               const Clock& clock)
      : views_(views),
        requests_(requests),
        matches_(matches),
        life_cycle_(life_cycle),
        bookings_(bookings),
        clock_(clock) {}

  // Adds the job, and has it scheduled for every organisation before its first write.
  void Register(store::Store& store, jobs::Runner& runner);

  // Follows the people of the call's organisation, if there is anything between them, and does what is due, each once.
  // Returns the first error after the rest is done.
  Task<absl::Status> Run(rpc::Call call);

 private:
  // Where somebody waits, people are followed though nobody calls: whoever leaves or takes a break answers at once.
  Task<absl::Status> FollowIfNeeded(rpc::Call call);
  Task<absl::Status> Do(rpc::Call call, const LiveView& live, std::string due);
  // What is due of the match `id`: as the first part of the key's entry says (request_store.h).
  Task<absl::Status> DoMatch(rpc::Call call, const LiveView& live, std::string what, std::string id);

  LiveViews& views_;
  RequestStore& requests_;
  MatchStore& matches_;
  LifeCycle& life_cycle_;
  Bookings& bookings_;
  const Clock& clock_;
};

}  // namespace cortado::matching
