#include "services/scheduling/profile_client.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/status/status.h"

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

Task<absl::StatusOr<profile::v1::Organization>> ProfileClient::GetOrganization(std::string organization) {
  using Async = class profile::v1::ProfileService::Stub::async;
  const profile::v1::GetOrganizationRequest request;
  void (Async::*method)(grpc::ClientContext*, const profile::v1::GetOrganizationRequest*, profile::v1::Organization*,
                        std::function<void(grpc::Status)>) = &Async::GetOrganization;
  co_return co_await peer_.Invoke(stub_->async(), method, request, std::move(organization), absl::Now() + kPatience,
                                  true);
}

Task<absl::StatusOr<std::vector<std::string>>> ProfileClient::ListOrganizations() {
  std::vector<std::string> ids;
  profile::v1::ListOrganizationsRequest request;
  request.set_page_size(kPage);
  using Async = class profile::v1::ProfileService::Stub::async;
  void (Async::*method)(grpc::ClientContext*, const profile::v1::ListOrganizationsRequest*,
                        profile::v1::ListOrganizationsResponse*, std::function<void(grpc::Status)>) =
      &Async::ListOrganizations;
  do {
    CO_ASSIGN_OR_RETURN(profile::v1::ListOrganizationsResponse page,
                        co_await peer_.Invoke(stub_->async(), method, request, "", absl::Now() + kPatience, true));
    for (const std::string& name : page.names()) ids.push_back(name.substr(name.find('/') + 1));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  co_return ids;
}

}  // namespace cortado::scheduling
