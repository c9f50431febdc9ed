// Two of every server behind clients that know both, stopped and started again one after the other while people book
// and look for each other: also with the programs of the version before, forth and back. A client that repeats what was
// UNAVAILABLE, with the same request id, sees no failed call.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "tests/faults/booking_load.h"
#include "tests/faults/read_load.h"
#include "tests/faults/running_cortado.h"
#include "tests/faults/running_servers.h"

namespace cortado::testing {
namespace {

using ::testing::IsEmpty;
using MatchingStub = matching::v1::MatchingService::Stub;

constexpr uint64_t kSeed = 20260901;
constexpr absl::Duration kStopsWithin = absl::Seconds(30);
constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr int kPeople = 12;

// Version 0.1.0 answers CANCELLED to what comes while it stops; no later one does.
enum class Before { kNothing, kCancels };

// Repeats while it is UNAVAILABLE, as every client of ours does.
template <class Stub, class Request, class Response>
ReadLoad::Read Patient(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                       std::shared_ptr<Stub> stub, const Caller& caller, const Request& request, Before before) {
  return [=] {
    const absl::Time limit = absl::Now() + kPatience;
    absl::Status status = Ask(*stub, method, caller, request).status();
    const auto away = [&] {
      return absl::IsUnavailable(status) || (before == Before::kCancels && absl::IsCancelled(status));
    };
    while (away() && absl::Now() < limit) {
      absl::SleepFor(absl::Milliseconds(20));
      status = Ask(*stub, method, caller, request).status();
    }
    return status;
  };
}

// Role models with their next times: matching asks scheduling.
ReadLoad::Read Suggesting(const RunningServers& servers, Before before) {
  matching::v1::SuggestRoleModelsRequest request;
  request.set_person("people/p0");
  request.set_with_times(true);
  return Patient(&MatchingStub::SuggestRoleModels,
                 std::shared_ptr<MatchingStub>(matching::v1::MatchingService::NewStub(servers.Dial("matching"))),
                 servers.As("p0"), request, before);
}

ReadLoad::Read Looking(const RunningServers& servers, Before before) {
  profile::v1::GetPersonRequest request;
  request.set_name("people/p0");
  return Patient(&ProfileStub::GetPerson,
                 std::shared_ptr<ProfileStub>(profile::v1::ProfileService::NewStub(servers.DialProfile())),
                 servers.As("p1"), request, before);
}

// Everything in use at once.
class Use {
 public:
  explicit Use(RunningServers& servers, Before before = Before::kNothing)
      : servers_(servers),
        before_(before),
        bookings_(servers, kPeople, 6, kSeed),
        suggestions_(1, [&] { return Suggesting(servers, before); }),
        looks_(2, [&] { return Looking(servers, before); }) {
    std::printf("seed %lu\n", kSeed);
    bookings_.Start();
  }

  // Stops and starts every instance, one after the other; each time all go on in between.
  void RollOver() {
    for (const char* server : {"profile", "matching", "scheduling"}) {
      for (int i = 0; i < servers_.instances(); ++i) {
        ASSERT_TRUE(GoesOn());
        const absl::Time asked = absl::Now();
        ASSERT_EQ(servers_.Stop(server, kStopsWithin, i), 0) << servers_.log(server);
        std::printf("%s %d stopped after %.2f s\n", server, i, absl::ToDoubleSeconds(absl::Now() - asked));
        ASSERT_TRUE(GoesOn());
        servers_.Start(server, i);
      }
    }
    ASSERT_TRUE(GoesOn());
  }

  // Ends the use; fails the test where a call failed, or something acknowledged is not as it was said to be.
  void Check() {
    suggestions_.Leave();
    looks_.Leave();
    bookings_.Finish();
    std::printf("%d suggestions, %d looks\n", suggestions_.answered(), looks_.answered());
    EXPECT_THAT(suggestions_.failed(), IsEmpty());
    EXPECT_THAT(looks_.failed(), IsEmpty());
    if (before_ == Before::kNothing) {
      EXPECT_EQ(bookings_.cancelled(), 0);
    }
    bookings_.CheckHistory();
  }

 private:
  bool GoesOn() { return bookings_.AwaitMore(20) && suggestions_.AwaitMore(3) && looks_.AwaitMore(20); }

  RunningServers& servers_;
  const Before before_;
  BookingLoad bookings_;
  ReadLoad suggestions_;
  ReadLoad looks_;
};

TEST(RollingTest, ARestartOfEveryServerFailsNoCallAndLosesNothing) {
  RunningServers servers(nullptr, 2);
  Use use(servers);
  ASSERT_NO_FATAL_FAILURE(use.RollOver());
  use.Check();
}

// Programs of the version that is named in build/previous/version (tools/build_previous.sh).
class UpgradeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path previous =
        std::filesystem::path(BinDirectory()).parent_path().parent_path() / "previous";
    std::string version;
    std::getline(std::ifstream(previous / "version") >> std::ws, version);
    if (version.empty()) GTEST_SKIP() << "the version before is not built: tools/build_previous.sh";
    std::printf("the version before is %s\n", version.c_str());
    before_ = (previous / "bin").string();
  }

  std::string before_;  // Its programs.
};

TEST_F(UpgradeTest, OneVersionForthAndBackFailsNoCallAndLosesNothing) {
  RunningServers servers(nullptr, 2, before_);
  Use use(servers, Before::kCancels);
  servers.Use(BinDirectory());
  ASSERT_NO_FATAL_FAILURE(use.RollOver());
  servers.Use(before_);
  ASSERT_NO_FATAL_FAILURE(use.RollOver());
  servers.Use(BinDirectory());
  ASSERT_NO_FATAL_FAILURE(use.RollOver());
  use.Check();
}

// The program that is all in one cannot roll; what counts is that each finds the other's data as it left it.
TEST_F(UpgradeTest, CortadoReadsWhatEitherVersionWrote) {
  RunningCortado cortado;
  BookingLoad load(cortado, kPeople, 6, kSeed + 1);
  load.Start();
  for (const std::string& programs : {before_, BinDirectory()}) {
    ASSERT_TRUE(load.AwaitMore(40));
    ASSERT_EQ(cortado.Stop(kStopsWithin), 0) << cortado.log();
    cortado.Use(programs);
    cortado.Start();
  }
  ASSERT_TRUE(load.AwaitMore(40));
  load.Finish();
  load.CheckHistory();
}

}  // namespace
}  // namespace cortado::testing
