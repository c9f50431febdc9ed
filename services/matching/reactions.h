// What follows for requests and matches when a person changes: whoever left has none any more, a block ends what is
// between the two, and whoever takes a break or closes the door has the requests to them answered at once. Runs with
// every page of the profile feed, before the next one is asked for; each step is safe to repeat. Thread-safe.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/matching/life_cycle.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

// Ids of the people of whom something may have to come to an end.
struct Concerned {
  std::set<std::string> all;       // Left, or blocks somebody: whatever they have.
  std::set<std::string> requests;  // Take no requests at the moment: those to them.
};

class Reactions {
 public:
  // All outlive this.
  Reactions(RequestStore& requests, LifeCycle& life_cycle, const Clock& clock)
      : requests_(requests), life_cycle_(life_cycle), clock_(clock) {}

  // Adds to `concerned` whom the page concerns.
  void Collect(const profile::v1::ListPeopleChangesResponse& page, Concerned& concerned) const;

  // Does what follows for them by `live`, which shows them as they are. Errors of the store: repeat.
  Task<absl::Status> React(std::string organization, const LiveView& live, const Concerned& concerned);

 private:
  RequestStore& requests_;
  LifeCycle& life_cycle_;
  const Clock& clock_;
};

}  // namespace cortado::matching
