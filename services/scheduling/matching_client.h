// What scheduling asks the matching service. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/client.h"
#include "common/task/task.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"

namespace cortado::scheduling {

class MatchingClient {
 public:
  // `peer` is connected, and outlives the client.
  explicit MatchingClient(rpc::Peer& peer)
      : peer_(peer), stub_(matching::v1::MatchingService::NewStub(peer.channel())) {}

  // The match of that name in the call's organisation, until the call's deadline. Errors are matching's.
  Task<absl::StatusOr<matching::v1::Match>> GetMatch(rpc::Call call, std::string name);

  // The request of that name, likewise.
  Task<absl::StatusOr<matching::v1::Request>> GetRequest(rpc::Call call, std::string name);

 private:
  rpc::Peer& peer_;
  std::unique_ptr<matching::v1::MatchingService::Stub> stub_;
};

}  // namespace cortado::scheduling
