// `cortado` as users run it, killed, frozen and stopped under load. CORTADO_TEST_SCALE multiplies the kills, the time
// of killing and the stops (1 by default: 3 kills, 40 s and 15 s, 1 stop).
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "tests/faults/booking_load.h"
#include "tests/faults/running_cortado.h"
#include "tests/faults/running_servers.h"

namespace cortado::testing {
namespace {

constexpr uint64_t kSeed = 20260101;
constexpr absl::Duration kStopsWithin = absl::Seconds(30);

TEST(KillTest, NoAcknowledgedBookingIsLostOrDoubledWhenTheProgramIsKilled) {
  std::printf("seed %lu\n", kSeed);
  RunningCortado cortado;
  BookingLoad load(cortado, 12, 8, kSeed);
  load.Start();
  for (int kills = 0; kills < Scaled(3); ++kills) {
    ASSERT_TRUE(load.AwaitMore(40));
    cortado.Kill();
    cortado.Start();
  }
  ASSERT_TRUE(load.AwaitMore(20));
  load.Finish();
  load.CheckHistory();
}

TEST(KillTest, NoAcknowledgedBookingIsLostOrDoubledWhenRedisIsKilled) {
  std::printf("seed %lu\n", kSeed + 1);
  RunningCortado cortado;
  BookingLoad load(cortado, 12, 8, kSeed + 1);
  load.Start();
  for (int kills = 0; kills < Scaled(3); ++kills) {
    ASSERT_TRUE(load.AwaitMore(40));
    cortado.SignalRedis(SIGKILL);
  }
  ASSERT_TRUE(load.AwaitMore(20));
  load.Finish();
  load.CheckHistory();
}

// Each time at once when the last one is over, so that some come while the other is starting.
TEST(KillTest, NothingIsLostOrDoneByHalvesWhileBothAreKilledAgainAndAgain) {
  std::printf("seed %lu\n", kSeed + 3);
  std::mt19937_64 random(kSeed + 3);
  RunningCortado cortado;
  BookingLoad load(cortado, 24, 8, kSeed + 3);
  load.Start();
  const absl::Time until = absl::Now() + absl::Seconds(Scaled(40));
  int kills[] = {0, 0};
  while (absl::Now() < until) {
    ASSERT_TRUE(load.AwaitMore(static_cast<int>(random() % 30)));
    const bool is_redis = random() % 3 > 0;
    ++kills[is_redis ? 1 : 0];
    if (is_redis) {
      cortado.SignalRedis(SIGKILL);
    } else {
      cortado.Kill();
      cortado.Start();
    }
  }
  ASSERT_TRUE(load.AwaitMore(20));
  load.Finish();
  std::printf("cortado was killed %d times, Redis %d times\n", kills[0], kills[1]);
  load.CheckHistory();
}

// A service that dies alone leaves Redis and the others as they are, in the middle of whatever it was doing.
TEST(KillTest, NothingIsLostOrDoneByHalvesWhileEachServerIsKilledByItself) {
  std::printf("seed %lu\n", kSeed + 4);
  std::mt19937_64 random(kSeed + 4);
  RunningServers servers;
  BookingLoad load(servers, 24, 8, kSeed + 4);
  load.Start();
  const absl::Time until = absl::Now() + absl::Seconds(Scaled(15));
  std::map<std::string, int> kills;
  while (absl::Now() < until) {
    ASSERT_TRUE(load.AwaitMore(static_cast<int>(random() % 30)));
    const std::string victim =
        std::vector<std::string>{"scheduling", "scheduling", "profile", "matching", "redis"}[random() % 5];
    ++kills[victim];
    if (victim == "redis") {
      servers.KillRedis();
    } else {
      servers.Kill(victim);
      servers.Start(victim);
    }
  }
  ASSERT_TRUE(load.AwaitMore(20));
  load.Finish();
  for (const auto& [victim, count] : kills) std::printf("%s was killed %d times\n", victim.c_str(), count);
  load.CheckHistory();
}

TEST(StopTest, EndsInOrderUnderLoadAndLosesNothing) {
  std::printf("seed %lu\n", kSeed + 2);
  RunningCortado cortado;
  BookingLoad load(cortado, 12, 8, kSeed + 2);
  load.Start();
  for (int stops = 0; stops < Scaled(1); ++stops) {
    ASSERT_TRUE(load.AwaitMore(40));
    pid_t redis = cortado.redis();
    EXPECT_EQ(cortado.Stop(kStopsWithin), 0) << cortado.log();
    EXPECT_NE(kill(redis, 0), 0);  // Nothing is left running.
    cortado.Start();
  }
  ASSERT_TRUE(load.AwaitMore(20));
  load.Finish();
  load.CheckHistory();
}

// Many calls under way at once, each with the time and the code of its end.
class Flight {
 public:
  struct Landed {
    grpc::ClientContext context;
    profile::v1::GetPersonRequest request;
    profile::v1::Person person;
    absl::Time deadline;
    absl::Time ended;
    grpc::StatusCode code = grpc::StatusCode::OK;
  };

