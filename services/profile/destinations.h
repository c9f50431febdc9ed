// Where people want to go: dated, the newest counts, the older ones are their owner's own. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/person_store.h"
#include "services/profile/role_store.h"

namespace cortado::profile {

class Destinations {
 public:
  // All outlive it.
  Destinations(PersonStore& people, RoleStore& roles, const Clock& clock)
      : people_(people), roles_(roles), clock_(clock) {}

  Task<absl::StatusOr<v1::ListDestinationsResponse>> List(rpc::Call call, const v1::ListDestinationsRequest& request);
  Task<absl::StatusOr<v1::Destination>> Create(rpc::Call call, const v1::CreateDestinationRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call, const v1::DeleteDestinationRequest& request);

 private:
  // Everything of the person with this id, recorded where HR reads it. NOT_FOUND.
  Task<absl::StatusOr<PersonFile>> Open(rpc::Call call, std::string id);

  // Says that there is no role `name`, and which is nearest.
  Task<absl::Status> NoSuchRole(rpc::Call call, std::string name);

  PersonStore& people_;
  RoleStore& roles_;
  const Clock& clock_;
};

}  // namespace cortado::profile
