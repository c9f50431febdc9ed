#include "services/matching/scheduling_client.h"

#include <utility>

namespace cortado::matching {

Task<absl::StatusOr<scheduling::v1::Chat>> SchedulingClient::BookChat(rpc::Call call,
                                                                      scheduling::v1::BookChatRequest request) {
  using Async = class scheduling::v1::SchedulingService::Stub::async;  // A method has the same name.
  void (Async::*method)(grpc::ClientContext*, const scheduling::v1::BookChatRequest*, scheduling::v1::Chat*,
                        std::function<void(grpc::Status)>) = &Async::BookChat;
  co_return co_await peer_.Invoke(stub_->async(), method, request, call.organization(), call.deadline(), true);
}

Task<absl::StatusOr<scheduling::v1::Chat>> SchedulingClient::GetChat(rpc::Call call, std::string name) {
  scheduling::v1::GetChatRequest request;
  request.set_name(std::move(name));
  using Async = class scheduling::v1::SchedulingService::Stub::async;
  void (Async::*method)(grpc::ClientContext*, const scheduling::v1::GetChatRequest*, scheduling::v1::Chat*,
                        std::function<void(grpc::Status)>) = &Async::GetChat;
  co_return co_await peer_.Invoke(stub_->async(), method, request, call.organization(), call.deadline(), true);
}

Task<absl::StatusOr<scheduling::v1::FindTimesResponse>> SchedulingClient::FindTimes(
    rpc::Call call, scheduling::v1::FindTimesRequest request) {
  using Async = class scheduling::v1::SchedulingService::Stub::async;
  void (Async::*method)(grpc::ClientContext*, const scheduling::v1::FindTimesRequest*,
                        scheduling::v1::FindTimesResponse*, std::function<void(grpc::Status)>) = &Async::FindTimes;
  co_return co_await peer_.Invoke(stub_->async(), method, request, call.organization(), call.deadline(), true,
                                  call.accept_language());
}

}  // namespace cortado::matching
