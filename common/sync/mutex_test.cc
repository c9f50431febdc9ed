#include "common/sync/mutex.h"

#include <gtest/gtest.h>

#include <thread>

namespace cortado::sync {
namespace {

struct Counter {
  Mutex mutex;
  CondVar changed;
  int value ABSL_GUARDED_BY(mutex) = 0;
};

void Add(Counter& counter, int times) {
  for (int i = 0; i < times; ++i) {
    MutexLock lock(counter.mutex);
    ++counter.value;
    counter.changed.NotifyAll();
  }
}

TEST(MutexTest, KeepsTwoThreadsApart) {
  Counter counter;
  std::thread other([&] { Add(counter, 10000); });
  Add(counter, 10000);
  other.join();
  MutexLock lock(counter.mutex);
  EXPECT_EQ(counter.value, 20000);
}

TEST(MutexTest, TryLockNeverWaits) {
  Mutex mutex;
  MutexLock lock(mutex);
  bool taken = true;
  std::thread([&] {
    taken = mutex.TryLock();
    if (taken) mutex.Unlock();
  }).join();
  EXPECT_FALSE(taken);
}

TEST(CondVarTest, WakesAWaiterWhenTheConditionIsMet) {
  Counter counter;
  std::thread other([&] { Add(counter, 3); });
  {
    MutexLock lock(counter.mutex);
    while (counter.value < 3) counter.changed.Wait(lock);
    EXPECT_EQ(counter.value, 3);
  }
  other.join();
}

TEST(CondVarTest, GivesUpWhenTheTimeoutPasses) {
  Counter counter;
  MutexLock lock(counter.mutex);
  bool notified = true;
  while (notified) notified = counter.changed.WaitFor(lock, absl::Milliseconds(1));
  EXPECT_FALSE(notified);
}

}  // namespace
}  // namespace cortado::sync
