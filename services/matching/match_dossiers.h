// What the matching service holds about a person: their requests and matches, with fits and guides. What stands
// beside (who was asked when, who is kept apart, counts) is made of those. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/privacy/dossiers.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/matching/life_cycle.h"
#include "services/matching/match_store.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

class LiveView;

class MatchDossiers {
 public:
  // The view of the call's organisation if it is there at once; null otherwise.
  using FindView = std::function<Task<std::shared_ptr<LiveView>>(rpc::Call call)>;

  // All outlive it.
  struct Parts {
    store::Store& store;
    RequestStore& requests;
    MatchStore& matches;
    LifeCycle& life_cycle;
    const Clock& clock;
  };

  MatchDossiers(Parts parts, FindView find_view) : parts_(parts), find_view_(std::move(find_view)) {}

  // Sections of a dossier.
  Task<absl::StatusOr<privacy::RecordPage>> CollectRequests(rpc::Call call, std::string person, std::string cursor);
  Task<absl::StatusOr<privacy::RecordPage>> CollectMatches(rpc::Call call, std::string person, std::string cursor);

  // Ends what is open, takes the person's words out of what others share with them, and forgets the rest. Others keep
  // the request and the match with the id of somebody who is nobody any more.
  Task<absl::StatusOr<privacy::Erased>> Erase(rpc::Call call, std::string person);

 private:
  // Takes one entry off the list of the person's requests, its words gone. Zero or one.
  Task<absl::StatusOr<int>> EraseRequest(rpc::Call call, const std::string& person, std::string entry);
  Task<absl::Status> End(rpc::Call call, const std::string& person, v1::Request request);
  Task<absl::StatusOr<int>> EndMatches(rpc::Call call, std::string person);
  Task<absl::StatusOr<int>> ForgetRest(rpc::Call call, std::string person);

  const Parts parts_;
  const FindView find_view_;
};

}  // namespace cortado::matching
