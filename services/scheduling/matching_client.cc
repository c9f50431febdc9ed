#include "services/scheduling/matching_client.h"

#include <utility>

namespace cortado::scheduling {

Task<absl::StatusOr<matching::v1::Match>> MatchingClient::GetMatch(rpc::Call call, std::string name) {
  matching::v1::GetMatchRequest request;
  request.set_name(std::move(name));
  return Get(std::move(call), std::move(request));
}

Task<absl::StatusOr<matching::v1::Match>> MatchingClient::GetMatchWithTimes(rpc::Call call, std::string name) {
  matching::v1::GetMatchRequest request;
  request.set_name(std::move(name));
  request.set_with_times(true);
  return Get(std::move(call), std::move(request));
}

Task<absl::StatusOr<matching::v1::Suggestion>> MatchingClient::Explain(rpc::Call call, std::string person,
                                                                       std::string mentor, std::string language) {
  matching::v1::ExplainMatchRequest request;
  request.set_person(std::move(person));
  request.set_mentor(std::move(mentor));
  using Async = class matching::v1::MatchingService::Stub::async;
  void (Async::*method)(grpc::ClientContext*, const matching::v1::ExplainMatchRequest*, matching::v1::Suggestion*,
                        std::function<void(grpc::Status)>) = &Async::ExplainMatch;
  co_return co_await peer_.Invoke(stub_->async(), method, request, call.organization(), call.deadline(), true,
                                  std::move(language));
}

Task<absl::Status> MatchingClient::RecordChat(rpc::Call call, matching::v1::RecordChatRequest request) {
  using Async = class matching::v1::MatchingService::Stub::async;
  void (Async::*method)(grpc::ClientContext*, const matching::v1::RecordChatRequest*, google::protobuf::Empty*,
                        std::function<void(grpc::Status)>) = &Async::RecordChat;
  co_return (co_await peer_.Invoke(stub_->async(), method, request, call.organization(), call.deadline(), true))
      .status();
}

Task<absl::StatusOr<matching::v1::Match>> MatchingClient::Get(rpc::Call call, matching::v1::GetMatchRequest request) {
  using Async = class matching::v1::MatchingService::Stub::async;  // A method has the same name.
  void (Async::*method)(grpc::ClientContext*, const matching::v1::GetMatchRequest*, matching::v1::Match*,
                        std::function<void(grpc::Status)>) = &Async::GetMatch;
  co_return co_await peer_.Invoke(stub_->async(), method, request, call.organization(), call.deadline(), true);
}

Task<absl::StatusOr<matching::v1::Request>> MatchingClient::GetRequest(rpc::Call call, std::string name) {
  matching::v1::GetRequestRequest request;
  request.set_name(std::move(name));
  using Async = class matching::v1::MatchingService::Stub::async;
  void (Async::*method)(grpc::ClientContext*, const matching::v1::GetRequestRequest*, matching::v1::Request*,
                        std::function<void(grpc::Status)>) = &Async::GetRequest;
  co_return co_await peer_.Invoke(stub_->async(), method, request, call.organization(), call.deadline(), true);
}

}  // namespace cortado::scheduling
