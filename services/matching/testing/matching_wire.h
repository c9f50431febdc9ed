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
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "services/matching/matching.h"
#include "services/matching/matching_service.h"
#include "services/matching/testing/booking_service.h"
#include "services/matching/testing/people_feed_service.h"
#include "services/matching/testing/snapshots.h"

namespace cortado::matching::testing {

class MatchingWire : public ::testing::Test {
 protected:
  using Stub = v1::MatchingService::Stub;
  // The clock begins on Friday, 15 January 2027, 08:00 UTC. Two full minutes of the days after.
  static constexpr int64_t kSoon = 1'800'000'000 + 24 * 3600;
  static constexpr int64_t kLater = 1'800'000'000 + 9 * 24 * 3600;

  MatchingWire() {
    peer_.Connect(feed_.Channel());
    scheduling_peer_.Connect(bookings_.Channel());
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
  // A request with next choices, in this order.
  absl::StatusOr<v1::Request> AskInOrder(const std::string& person, const std::vector<std::string>& mentors) {
    v1::RequestMatchRequest request;
    request.set_mentor("people/" + mentors.at(0));
    for (size_t i = 1; i < mentors.size(); ++i) request.add_next_choices("people/" + mentors[i]);
    request.set_message("Your path interests me.");
    request.add_proposed_times()->set_seconds(kSoon);
    request.add_proposed_times()->set_seconds(kLater);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::RequestMatch, As(person), request);
  }
  absl::StatusOr<v1::Match> AcceptAt(const std::string& caller, const std::string& name, int64_t seconds,
                                     const std::string& request_id = "") {
    v1::AcceptMatchRequest request;
    request.set_request(name);
    request.mutable_chosen_time()->set_seconds(seconds);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::AcceptMatch, As(caller), request);
  }
  absl::StatusOr<v1::Request> Question(const std::string& caller, const std::string& name) {
    v1::AskRequesterRequest request;
    request.set_question("What have you tried?");
    return Step(&Stub::AskRequester, caller, name, request);
  }
  absl::StatusOr<v1::Request> Reply(const std::string& caller, const std::string& name) {
    v1::ReplyWithDetailsRequest request;
    request.set_details("A course, and two projects.");
    return Step(&Stub::ReplyWithDetails, caller, name, request);
  }
  absl::StatusOr<v1::Request> Postpone(const std::string& caller, const std::string& name, absl::Duration by) {
    v1::PostponeMatchRequest request;
    request.mutable_postpone_end_time()->set_seconds(absl::ToUnixSeconds(clock_.Now() + by));
    return Step(&Stub::PostponeMatch, caller, name, request);
  }
  absl::StatusOr<v1::Request> Withdraw(const std::string& caller, const std::string& name) {
    return Step(&Stub::WithdrawMatch, caller, name, v1::WithdrawMatchRequest());
  }
  absl::StatusOr<v1::Match> End(const std::string& caller, const std::string& name) {
    v1::EndMatchRequest request;
    request.set_name(name);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::EndMatch, As(caller), request);
  }
  absl::StatusOr<v1::Match> Rate(const std::string& caller, const std::string& name, v1::Match::Fit fit,
                                 bool end_match = false) {
    v1::RateFitRequest request;
    request.set_name(name);
    request.set_fit(fit);
    request.set_end_match(end_match);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::RateFit, As(caller), request);
  }
  // Does what is due by now.
  absl::Status RunDue() {
    return SyncWait(
        matching_.life_cycle_job().Run(rpc::InternalCall("acme", "job:requests.due", absl::Now() + absl::Seconds(10))));
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
  template <class Request>
  absl::StatusOr<v1::Request> Step(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, v1::Request*),
                                   const std::string& caller, const std::string& name, Request request) {
    request.set_request(name);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, method, As(caller), request);
  }
  std::string NextId() { return absl::StrCat("request-", ++ids_); }

  auth::SigningKey key_ = *auth::SigningKey::Generate();
  cortado::testing::RedisServer redis_;
  EventLoop loop_;
  Executors executors_;
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  metrics::Registry registry_;
  PeopleFeed feed_;
  BookingService bookings_;
  rpc::Peer peer_{std::make_shared<rpc::TokenSource>("matching", std::make_shared<auth::KeyRing>(key_), RealClock()),
                  loop_};
  rpc::Peer scheduling_peer_{
      std::make_shared<rpc::TokenSource>("matching", std::make_shared<auth::KeyRing>(key_), RealClock()), loop_};
  Matching matching_{Dependencies{redis_.address(), loop_, executors_, clock_, peer_, scheduling_peer_}};
  app::Server server_{
      {.listen = "127.0.0.1:0", .keys = std::make_shared<auth::KeyRing>(key_), .dev = true}, RealClock(), registry_};
  std::unique_ptr<Stub> stub_;
  bool loaded_ = false;
  int ids_ = 0;
};

}  // namespace cortado::matching::testing
