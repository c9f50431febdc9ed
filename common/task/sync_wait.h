// Runs a task from plain code and blocks until its end. For main(), start-up and tests; never on a loop or worker
// thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "common/task/task.h"

namespace cortado {

// Returns what `task` returns.
template <class T>
T SyncWait(Task<T> task) {
  std::mutex mutex;
  std::condition_variable done;
  std::optional<T> value;
  auto drive = [&]() -> Detached {
    T result = co_await std::move(task);
    std::lock_guard lock(mutex);
    value.emplace(std::move(result));
    done.notify_one();  // Under the lock: the waiter's frame may be gone right after.
  };
  drive();
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return value.has_value(); });
  return std::move(*value);
}

inline void SyncWait(Task<void> task) {
  auto wrap = [](Task<void> inner) -> Task<bool> {
    co_await std::move(inner);
    co_return true;
  };
  (void)SyncWait(wrap(std::move(task)));
}

}  // namespace cortado
