// For tests over the wire: the service on a server within the process, over a real private redis-server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/app/server.h"
#include "common/auth/keys.h"
#include "common/metrics/metrics.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/profile/profile.h"
#include "services/profile/profile_service.h"

namespace cortado::profile {

class WireFixture : public ::testing::Test {
 protected:
  using Stub = v1::ProfileService::Stub;

  void SetUp() override {
    server_.Add(MakeProfileService(server_.binder(), profile_));
    const absl::Status started = server_.Start();
    ASSERT_TRUE(started.ok()) << started;
    server_.SetServing(true);
    channel_ = server_.InProcessChannel();
    stub_ = v1::ProfileService::NewStub(channel_);
  }
  void TearDown() override { server_.Stop(absl::Seconds(2)); }

  cortado::testing::Caller Hr() { return cortado::testing::TokenOf(key_, "acme", "hr", {"HR_ADMIN"}); }
  cortado::testing::Caller As(const std::string& id) { return cortado::testing::TokenOf(key_, "acme", id); }
  cortado::testing::Caller AsService() { return cortado::testing::ServiceFor(key_, "acme"); }

  absl::StatusOr<v1::Person> Get(const cortado::testing::Caller& caller, const std::string& id) {
    v1::GetPersonRequest request;
    request.set_name("people/" + id);
    return cortado::testing::Ask(*stub_, &Stub::GetPerson, caller, request);
  }

  // Sends rows, at most `portion` a message, and returns the answer. `how` says how, as the first message does.
  absl::StatusOr<v1::ImportPeopleResponse> Import(const std::vector<v1::ImportRow>& rows,
                                                  const v1::ImportPeopleRequest& how, int portion = 200) {
    grpc::ClientContext context;
    cortado::testing::Caller caller = Hr();
    caller.timeout = absl::Minutes(2);
    cortado::testing::Prepare(context, caller);
    v1::ImportPeopleResponse response;
    const auto writer = stub_->ImportPeople(&context, &response);
    for (size_t begin = 0; begin < rows.size(); begin += portion) {
      v1::ImportPeopleRequest request = how;
      for (size_t i = begin; i < rows.size() && i < begin + portion; ++i) *request.add_rows() = rows[i];
      if (!writer->Write(request)) break;
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  absl::StatusOr<v1::ImportPeopleResponse> Import(const std::vector<v1::ImportRow>& rows, bool assume_open = false,
                                                  int portion = 200) {
    v1::ImportPeopleRequest how;
    how.set_assume_open(assume_open);
    return Import(rows, how, portion);
  }

  cortado::testing::RedisServer redis_;
  EventLoop loop_;
  Executors executors_;
  auth::SigningKey key_ = *auth::SigningKey::Generate();
  Profile profile_{{redis_.address(), loop_, executors_, RealClock(), std::make_shared<auth::KeyRing>(key_)}};
  metrics::Registry registry_;
  app::Server server_{{.keys = std::make_shared<auth::KeyRing>(key_), .dev = true}, RealClock(), registry_};
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> stub_;
};

}  // namespace cortado::profile
