// Where one service's dossiers are, here or elsewhere. Values.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/api/v1/peer_service.pb.h"

namespace cortado::profile {

// Every call gives UNAVAILABLE when the service cannot be reached.
struct DossierSource {
  std::string service;
  std::function<Task<absl::StatusOr<api::v1::CollectPersonResponse>>(rpc::Call, api::v1::CollectPersonRequest)> collect;
  std::function<Task<absl::StatusOr<api::v1::ErasePersonDataResponse>>(rpc::Call, api::v1::ErasePersonDataRequest)>
      erase;
  std::function<Task<absl::StatusOr<api::v1::ListRetentionRunsResponse>>(rpc::Call, api::v1::ListRetentionRunsRequest)>
      retention;
};

}  // namespace cortado::profile
