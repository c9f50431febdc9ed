#include "services/allinone/dev/clock_control.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/time/clock.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"

namespace cortado::allinone {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;

constexpr absl::Duration kSoon = absl::Seconds(30);  // Longer than a test takes.

class ClockControlTest : public ::testing::Test {
 protected:
  ClockControlTest() {
    runner_.Add({"sweep", absl::Hours(1), [this](rpc::Call, jobs::Fence) -> Task<absl::Status> {
                   ++swept_;
                   co_return absl::OkStatus();
                 }});
  }
  ~ClockControlTest() override { std::filesystem::remove_all(root_); }

  static std::string MakeRoot() {
    std::string pattern = ::testing::TempDir() + "/cortado-clock-XXXXXX";
    return mkdtemp(pattern.data());
  }
  rpc::Call CallOf() { return rpc::InternalCall("acme", "test", absl::Now() + absl::Seconds(5)); }
  absl::StatusOr<dev::v1::Clock> Advance(absl::Duration step, const std::string& request_id) {
    dev::v1::AdvanceClockRequest request;
    request.mutable_step()->set_seconds(absl::ToInt64Seconds(step));
    request.set_request_id(request_id);
    return SyncWait(control_.Advance(CallOf(), request));
  }
  absl::Duration Ahead() const { return clock_->Now() - absl::Now(); }

  const std::string root_ = MakeRoot();
  const DataDirectory data_ = *DataDirectory::Open(root_);
  std::unique_ptr<ManualClock> clock_ = *ManualClock::Open(data_);
  testing::RedisServer server_;
  EventLoop loop_;
  Executors executors_;
  redis::Client client_{server_.address(), loop_};
  store::Store store_{client_, "profile", *clock_};
  jobs::Runner runner_{store_, client_, loop_, *clock_};
  ClockControl control_{*clock_, {&runner_}, executors_};
  int swept_ = 0;
};

TEST_F(ClockControlTest, GoesOnFromWhereItWasMovedTo) {
  EXPECT_LT(absl::AbsDuration(Ahead()), kSoon);
  ASSERT_THAT(Advance(absl::Hours(72), "advance-1"), IsOk());
  EXPECT_LT(absl::AbsDuration(Ahead() - absl::Hours(72)), kSoon);
  const absl::Time before = clock_->Now();
  while (clock_->Now() == before) continue;
  EXPECT_GT(clock_->Now(), before);
}

TEST_F(ClockControlTest, StaysWhereItIsOverARestart) {
  ASSERT_THAT(Advance(absl::Hours(72), "advance-1"), IsOk());
  EXPECT_EQ((*ManualClock::Open(data_))->offset(), absl::Hours(72));
}

TEST_F(ClockControlTest, ADamagedFileStopsTheStart) {
  std::ofstream(root_ + "/clock") << "-3h\n";
  EXPECT_EQ(ManualClock::Open(data_).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(ClockControlTest, NeverGoesBack) {
  EXPECT_THAT(Advance(-absl::Hours(1), "advance-1"), RefusesField("step"));
  EXPECT_THAT(Advance(absl::ZeroDuration(), "advance-2"), RefusesField("step"));
  EXPECT_EQ(clock_->offset(), absl::ZeroDuration());
}

TEST_F(ClockControlTest, GoesNoFartherThanAHundredYears) {
  ASSERT_THAT(Advance(ManualClock::kFarthest, "advance-1"), IsOk());
  EXPECT_THAT(Advance(absl::Seconds(1), "advance-2"), RefusesField("step"));
}

TEST_F(ClockControlTest, ARepeatMovesNothing) {
  ASSERT_THAT(Advance(absl::Hours(1), "advance-1"), IsOk());
  ASSERT_THAT(Advance(absl::Hours(1), "advance-1"), IsOk());
  EXPECT_THAT(Advance(absl::Hours(2), "advance-1"), FailsWith(absl::StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
  EXPECT_EQ(clock_->offset(), absl::Hours(1));
}

TEST_F(ClockControlTest, JobsThatCameDueHaveRunWhenItAnswers) {
  ASSERT_THAT(SyncWait(runner_.Schedule(CallOf(), "sweep", clock_->Now() + absl::Hours(48))), IsOk());
  ASSERT_THAT(Advance(absl::Hours(47), "advance-1"), IsOk());
  EXPECT_EQ(swept_, 0);
  ASSERT_THAT(Advance(absl::Hours(2), "advance-2"), IsOk());
  EXPECT_EQ(swept_, 1);
}

}  // namespace
}  // namespace cortado::allinone
