// For tests of the service's parts: all of them over a real private redis-server, called without a wire.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/rpc/call.h"
#include "common/rpc/view.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/profile/profile.h"

namespace cortado::profile {

class ProfileFixture : public ::testing::Test {
 protected:
  using Role = api::v1::Role;

  static rpc::Call CallOf(const std::string& subject, std::initializer_list<Role> roles,
                          const std::string& org = "acme", absl::Duration timeout = absl::Seconds(10)) {
    auto info = std::make_shared<rpc::CallInfo>();
    info->organization = org;
    info->subject = subject;
    info->method = "test";
    info->deadline = absl::Now() + timeout;
    for (const Role role : roles) info->roles.Add(role);
    return rpc::Call(std::move(info));
  }
  static rpc::Call Hr() { return CallOf("hr", {api::v1::ROLE_HR_ADMIN}); }
  static rpc::Call As(const std::string& id) { return CallOf(id, {api::v1::ROLE_EMPLOYEE}); }
  static rpc::Call AsService() { return CallOf("matching", {api::v1::ROLE_SERVICE}); }

  // Leaves what the caller may see, as the binder does.
  static void Show(const rpc::Call& call, google::protobuf::Message& message) {
    rpc::View::Of(*message.GetDescriptor()).Show(call, message);
  }

  // A new request id each time.
  std::string RequestId() { return absl::StrCat("request-", ++requests_); }

  // Creates a person whose id and external id are `id`.
  absl::StatusOr<v1::Person> Create(const std::string& id, const std::string& manager = "") {
    v1::CreatePersonRequest request;
    request.set_person_id(id);
    request.set_request_id(RequestId());
    request.mutable_person()->set_display_name("The " + id);
    request.mutable_person()->set_external_id(id);
    if (!manager.empty()) request.mutable_person()->set_manager("people/" + manager);
    return SyncWait(profile_.people().Create(Hr(), request));
  }
  absl::Status Delete(const std::string& id) {
    v1::DeletePersonRequest request;
    request.set_name("people/" + id);
    request.set_etag(Get(Hr(), id).value_or(v1::Person()).etag());
    request.set_request_id(RequestId());
    return SyncWait(profile_.people().Delete(Hr(), request)).status();
  }
  absl::StatusOr<v1::Skill> CreateSkill(const std::string& name, const std::vector<std::string>& aliases = {}) {
    v1::CreateSkillRequest request;
    request.mutable_skill()->set_display_name(name);
    for (const std::string& alias : aliases) request.mutable_skill()->add_aliases(alias);
    request.set_request_id(RequestId());
    return SyncWait(profile_.skills().Create(Hr(), request));
  }
  absl::StatusOr<v1::Role> CreateRole(const std::string& name, const std::vector<std::string>& skills) {
    v1::CreateRoleRequest request;
    request.mutable_role()->set_display_name(name);
    for (const std::string& skill : skills) request.mutable_role()->add_requirements()->set_skill(skill);
    request.set_request_id(RequestId());
    return SyncWait(profile_.roles().Create(Hr(), request));
  }
  absl::StatusOr<v1::Person> Get(rpc::Call call, const std::string& id) {
    v1::GetPersonRequest request;
    request.set_name("people/" + id);
    v1::Person person;
    absl::Status status = SyncWait(profile_.people().Get(call, request, person));
    if (!status.ok()) return status;
    Show(call, person);
    return person;
  }
  // Writes the fields `paths` of `person`, as it was read.
  absl::StatusOr<v1::Person> Update(rpc::Call call, v1::Person person, const std::vector<std::string>& paths) {
    v1::UpdatePersonRequest request;
    *request.mutable_person() = std::move(person);
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(RequestId());
    return SyncWait(profile_.people().Update(call, request));
  }
  absl::StatusOr<v1::Offer> Offer(const std::string& id, v1::Offer offer) {
    v1::UpdateOfferRequest request;
    *request.mutable_offer() = std::move(offer);
    request.mutable_offer()->set_name("people/" + id + "/offer");
    for (const char* path : {"mentor", "coffee", "places", "booking", "pause_end_time"}) {
      request.mutable_update_mask()->add_paths(path);
    }
    request.set_request_id(RequestId());
    return SyncWait(profile_.offers().UpdateOffer(As(id), request));
  }
  absl::StatusOr<v1::Destination> Say(const std::string& id, v1::Destination destination) {
    v1::CreateDestinationRequest request;
    request.set_parent("people/" + id);
    *request.mutable_destination() = std::move(destination);
    request.set_request_id(RequestId());
    return SyncWait(profile_.destinations().Create(As(id), request));
  }
  std::vector<v1::Destination> DestinationsOf(const std::string& id, rpc::Call viewer) {
    v1::ListDestinationsRequest request;
    request.set_parent("people/" + id);
    auto response = SyncWait(profile_.destinations().List(viewer, request));
    EXPECT_TRUE(response.ok()) << response.status();
    Show(viewer, *response);
    return {response->destinations().begin(), response->destinations().end()};
  }
  // The next page of the feed behind `token`; waits for nothing.
  absl::StatusOr<v1::ListPeopleChangesResponse> Changes(const std::string& token, int page_size = 0) {
    v1::ListPeopleChangesRequest request;
    request.set_resume_token(token);
    request.set_page_size(page_size);
    return SyncWait(profile_.feed().List(AsService(), request));
  }
  // Waits until the service has found the store again, which has somebody with this id.
  void AwaitStore(const std::string& id) {
    const absl::Time limit = absl::Now() + absl::Seconds(10);
    absl::StatusOr<v1::Person> found = Get(AsService(), id);
    while (!found.ok() && absl::Now() < limit) {
      absl::SleepFor(absl::Milliseconds(5));
      found = Get(AsService(), id);
    }
    ASSERT_THAT(found, cortado::testing::IsOk()) << "the store was not found again";
  }
  std::string Ask(const std::vector<std::string>& command) { return server_.Ask(command); }

  cortado::testing::RedisServer server_;
  EventLoop loop_;
  Executors executors_;
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::shared_ptr<auth::KeyRing> keys_ = std::make_shared<auth::KeyRing>(*auth::SigningKey::Generate());
  Profile profile_{{server_.address(), loop_, executors_, clock_, keys_}};

 private:
  int requests_ = 10'000'000;
};

}  // namespace cortado::profile
