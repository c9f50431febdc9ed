// Reads the profile service's change feed over gRPC. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/client.h"
#include "common/task/task.h"
#include "cortado/profile/v1/feed.pb.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::matching {

class ProfileClient {
 public:
  // `peer` is connected and outlives this.
  explicit ProfileClient(rpc::Peer& peer);

  // Returns what changed behind a resume token, waiting up to a second when nothing did. OUT_OF_RANGE
  // (RESYNC_REQUIRED); UNAVAILABLE, DEADLINE_EXCEEDED when the other side does not answer.
  Task<absl::StatusOr<profile::v1::ListPeopleChangesResponse>> ListChanges(std::string organization,
                                                                           std::string resume_token);
  // Returns an organisation as it is now. Errors are the profile's.
  Task<absl::StatusOr<profile::v1::Organization>> GetOrganization(std::string organization);

 private:
  rpc::Peer& peer_;
  std::unique_ptr<profile::v1::ProfileService::Stub> stub_;
};

}  // namespace cortado::matching
