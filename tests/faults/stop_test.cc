// What every program of ours does when it is told to stop while it is in use: it says so first, goes on serving for a
// moment, finishes what is under way, and ends with 0.
#include <signal.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "clients/ctl/health.h"
#include "common/testing/matchers.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "tests/faults/booking_load.h"
#include "tests/faults/read_load.h"
#include "tests/faults/running_cortado.h"
#include "tests/faults/running_servers.h"

namespace cortado::testing {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::Key;
using MatchingStub = matching::v1::MatchingService::Stub;

constexpr uint64_t kSeed = 20260801;
constexpr absl::Duration kStopsWithin = absl::Seconds(30);

// One of our programs, and those it needs, as the test of stopping sees them.
class Stopped {
 public:
  explicit Stopped(const std::string& program) : program_(program) {
    if (program == "cortado") {
      cortado_.emplace();
    } else {
      servers_.emplace();
    }
  }

  Bookable& bookable() { return cortado_ ? static_cast<Bookable&>(*cortado_) : *servers_; }
  int Stop() { return cortado_ ? cortado_->Stop(kStopsWithin) : servers_->Stop(program_, kStopsWithin); }
  void Start() {
    if (cortado_) return cortado_->Start();
    servers_->Start(program_);
  }
  std::shared_ptr<grpc::Channel> Dial() const { return cortado_ ? cortado_->Dial() : servers_->Dial(program_); }
  std::string log() const { return cortado_ ? cortado_->log() : servers_->log(program_); }

  // A read of the program's own service, as somebody who is there.
  ReadLoad::Read MakeRead(const std::string& person) {
    const Caller caller = bookable().As(person);
    if (program_ == "matching") {
      return Reading(&MatchingStub::ListRequests, matching::v1::MatchingService::NewStub(Dial()), caller,
                     matching::v1::ListRequestsRequest());
    }
    if (program_ == "scheduling") {
      return Reading(&SchedulingStub::ListChats, scheduling::v1::SchedulingService::NewStub(Dial()), caller,
                     scheduling::v1::ListChatsRequest());
    }
    profile::v1::GetPersonRequest request;
    request.set_name("people/" + person);
    return Reading(&ProfileStub::GetPerson, profile::v1::ProfileService::NewStub(Dial()), caller, request);
  }

 private:
  template <class Stub, class Request, class Response>
  static ReadLoad::Read Reading(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                std::shared_ptr<Stub> stub, const Caller& caller, const Request& request) {
    return [=] { return Ask(*stub, method, caller, request).status(); };
  }
  template <class Stub, class Request, class Response>
  static ReadLoad::Read Reading(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                std::unique_ptr<Stub> stub, const Caller& caller, const Request& request) {
    return Reading(method, std::shared_ptr<Stub>(std::move(stub)), caller, request);
  }

  const std::string program_;
  std::optional<RunningCortado> cortado_;
  std::optional<RunningServers> servers_;
};

class StopTest : public ::testing::TestWithParam<const char*> {};

// Some look at the health and leave when it says so: none of their calls fails. Others go on to the end: what is
// refused is UNAVAILABLE, so that whoever repeats that loses nothing.
TEST_P(StopTest, SaysSoServesOnForAMomentAndEndsInOrder) {
  std::printf("seed %lu\n", kSeed);
  Stopped program(GetParam());
  BookingLoad load(program.bookable(), 12, 4, kSeed);
  load.Start();
  ASSERT_TRUE(load.AwaitMore(20));
  ReadLoad attentive(2, [&] { return program.MakeRead("p0"); });
  ReadLoad stubborn(2, [&] { return program.MakeRead("p1"); });
  ASSERT_TRUE(attentive.AwaitMore(50));
  ASSERT_TRUE(stubborn.AwaitMore(50));
  std::thread watch([&, channel = program.Dial()] {
    const absl::Time limit = absl::Now() + absl::Minutes(1);
    while (ctl::AskHealth(channel, absl::Seconds(5)).value_or("gone") == "SERVING" && absl::Now() < limit) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    EXPECT_LT(absl::Now(), limit) << "it never said that it stops";
    attentive.Leave();
  });
  const absl::Time asked = absl::Now();
  EXPECT_EQ(program.Stop(), 0) << program.log();
  const absl::Duration took = absl::Now() - asked;
  watch.join();
  stubborn.Leave();
  std::printf("%s stopped after %.2f s; %d reads answered\n", GetParam(), absl::ToDoubleSeconds(took),
              attentive.answered() + stubborn.answered());
  EXPECT_LE(took, kStopsWithin);
  EXPECT_THAT(attentive.failed(), IsEmpty());
  EXPECT_THAT(stubborn.failed(), Each(Key(absl::StatusCode::kUnavailable)));
  program.Start();
  ASSERT_TRUE(load.AwaitMore(20));
  load.Finish();
  EXPECT_EQ(load.cancelled(), 0);
  load.CheckHistory();
}

INSTANTIATE_TEST_SUITE_P(Programs, StopTest, ::testing::Values("profile", "matching", "scheduling", "cortado"),
                         [](const auto& program) { return std::string(program.param); });

// Redis answers nothing until the stop is under way: so the calls are, too.
TEST(StopWithCallsTest, WhatIsUnderWayIsAnswered) {
  RunningCortado cortado;
  cortado.AddPerson("p0");
  const pid_t redis = cortado.redis();
  ASSERT_GT(redis, 0);
  kill(redis, SIGSTOP);
  const std::shared_ptr<grpc::Channel> channel = cortado.Dial();
  auto stub = profile::v1::ProfileService::NewStub(channel);
  constexpr int kCalls = 50;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<profile::v1::Person> people(kCalls);
  std::atomic<int> answered{0}, ended{0};
  profile::v1::GetPersonRequest request;
  request.set_name("people/p0");
  for (int i = 0; i < kCalls; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    Prepare(*contexts.back(), cortado.As("p0"));
    stub->async()->GetPerson(contexts.back().get(), &request, &people[static_cast<size_t>(i)],
                             [&](const grpc::Status& status) {
                               answered.fetch_add(status.ok() ? 1 : 0);
                               ended.fetch_add(1);
                             });
  }
  ASSERT_TRUE(ctl::AskHealth(channel, absl::Seconds(5)).ok());  // Sent after them on the same connection.
  cortado.Signal(SIGTERM);
  const absl::Time limit = absl::Now() + absl::Minutes(1);
  while (!absl::StrContains(cortado.log(), "server.stopping") && absl::Now() < limit) {
    absl::SleepFor(absl::Milliseconds(2));
  }
  EXPECT_EQ(ended.load(), 0);
  kill(redis, SIGCONT);
  EXPECT_EQ(cortado.Stop(kStopsWithin), 0) << cortado.log();
  while (ended.load() < kCalls && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(2));
  EXPECT_EQ(answered.load(), kCalls);
}

}  // namespace
}  // namespace cortado::testing
