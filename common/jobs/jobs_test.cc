#include "common/jobs/jobs.h"

#include "common/task/sync_wait.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"

namespace cortado::jobs {
namespace {

class JobsTest : public ::testing::Test {
 protected:
  rpc::Call CallOf(const std::string& organization) {
    return rpc::InternalCall(organization, "test", absl::Now() + absl::Seconds(5));
  }
  std::unique_ptr<Runner> MakeRunner(absl::Status result = absl::OkStatus()) {
    auto runner = std::make_unique<Runner>(store_, client_, loop_, clock_);
    runner->Add({"sweep", absl::Hours(1), [this, result](rpc::Call call, Fence fence) -> Task<absl::Status> {
                   return Note(std::move(call), std::move(fence), result);
                 }});
    return runner;
  }
  Task<absl::Status> Note(rpc::Call call, Fence fence, absl::Status result) {
    ran_.push_back(call.organization());
    tokens_.push_back(fence.token);
    co_return result;
  }
  // Sleeps through its lease while another runner takes the job, and fails at it.
  Task<absl::Status> OvertakenMeanwhile() {
    clock_.Advance(absl::Seconds(61));
    auto other = MakeRunner(absl::UnavailableError("later"));
    absl::StatusOr<int> ran = co_await other->RunDue();
    co_return ran.status();
  }
  int RunDue(Runner& runner) { return *SyncWait(runner.RunDue()); }

  testing::RedisServer server_;
  EventLoop loop_;
  redis::Client client_{server_.address(), loop_};
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  store::Store store_{client_, "profile", clock_};
  std::vector<std::string> ran_;
  std::vector<std::string> tokens_;
};

TEST_F(JobsTest, AJobRunsWhenItIsDueAndNotBefore) {
  auto runner = MakeRunner();
  ASSERT_TRUE(SyncWait(runner->Schedule(CallOf("acme"), "sweep", clock_.Now() + absl::Minutes(5))).ok());
  EXPECT_EQ(RunDue(*runner), 0);
  clock_.Advance(absl::Minutes(6));
  EXPECT_EQ(RunDue(*runner), 1);
  EXPECT_EQ(RunDue(*runner), 0);
  clock_.Advance(absl::Minutes(70));
  EXPECT_EQ(RunDue(*runner), 1);
}

TEST_F(JobsTest, EveryOrganizationHasItsOwn) {
  auto runner = MakeRunner();
  for (const char* organization : {"acme", "umbrella"}) {
    ASSERT_TRUE(SyncWait(runner->Schedule(CallOf(organization), "sweep", clock_.Now())).ok());
  }
  EXPECT_EQ(RunDue(*runner), 2);
  EXPECT_THAT(ran_, ::testing::UnorderedElementsAre("acme", "umbrella"));
}

TEST_F(JobsTest, AJobThatFailsComesBackWhenItsLeaseEnds) {
  auto runner = MakeRunner(absl::UnavailableError("later"));
  ASSERT_TRUE(SyncWait(runner->Schedule(CallOf("acme"), "sweep", clock_.Now())).ok());
  RunDue(*runner);
  ASSERT_EQ(ran_.size(), 1u);
  RunDue(*runner);
  ASSERT_EQ(ran_.size(), 1u);
  clock_.Advance(absl::Seconds(61));
  RunDue(*runner);
  EXPECT_EQ(ran_.size(), 2u);
  EXPECT_THAT(tokens_, ::testing::ElementsAre("1", "2"));
}

TEST_F(JobsTest, ATakerWhoSleptThroughItsLeaseDoesNotPutTheJobOff) {
  auto slow = std::make_unique<Runner>(store_, client_, loop_, clock_);
  slow->Add({"sweep", absl::Hours(1), [this](rpc::Call, Fence) -> Task<absl::Status> { return OvertakenMeanwhile(); }});
  ASSERT_TRUE(SyncWait(slow->Schedule(CallOf("acme"), "sweep", clock_.Now())).ok());
  RunDue(*slow);
  // The overtaker failed, so the job is due when its lease ends: the late finisher did not move it to the next hour.
  clock_.Advance(absl::Seconds(61));
  auto runner = MakeRunner();
  EXPECT_EQ(RunDue(*runner), 1);
}

TEST_F(JobsTest, SchedulingTwiceKeepsTheFirstTime) {
  auto runner = MakeRunner();
  ASSERT_TRUE(SyncWait(runner->Schedule(CallOf("acme"), "sweep", clock_.Now())).ok());
  ASSERT_TRUE(SyncWait(runner->Schedule(CallOf("acme"), "sweep", clock_.Now() + absl::Hours(9))).ok());
  EXPECT_EQ(RunDue(*runner), 1);
}

TEST_F(JobsTest, AStartedRunnerFindsItsWork) {
  auto runner = MakeRunner();
  ASSERT_TRUE(SyncWait(runner->Schedule(CallOf("acme"), "sweep", clock_.Now())).ok());
  runner->Start();
  while (server_.Ask({"HGET", "cortado:{acme}:profile:jobs:tokens", "sweep"}) != "1") std::this_thread::yield();
  runner->Stop();
  EXPECT_EQ(ran_.size(), 1u);
}

}  // namespace
}  // namespace cortado::jobs
