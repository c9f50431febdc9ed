#include "services/scheduling/profile_client.h"

#include <utility>

#include "absl/time/clock.h"

namespace cortado::scheduling {
namespace {

constexpr int kPage = 1000;
constexpr absl::Duration kPatience = absl::Seconds(10);

}  // namespace

Task<absl::StatusOr<profile::v1::ListPeopleChangesResponse>> ProfileClient::ListPeopleChanges(std::string organization,
                                                                                              std::string resume_token,
                                                                                              absl::Duration wait) {
  profile::v1::ListPeopleChangesRequest request;
  request.set_resume_token(std::move(resume_token));
  request.set_page_size(kPage);
  request.mutable_wait()->set_seconds(absl::ToInt64Seconds(wait));
  using Async = class profile::v1::ProfileService::Stub::async;  // A method has the same name.
  void (Async::*method)(grpc::ClientContext*, const profile::v1::ListPeopleChangesRequest*,
                        profile::v1::ListPeopleChangesResponse*, std::function<void(grpc::Status)>) =
      &Async::ListPeopleChanges;
  co_return co_await peer_.Invoke(stub_->async(), method, request, std::move(organization), absl::Now() + kPatience,
                                  true);
}

}  // namespace cortado::scheduling
