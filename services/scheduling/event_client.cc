#include "services/scheduling/event_client.h"

#include <algorithm>
#include <utility>

#include "common/status/status.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(5);

}  // namespace

Task<absl::StatusOr<std::vector<api::v1::Event>>> EventClient::List(rpc::Call call, std::string after) {
  api::v1::ListEventsRequest request;
  request.set_service(service_);
  request.set_after(std::move(after));
  using Async = class api::v1::PeerService::Stub::async;
  void (Async::*method)(grpc::ClientContext*, const api::v1::ListEventsRequest*, api::v1::ListEventsResponse*,
                        std::function<void(grpc::Status)>) = &Async::ListEvents;
  const absl::Time deadline = std::min(call.deadline(), absl::Now() + kPatience);
  CO_ASSIGN_OR_RETURN(api::v1::ListEventsResponse response,
                      co_await peer_.Invoke(stub_->async(), method, request, call.organization(), deadline, true));
  co_return std::vector<api::v1::Event>(response.events().begin(), response.events().end());
}

}  // namespace cortado::scheduling
