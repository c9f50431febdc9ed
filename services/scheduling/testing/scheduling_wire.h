// The scheduling service over gRPC, for tests. Its neighbours are small services of the tests' own: a profile that
// tells of its people, and a matching that knows one match.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/app/server.h"
#include "common/metrics/metrics.h"
#include "common/rpc/client.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"
#include "services/scheduling/scheduling.h"
#include "services/scheduling/scheduling_service.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {

// Tells of its people in order; its token is how many were told.
class TellingProfile : public profile::v1::ProfileService::Service {
 public:
  void Tell(const Colleague& person) {
    std::lock_guard lock(mutex_);
    told_.push_back(person.snapshot());
    changed_.notify_all();
  }

  // Lets nobody wait from now on, so that whoever follows can be stopped at once.
  void EndWaits() {
    std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }

  grpc::Status ListPeopleChanges(grpc::ServerContext* context, const profile::v1::ListPeopleChangesRequest* request,
                                 profile::v1::ListPeopleChangesResponse* response) override {
    std::unique_lock lock(mutex_);
    size_t next = request->resume_token().empty() ? 0 : std::stoul(request->resume_token());
    const auto wait = std::chrono::seconds(request->wait().seconds());
    changed_.wait_for(lock, wait, [&] { return next < told_.size() || is_closed_ || context->IsCancelled(); });
    for (; next < told_.size(); ++next) *response->add_changes()->mutable_person() = told_[next];
    response->set_resume_token(absl::StrCat(next));
    response->set_snapshot_complete(true);
    return grpc::Status::OK;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<profile::v1::PersonSnapshot> told_;  // Guarded by mutex_.
  bool is_closed_ = false;                         // Guarded by mutex_.
};

// Knows that ada and grace are matched, and may be away.
class KnowingMatching : public matching::v1::MatchingService::Service {
 public:
  grpc::Status GetMatch(grpc::ServerContext*, const matching::v1::GetMatchRequest* request,
                        matching::v1::Match* match) override {
    if (is_away_) return {grpc::StatusCode::UNAVAILABLE, "away"};
    if (request->name() != "matches/m1") return {grpc::StatusCode::NOT_FOUND, "none"};
    match->set_name(request->name());
    match->mutable_mentee()->set_person("people/ada");
    match->mutable_mentor()->set_person("people/grace");
    match->set_state(matching::v1::Match::STATE_ACTIVE);
    return grpc::Status::OK;
  }

  void SetAway(bool is_away) { is_away_ = is_away; }

 private:
  std::atomic<bool> is_away_{false};
};

// A Wednesday at 10:00 UTC, at least two days ahead: everybody works then, whenever the test runs.
inline absl::Time NextWednesday() {
  const absl::CivilDay day =
      absl::NextWeekday(absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + 2, absl::Weekday::wednesday);
  return absl::FromCivil(absl::CivilHour(day) + 10, absl::UTCTimeZone());
}

class SchedulingWireTest : public ::testing::Test {
 protected:
  using Stub = v1::SchedulingService::Stub;

  // `clock` tells the service the time, and outlives this.
  explicit SchedulingWireTest(const Clock& clock = RealClock()) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&profile_);
    builder.RegisterService(&matching_);
    neighbours_ = builder.BuildAndStart();
    profile_peer_.Connect(neighbours_->InProcessChannel({}));
    matching_peer_.Connect(neighbours_->InProcessChannel({}));
    scheduling_ = std::make_unique<Scheduling>(
        Dependencies{redis_.address(), loop_, executors_, clock, profile_peer_, matching_peer_});
    scheduling_->Start();
    server_.Add(MakeSchedulingService(server_.binder(), *scheduling_));
    const absl::Status started = server_.Start();
    EXPECT_THAT(started, cortado::testing::IsOk());
    stub_ = v1::SchedulingService::NewStub(server_.InProcessChannel());
    profile_.Tell(Colleague("ada").Named("Ada"));
    profile_.Tell(Colleague("grace").Named("Grace"));
    profile_.Tell(Colleague("eve").Named("Eve"));
  }
  ~SchedulingWireTest() override {
    profile_.EndWaits();
    scheduling_->Stop();
    server_.Stop();
    scheduling_.reset();
    neighbours_->Shutdown();
  }

  testing::Caller As(const std::string& person, const std::string& organization = "acme") {
    return testing::TokenOf(key_, organization, person);
  }
  v1::BookChatRequest Asking(const std::string& other) {
    v1::BookChatRequest request;
    request.add_attendees("people/" + other);
    *request.mutable_start_time() = WriteInstant(NextWednesday());
    request.mutable_duration()->set_seconds(1800);
    request.set_request_id(absl::StrCat("request-", ++serial_));
    return request;
  }
  absl::StatusOr<v1::Chat> Book(const testing::Caller& caller, const v1::BookChatRequest& request) {
    return testing::Ask(*stub_, &Stub::BookChat, caller, request);
  }
  absl::StatusOr<v1::Chat> Get(const testing::Caller& caller, const std::string& name) {
    v1::GetChatRequest request;
    request.set_name(name);
    return testing::Ask(*stub_, &Stub::GetChat, caller, request);
  }
  absl::StatusOr<v1::FindTimesResponse> Find(const testing::Caller& caller, const std::vector<std::string>& people) {
    v1::FindTimesRequest request;
    for (const std::string& id : people) request.add_people("people/" + id);
    return testing::Ask(*stub_, &Stub::FindTimes, caller, request);
  }

  int serial_ = 0;
  testing::RedisServer redis_;
  EventLoop loop_;
  Executors executors_;
  metrics::Registry registry_;
  auth::SigningKey key_ = *auth::SigningKey::Generate();
  std::shared_ptr<rpc::TokenSource> tokens_ =
      std::make_shared<rpc::TokenSource>("scheduling", std::make_shared<auth::KeyRing>(key_), RealClock());
  TellingProfile profile_;
  KnowingMatching matching_;
  std::unique_ptr<grpc::Server> neighbours_;
  rpc::Peer profile_peer_{tokens_, loop_};
  rpc::Peer matching_peer_{tokens_, loop_};
  std::unique_ptr<Scheduling> scheduling_;
  app::Server server_{app::ServerOptions{.keys = std::make_shared<auth::KeyRing>(key_), .dev = true}, RealClock(),
                      registry_};
  std::unique_ptr<Stub> stub_;
};

}  // namespace cortado::scheduling
