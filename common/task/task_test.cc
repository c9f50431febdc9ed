#include "common/task/task.h"

#include <atomic>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/gather.h"
#include "common/task/sync_wait.h"
#include "common/task/ticker.h"
#include "gmock/gmock.h"

namespace cortado {
namespace {

Task<int> Ready(int value) { co_return value; }

Task<int64_t> SumOfReady(int count) {
  int64_t sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await Ready(1);
  co_return sum;
}

TEST(TaskTest, AMillionReadyAwaitsDoNotGrowTheStack) { EXPECT_EQ(SyncWait(SumOfReady(1'000'000)), 1'000'000); }

Task<int64_t> SumAcrossThreads(Executor& executor, int count) {
  int64_t sum = 0;
  for (int i = 0; i < count; ++i) {
    co_await executor.Schedule();
    sum += co_await Ready(i);
  }
  co_return sum;
}

TEST(TaskTest, GoesOnOnTheThreadThatResumesIt) {
  Executor executor(2);
  EXPECT_EQ(SyncWait(SumAcrossThreads(executor, 10'000)), 49'995'000);
}

Task<std::string> MovesItsResult(std::string text) { co_return text; }

TEST(TaskTest, ReturnsWhatItsBodyReturns) {
  EXPECT_EQ(SyncWait(MovesItsResult(std::string(1000, 'x'))), std::string(1000, 'x'));
}

Task<absl::Time> SleepOn(EventLoop& loop, absl::Duration duration) {
  co_await loop.Sleep(duration);
  co_return absl::Now();
}

TEST(EventLoopTest, ASleeperWakesNotBeforeItsTime) {
  EventLoop loop;
  absl::Time start = absl::Now();
  EXPECT_GE(SyncWait(SleepOn(loop, absl::Milliseconds(20))) - start, absl::Milliseconds(20));
}

TEST(EventLoopTest, ACancelledTimerDoesNotRun) {
  EventLoop loop;
  std::atomic<bool> ran = false;
  uint64_t timer = loop.At(absl::Now() + absl::Hours(1), [&] { ran = true; });
  EXPECT_TRUE(loop.Cancel(timer));
  EXPECT_FALSE(loop.Cancel(timer));
  (void)SyncWait(SleepOn(loop, absl::Milliseconds(1)));
  EXPECT_FALSE(ran);
}

TEST(EventLoopTest, WorkRunsInTheOrderPosted) {
  std::vector<int> order;
  {
    EventLoop loop;
    for (int i = 0; i < 1000; ++i) loop.Post([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(TickerTest, RunsAgainAndAgainUntilItIsStopped) {
  EventLoop loop;
  std::atomic<int> ticks{0};
  Ticker ticker(loop, absl::Milliseconds(1), [&]() -> Task<void> {
    ticks.fetch_add(1);
    co_return;
  });
  ticker.Start();
  while (ticks.load() < 3) std::this_thread::yield();
  ticker.Stop();
  const int at_the_end = ticks.load();
  SyncWait([](EventLoop& there) -> Task<bool> {
    co_await there.Sleep(absl::Milliseconds(10));
    co_return true;
  }(loop));
  EXPECT_EQ(ticks.load(), at_the_end);
  ticker.Stop();
}

TEST(TickerTest, StoppingWaitsForTheWorkUnderWay) {
  EventLoop loop;
  std::atomic<bool> began{false}, ended{false};
  Ticker ticker(loop, absl::ZeroDuration(), [&]() -> Task<void> {
    began.store(true);
    co_await loop.Sleep(absl::Milliseconds(20));
    ended.store(true);
  });
  ticker.Start();
  while (!began.load()) std::this_thread::yield();
  ticker.Stop();
  EXPECT_TRUE(ended.load());
}

TEST(TickerTest, OneThatWasNeverStartedStopsAtOnce) {
  EventLoop loop;
  Ticker ticker(loop, absl::Hours(1), []() -> Task<void> { co_return; });
  ticker.Stop();
  ticker.Start();
}

TEST(GatherTest, RunsSideBySideAndKeepsTheOrder) {
  EventLoop loop;
  std::atomic<int> waiting{0};
  const auto meet = [&](int value) -> Task<int> {
    // None goes on before all three have come.
    ++waiting;
    while (waiting.load() < 3) co_await loop.Sleep(absl::Milliseconds(1));
    co_return value;
  };
  std::vector<Task<int>> tasks;
  for (const int value : {7, 8, 9}) tasks.push_back(meet(value));
  EXPECT_EQ(SyncWait(Gather(std::move(tasks))), (std::vector<int>{7, 8, 9}));
  EXPECT_TRUE(SyncWait(Gather(std::vector<Task<int>>())).empty());
}

TEST(GatherTest, TakesWhatIsReadyAtOnceToo) {
  const auto ready = [](std::string text) -> Task<std::string> { co_return text; };
  std::vector<Task<std::string>> tasks;
  tasks.push_back(ready("a"));
  tasks.push_back(ready("b"));
  EXPECT_EQ(SyncWait(Gather(std::move(tasks))), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace cortado
