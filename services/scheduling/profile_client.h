// What scheduling asks the profile service. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/client.h"
#include "common/task/task.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::scheduling {

class ProfileClient {
 public:
  // `peer` is connected, and outlives the client.
  explicit ProfileClient(rpc::Peer& peer) : peer_(peer), stub_(profile::v1::ProfileService::NewStub(peer.channel())) {}

  // What changed of the people of an organisation behind `resume_token`; waits so long (whole seconds) for something
  // new. Errors are the profile's.
  Task<absl::StatusOr<profile::v1::ListPeopleChangesResponse>> ListPeopleChanges(std::string organization,
                                                                                 std::string resume_token,
                                                                                 absl::Duration wait);

  // An organisation as it is now. Errors are the profile's.
  Task<absl::StatusOr<profile::v1::Organization>> GetOrganization(std::string organization);

  // The ids of all organisations.
  Task<absl::StatusOr<std::vector<std::string>>> ListOrganizations();

 private:
  rpc::Peer& peer_;
  std::unique_ptr<profile::v1::ProfileService::Stub> stub_;
};

}  // namespace cortado::scheduling
