// The projection of people in scheduling's own keys: everybody as the profile last told, and how far it was read.
// Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/feed.pb.h"

namespace cortado::scheduling {

// People by id.
using People = std::map<std::string, profile::v1::PersonSnapshot>;

// At most so many people a write: two commands each, and a script has at most 1,000.
inline constexpr size_t kMostPeopleInOneWrite = 400;

// Errors of all functions: UNAVAILABLE when the store does not answer, DEADLINE_EXCEEDED when it was too late to ask.
class PeopleStore {
 public:
  // `store` is scheduling's, and outlives this.
  explicit PeopleStore(store::Store& store) : store_(store) {}

  // Keeps `people` (by Keep) and forgets `gone` (ids), together at most kMostPeopleInOneWrite, in one step. The
  // calendar of whoever is gone, or left, goes with them. A person who is as kept before is not written, so their
  // revision stays. Repeating it changes nothing.
  Task<absl::Status> Put(rpc::Call call, std::vector<profile::v1::PersonSnapshot> people,
                         std::vector<std::string> gone);

  // The ids of everybody kept, in no order.
  Task<absl::StatusOr<std::vector<std::string>>> ListIds(rpc::Call call);

  // The people with these ids, as kept; absent ones are left out.
  Task<absl::StatusOr<People>> Find(rpc::Call call, std::vector<std::string> ids);

  // Where to go on reading the people feed; nothing while its first snapshot is not complete.
  Task<absl::StatusOr<std::optional<std::string>>> FindToken(rpc::Call call);
  Task<absl::Status> SaveToken(rpc::Call call, std::string token);

  // The organisations served so far, in no order. `call` is of the organisation Keys::Directory().
  Task<absl::StatusOr<std::vector<std::string>>> ListOrganizations(rpc::Call call);
  Task<absl::Status> AddOrganization(rpc::Call call, std::string organization);

 private:
  Task<absl::StatusOr<std::vector<std::string>>> Members(rpc::Call call, std::string key);

  store::Store& store_;
};

}  // namespace cortado::scheduling
