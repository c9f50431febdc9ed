#include "services/matching/profile_client.h"

#include <utility>

namespace cortado::matching {
namespace {

constexpr int kPageSize = 1000;
constexpr int64_t kWaitSeconds = 1;
constexpr absl::Duration kTimeout = absl::Seconds(10);

}  // namespace

ProfileClient::ProfileClient(rpc::Peer& peer)
    : peer_(peer), stub_(profile::v1::ProfileService::NewStub(peer.channel())) {}

Task<absl::StatusOr<profile::v1::ListPeopleChangesResponse>> ProfileClient::ListChanges(std::string organization,
                                                                                        std::string resume_token) {
  using Async = class profile::v1::ProfileService::Stub::async;  // A method has the same name.
  profile::v1::ListPeopleChangesRequest request;
  request.set_resume_token(std::move(resume_token));
  request.set_page_size(kPageSize);
  request.mutable_wait()->set_seconds(kWaitSeconds);
  void (Async::*method)(grpc::ClientContext*, const profile::v1::ListPeopleChangesRequest*,
                        profile::v1::ListPeopleChangesResponse*, std::function<void(grpc::Status)>) =
      &Async::ListPeopleChanges;
  co_return co_await peer_.Invoke(stub_->async(), method, request, std::move(organization), absl::Now() + kTimeout,
                                  /*safe=*/true);
}

Task<absl::StatusOr<profile::v1::Organization>> ProfileClient::GetOrganization(std::string organization) {
  using Async = class profile::v1::ProfileService::Stub::async;
  const profile::v1::GetOrganizationRequest request;
  void (Async::*method)(grpc::ClientContext*, const profile::v1::GetOrganizationRequest*, profile::v1::Organization*,
                        std::function<void(grpc::Status)>) = &Async::GetOrganization;
  co_return co_await peer_.Invoke(stub_->async(), method, request, std::move(organization), absl::Now() + kTimeout,
                                  /*safe=*/true);
}

}  // namespace cortado::matching
