// One matching service over gRPC with a store of its own and a profile feed that the test tells what to say, and each
// of its calls as one line.
#pragma once

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/app/server.h"
#include "common/metrics/metrics.h"
#include "common/rpc/client.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "services/matching/matching.h"
#include "services/matching/matching_service.h"
#include "services/matching/testing/people_feed_service.h"
#include "services/matching/testing/snapshots.h"

namespace cortado::matching::testing {

class MatchingWire : public ::testing::Test {
 protected:
  using Stub = v1::MatchingService::Stub;

  MatchingWire() {
    peer_.Connect(feed_.Channel());
    matching_.Start();
    server_.Add(MakeMatchingService(server_.binder(), matching_));
    const absl::Status started = server_.Start();
    EXPECT_TRUE(started.ok()) << started;
    stub_ = v1::MatchingService::NewStub(server_.InProcessChannel());
  }
  ~MatchingWire() override {
    feed_.EndWaits();
    matching_.Stop();
    server_.Stop();
  }

  cortado::testing::Caller As(const std::string& person) { return cortado::testing::TokenOf(key_, "acme", person); }

  // Takes effect before it returns once the organisation is loaded.
  void Put(const profile::v1::PersonSnapshot& person) {
    feed_.Put(person);
    if (loaded_) feed_.WaitUntilTaken();
  }
  void Load() {
    EXPECT_THAT(Suggest("ada"), cortado::testing::IsOk());
    loaded_ = true;
    feed_.WaitUntilTaken();
  }

  absl::StatusOr<v1::SuggestRoleModelsResponse> Suggest(const std::string& person) {
    v1::SuggestRoleModelsRequest request;
    request.set_person("people/" + person);
    return cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, As(person), request);
  }
  std::vector<std::string> Suggested(const std::string& person) {
    std::vector<std::string> names;
    const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest(person);
    EXPECT_THAT(response, cortado::testing::IsOk());
    if (!response.ok()) return names;
    for (const v1::Suggestion& one : response->suggestions()) names.push_back(one.person().person());
    return names;
  }
  absl::StatusOr<v1::Suggestion> Explain(const std::string& caller, const std::string& person,
                                         const std::string& mentor) {
    v1::ExplainMatchRequest request;
    request.set_person("people/" + person);
    request.set_mentor("people/" + mentor);
    return cortado::testing::Ask(*stub_, &Stub::ExplainMatch, As(caller), request);
  }
  absl::StatusOr<v1::Request> AskFor(const std::string& person, const std::string& mentor,
                                     const std::string& request_id = "", bool own_line = false) {
    v1::RequestMatchRequest request;
    request.set_mentor("people/" + mentor);
    request.set_message("Your path interests me.");
    request.set_include_own_line(own_line);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::RequestMatch, As(person), request);
  }
  absl::StatusOr<v1::Match> Accept(const std::string& caller, const std::string& name,
                                   const std::string& request_id = "") {
    v1::AcceptMatchRequest request;
    request.set_request(name);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::AcceptMatch, As(caller), request);
  }
  absl::StatusOr<v1::Request> Decline(const std::string& caller, const std::string& name,
                                      const std::string& etag = "") {
    v1::DeclineMatchRequest request;
    request.set_request(name);
    request.set_etag(etag);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::DeclineMatch, As(caller), request);
  }
  absl::StatusOr<v1::Request> GetRequest(const cortado::testing::Caller& caller, const std::string& name) {
    v1::GetRequestRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetRequest, caller, request);
  }
  absl::StatusOr<v1::Match> GetMatch(const cortado::testing::Caller& caller, const std::string& name) {
    v1::GetMatchRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetMatch, caller, request);
  }
  absl::StatusOr<v1::ListRequestsResponse> ListRequests(const std::string& person, v1::Side side, int page_size = 0,
                                                        const std::string& page_token = "") {
    v1::ListRequestsRequest request;
    request.set_side(side);
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    return cortado::testing::Ask(*stub_, &Stub::ListRequests, As(person), request);
  }
  std::string NextId() { return absl::StrCat("request-", ++ids_); }

  auth::SigningKey key_ = *auth::SigningKey::Generate();
  cortado::testing::RedisServer redis_;
  EventLoop loop_;
  Executors executors_;
  metrics::Registry registry_;
  PeopleFeed feed_;
  rpc::Peer peer_{std::make_shared<rpc::TokenSource>("matching", std::make_shared<auth::KeyRing>(key_), RealClock()),
                  loop_};
  Matching matching_{Dependencies{redis_.address(), loop_, executors_, RealClock(), peer_}};
  app::Server server_{
      {.listen = "127.0.0.1:0", .keys = std::make_shared<auth::KeyRing>(key_), .dev = true}, RealClock(), registry_};
  std::unique_ptr<Stub> stub_;
  bool loaded_ = false;
  int ids_ = 0;
};

}  // namespace cortado::matching::testing
