// Whom the figures are about: everybody in a programme, or in the organisation, with how they were matched there, read
// in portions. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/program.pb.h"
#include "services/matching/insights/taking_part.h"
#include "services/matching/live_views.h"
#include "services/matching/match_store.h"
#include "services/matching/program/program_store.h"
#include "services/matching/program/round_store.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

class InsightPeople {
 public:
  // All outlive this.
  struct Parts {
    LiveViews& views;
    ProgramStore& programs;
    RoundStore& rounds;
    RequestStore& requests;
    MatchStore& matches;
    Executors& executors;
    const Clock& clock;
  };
  explicit InsightPeople(const Parts& parts) : parts_(parts) {}

  // Returns those who were invited to a programme and did not leave it; whoever said "not now" is invited. Only matches
  // of the programme count, and none of a round that was undone. UNAVAILABLE (LOADING), DEADLINE_EXCEEDED.
  Task<absl::StatusOr<InsightInput>> OfProgram(rpc::Call call, v1::Program program);

  // Returns everybody active. Only matches that came from requests count. With `with_lists`, also in how many lists of
  // ten each is suggested, asked for 500 people spread over the organisation. UNAVAILABLE (LOADING), also when the
  // organisation was read anew meanwhile; DEADLINE_EXCEEDED.
  Task<absl::StatusOr<InsightInput>> OfOrganization(rpc::Call call, bool with_lists);

 private:
  // One person on the way to InsightPerson.
  struct Known {
    std::string id;
    std::string partner;  // Id of whom they were first matched with.
    InsightPerson person;
    absl::Time matched = absl::InfiniteFuture();
    std::string request;  // Id of the request to that match.
    int32_t index = kUnknown;
  };
  struct Scope {
    std::string program;                 // `programs/P`; empty: outside of programmes.
    bool coffee = false;                 // Whoever is in a match looked for it.
    std::map<std::string, bool> undone;  // By round.
  };
  Task<absl::Status> ReadMatches(rpc::Call call, Scope* scope, std::vector<Known>* people);
  Task<absl::StatusOr<bool>> Counts(rpc::Call call, Scope* scope, std::string program, std::string round);
  Task<absl::Status> ReadWaiting(rpc::Call call, Known* known);
  Task<absl::Status> CountLists(rpc::Call call, const LiveView& live, uint64_t serial, std::vector<Known>* people);

  const Parts parts_;
};

}  // namespace cortado::matching
