// What follows for requests and matches when a person changes: whoever left has none any more, and a block ends what is
// between the two. Runs with every page of the profile feed, before the next one is asked for; each step is safe to
// repeat. Thread-safe.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

class Reactions {
 public:
  // Both outlive this.
  Reactions(RequestStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Closes open requests and ends active matches as the page demands. Errors of the store: repeat the page.
  Task<absl::Status> React(std::string organization, const profile::v1::ListPeopleChangesResponse& page);

 private:
  // Whose requests and matches with `person` come to an end; empty: everybody's.
  using Others = std::set<std::string>;
  Task<absl::Status> Part(rpc::Call call, std::string person, Others others);
  Task<absl::Status> CloseRequests(rpc::Call call, std::string person, const Others& others);
  Task<absl::Status> EndMatches(rpc::Call call, std::string person, const Others& others);

  RequestStore& store_;
  const Clock& clock_;
};

}  // namespace cortado::matching
