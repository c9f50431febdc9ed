// Finding people, skills and roles by what was typed so far. Names are a directory: whoever blocked somebody is found
// by them all the same, so that a block shows nowhere. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/search.pb.h"
#include "services/profile/person_store.h"
#include "services/profile/search_indexes.h"

namespace cortado::profile {

class Searches {
 public:
  // All outlive it.
  Searches(SearchIndexes& indexes, PersonStore& people, const Clock& clock)
      : indexes_(indexes), people_(people), clock_(clock) {}

  Task<absl::StatusOr<v1::SearchPeopleResponse>> SearchPeople(rpc::Call call, const v1::SearchPeopleRequest& request);
  Task<absl::StatusOr<v1::SearchSkillsResponse>> SearchSkills(rpc::Call call, const v1::SearchSkillsRequest& request);
  Task<absl::StatusOr<v1::SearchRolesResponse>> SearchRoles(rpc::Call call, const v1::SearchRolesRequest& request);

 private:
  SearchIndexes& indexes_;
  PersonStore& people_;
  const Clock& clock_;
};

}  // namespace cortado::profile
