// People: who they are by HR's word and their own. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/person_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class People {
 public:
  // All outlive it.
  People(PersonStore& store, Skills& skills, const Clock& clock) : store_(store), skills_(skills), clock_(clock) {}

  Task<absl::StatusOr<v1::Person>> Create(rpc::Call call, const v1::CreatePersonRequest& request);
  Task<absl::Status> Get(rpc::Call call, const v1::GetPersonRequest& request, v1::Person& person);
  Task<absl::StatusOr<v1::BatchGetPeopleResponse>> BatchGet(rpc::Call call, const v1::BatchGetPeopleRequest& request);
  Task<absl::StatusOr<v1::Person>> Update(rpc::Call call, const v1::UpdatePersonRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call, const v1::DeletePersonRequest& request);
  Task<absl::StatusOr<v1::ListPeopleResponse>> List(rpc::Call call, const v1::ListPeopleRequest& request);
  Task<absl::StatusOr<v1::Person>> Lookup(rpc::Call call, const v1::LookupPersonRequest& request);
  Task<absl::StatusOr<v1::ListReportsResponse>> ListReports(rpc::Call call, const v1::ListReportsRequest& request);

 private:
  // The person as the caller may see them. NOT_FOUND.
  Task<absl::StatusOr<v1::Person>> Show(rpc::Call call, std::string id);
  Task<absl::Status> ShowIn(rpc::Call call, std::string id, v1::Person& person);
  // An answer to a read, not to a write, which has an entry of its own. UNAVAILABLE: it may not be shown.
  Task<absl::Status> RecordShown(rpc::Call call, const v1::Person& person);

  PersonStore& store_;
  Skills& skills_;
  const Clock& clock_;
};

}  // namespace cortado::profile