  Flight(const RunningCortado& cortado, int calls, absl::Duration timeout)
      : stub_(profile::v1::ProfileService::NewStub(cortado.Dial())), under_way_(calls) {
    Caller caller = cortado.As("p0");
    caller.timeout = timeout;
    for (int i = 0; i < calls; ++i) {
      calls_.push_back(std::make_unique<Landed>());
      Landed& call = *calls_.back();
      call.request.set_name("people/p0");
      Prepare(call.context, caller);
      call.deadline = absl::FromChrono(call.context.deadline());
      stub_->async()->GetPerson(&call.context, &call.request, &call.person, [this, &call](const grpc::Status& status) {
        call.ended = absl::Now();
        call.code = status.error_code();
        under_way_.fetch_sub(1);
      });
    }
  }
  ~Flight() {
    for (auto& call : calls_) call->context.TryCancel();
    AwaitEnd();
  }

  bool AwaitEnd() const {
    absl::Time until = absl::Now() + absl::Minutes(1);
    while (under_way_.load() > 0 && absl::Now() < until) absl::SleepFor(absl::Milliseconds(2));
    return under_way_.load() == 0;
  }
  const std::vector<std::unique_ptr<Landed>>& calls() const { return calls_; }

 private:
  std::unique_ptr<ProfileStub> stub_;
  std::vector<std::unique_ptr<Landed>> calls_;
  std::atomic<int> under_way_;
};

// How long each call of the flight took that the server logged as failed; calls between the services have deadlines of
// their own.
std::vector<absl::Duration> FailedCalls(const std::string& log) {
  std::vector<absl::Duration> took;
  for (absl::string_view line : absl::StrSplit(log, '\n')) {
    nlohmann::json entry = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (entry.is_discarded() || entry.value("event", "") != "rpc" || entry.value("code", "") == "OK") continue;
    if (!absl::EndsWith(entry.value("method", ""), "/GetPerson")) continue;
    took.push_back(absl::Microseconds(entry.value("duration_us", int64_t{0})));
  }
  return took;
}

TEST(FreezeTest, EveryCallEndsByItsDeadlineAndTheProgramStopsInOrder) {
  RunningCortado cortado;
  cortado.AddPerson("p0");
  ASSERT_TRUE(Flight(cortado, 10, absl::Seconds(5)).AwaitEnd());  // Connected, and everything touched once.
  cortado.SignalRedis(SIGSTOP);
  Flight flight(cortado, 1000, absl::Seconds(2));
  ASSERT_TRUE(flight.AwaitEnd());
  absl::Duration latest = -absl::InfiniteDuration();
  int other = 0;
  for (const auto& call : flight.calls()) {
    latest = std::max(latest, call->ended - call->deadline);
    other += call->code == grpc::StatusCode::UNAVAILABLE || call->code == grpc::StatusCode::DEADLINE_EXCEEDED ? 0 : 1;
  }
  std::printf("the latest of 1000 calls ended %.1f ms after its deadline\n", absl::ToDoubleMilliseconds(latest));
  EXPECT_LE(latest, absl::Milliseconds(100));
  EXPECT_EQ(other, 0);
  absl::Time asked = absl::Now();
  EXPECT_EQ(cortado.Stop(kStopsWithin), 0) << cortado.log();
  std::printf("it stopped after %.1f s\n", absl::ToDoubleSeconds(absl::Now() - asked));
  // A client ends its calls by itself; so the server's own account of them counts too.
  std::vector<absl::Duration> failed = FailedCalls(cortado.log());
  ASSERT_FALSE(failed.empty());
  EXPECT_LE(*std::max_element(failed.begin(), failed.end()), absl::Milliseconds(2100));
}

TEST(FreezeTest, AStopOrderedWhileCallsAreUnderWayIsInOrderToo) {
  RunningCortado cortado;
  cortado.AddPerson("p0");
  cortado.SignalRedis(SIGSTOP);
  Flight flight(cortado, 1000, absl::Minutes(5));
  absl::Time asked = absl::Now();
  EXPECT_EQ(cortado.Stop(kStopsWithin), 0) << cortado.log();
  std::printf("it stopped after %.1f s\n", absl::ToDoubleSeconds(absl::Now() - asked));
  EXPECT_TRUE(flight.AwaitEnd());
}

TEST(FreezeTest, ServesAgainOnceRedisGoesOn) {
  RunningCortado cortado;
  cortado.AddPerson("p0");
  const pid_t redis = cortado.redis();
  ASSERT_GT(redis, 0);
  kill(redis, SIGSTOP);
  ASSERT_TRUE(Flight(cortado, 100, absl::Milliseconds(500)).AwaitEnd());
  kill(redis, SIGCONT);
  Flight flight(cortado, 100, absl::Seconds(5));
  ASSERT_TRUE(flight.AwaitEnd());
  for (const auto& call : flight.calls()) EXPECT_EQ(call->code, grpc::StatusCode::OK);
}

}  // namespace
}  // namespace cortado::testing
