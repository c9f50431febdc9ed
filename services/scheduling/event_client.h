// What the courier asks of any service: its events, and of the profile which organisations there are. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/client.h"
#include "common/task/task.h"
#include "cortado/api/v1/peer_service.grpc.pb.h"

namespace cortado::scheduling {

class EventClient {
 public:
  // `peer` is connected to a server that runs `service`, and outlives the client.
  EventClient(rpc::Peer& peer, std::string service)
      : peer_(peer), service_(std::move(service)), stub_(api::v1::PeerService::NewStub(peer.channel())) {}

  // Events of the call's organisation behind `after`; what stands before that is forgotten. Errors are the service's.
  Task<absl::StatusOr<std::vector<api::v1::Event>>> List(rpc::Call call, std::string after);

 private:
  rpc::Peer& peer_;
  const std::string service_;
  std::unique_ptr<api::v1::PeerService::Stub> stub_;
};

}  // namespace cortado::scheduling
