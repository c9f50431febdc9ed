// Whom somebody does not want to meet: known to them alone, acting both ways elsewhere. No audit entry names the other
// (product rules 1.5). Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Blocks {
 public:
  // Both outlive it.
  Blocks(PersonStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  Task<absl::StatusOr<v1::Block>> Block(rpc::Call call, const v1::BlockPersonRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Unblock(rpc::Call call, const v1::UnblockPersonRequest& request);
  Task<absl::StatusOr<v1::ListBlocksResponse>> List(rpc::Call call, const v1::ListBlocksRequest& request);

 private:
  // The blocks of the person with this id, by person. NOT_FOUND.
  Task<absl::StatusOr<std::vector<v1::Block>>> BlocksOf(rpc::Call call, std::string id);

  PersonStore& store_;
  const Clock& clock_;
};

}  // namespace cortado::profile
