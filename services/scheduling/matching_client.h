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

  // The same with times that suit all.
  Task<absl::StatusOr<matching::v1::Match>> GetMatchWithTimes(rpc::Call call, std::string name);

  // What speaks for `mentor` (`people/P`) to `person`, in `language`.
  Task<absl::StatusOr<matching::v1::Suggestion>> Explain(rpc::Call call, std::string person, std::string mentor,
                                                         std::string language);

  // Says that a chat was booked with a match.
  Task<absl::Status> RecordChat(rpc::Call call, matching::v1::RecordChatRequest request);

  // The request of that name, likewise.
  Task<absl::StatusOr<matching::v1::Request>> GetRequest(rpc::Call call, std::string name);

 private:
  Task<absl::StatusOr<matching::v1::Match>> Get(rpc::Call call, matching::v1::GetMatchRequest request);

  rpc::Peer& peer_;
  std::unique_ptr<matching::v1::MatchingService::Stub> stub_;
};

}  // namespace cortado::scheduling
