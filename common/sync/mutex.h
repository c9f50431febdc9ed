// std::mutex and std::condition_variable under Abseil's thread-safety annotations: `clang++ -Wthread-safety` then finds
// unguarded reads, and ThreadSanitizer understands them (it does not understand the packaged absl::Mutex).
//
//   sync::Mutex mutex_;
//   int count_ ABSL_GUARDED_BY(mutex_) = 0;
//   sync::MutexLock lock(mutex_);
//   while (count_ == 0) changed_.Wait(lock);
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace cortado::sync {

// A plain exclusive lock; not recursive. Every method may be called from any thread.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  // Returns whether the lock was taken; never waits.
  bool TryLock() ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true) { return mutex_.try_lock(); }

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

// Holds a Mutex from construction to destruction. Belongs to the thread that made it.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  friend class CondVar;
  std::unique_lock<std::mutex> lock_;
};

// A condition variable for Mutex. Every method may be called from any thread. Waits wake up spuriously: wait in a loop
// that tests the condition.
class CondVar {
 public:
  CondVar() = default;
  CondVar(const CondVar&) = delete;
  CondVar& operator=(const CondVar&) = delete;

  // Gives up the lock, waits for a notification, and holds the lock again on return.
  void Wait(MutexLock& lock) { changed_.wait(lock.lock_); }

  // Like Wait, for at most `timeout` of steady time; returns false when the timeout passed first.
  bool WaitFor(MutexLock& lock, absl::Duration timeout) {
    // Deadlines beyond a year would overflow the steady clock of the library.
    auto bounded = absl::ToChronoMicroseconds(std::min(timeout, absl::Hours(24 * 365)));
    return changed_.wait_for(lock.lock_, bounded) == std::cv_status::no_timeout;
  }

  void NotifyOne() { changed_.notify_one(); }
  void NotifyAll() { changed_.notify_all(); }

 private:
  std::condition_variable changed_;
};

}  // namespace cortado::sync
