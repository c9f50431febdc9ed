// What matching asks the scheduling service. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/client.h"
#include "common/task/task.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"

namespace cortado::matching {

class SchedulingClient {
 public:
  // `peer` is connected, and outlives the client.
  explicit SchedulingClient(rpc::Peer& peer)
      : peer_(peer), stub_(scheduling::v1::SchedulingService::NewStub(peer.channel())) {}

  // Books in the call's organisation for the host that `request` names, until the call's deadline. Errors are
  // scheduling's.
  Task<absl::StatusOr<scheduling::v1::Chat>> BookChat(rpc::Call call, scheduling::v1::BookChatRequest request);
  // Returns a chat of the call's organisation, likewise.
  Task<absl::StatusOr<scheduling::v1::Chat>> GetChat(rpc::Call call, std::string name);
  // Finds times in the call's organisation for the host that `request` names, in the call's language. Errors are
  // scheduling's.
  Task<absl::StatusOr<scheduling::v1::FindTimesResponse>> FindTimes(rpc::Call call,
                                                                    scheduling::v1::FindTimesRequest request);

 private:
  rpc::Peer& peer_;
  std::unique_ptr<scheduling::v1::SchedulingService::Stub> stub_;
};

}  // namespace cortado::matching
