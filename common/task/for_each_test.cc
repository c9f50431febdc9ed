#include "common/task/for_each.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "common/task/sync_wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado {
namespace {

TEST(ForEachOnWorkersTest, EveryPieceIsDoneOnceBeforeItReturns) {
  Executors executors;
  for (int32_t at_once : {1, 2, 5}) {
    for (int32_t count : {0, 1, 1000}) {
      std::vector<std::atomic<int>> done(count);
      SyncWait(ForEachOnWorkers(executors, count, at_once, [&done](int32_t piece) { ++done[piece]; }));
      EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const std::atomic<int>& times) { return times == 1; }));
    }
  }
}

TEST(ForEachOnWorkersTest, TheCallersThreadDoesNoneOfIt) {
  Executors executors;
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<bool> here{false};
  SyncWait(ForEachOnWorkers(executors, 50, 2, [&](int32_t) { here = here || std::this_thread::get_id() == caller; }));
  EXPECT_FALSE(here);
}

}  // namespace
}  // namespace cortado
