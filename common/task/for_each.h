// Many pieces of work on several threads at once, while others get their turn.
//
//   co_await ForEachOnWorkers(executors, people, 2, [&](int32_t person) { scores[person] = Score(person); });
#pragma once

#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "common/task/executor.h"
#include "common/task/task.h"

namespace cortado {

namespace task_internal {

struct SharedWork {
  Executors& executors;
  const int32_t count;
  const std::function<void(int32_t)> work;
  std::atomic<int32_t> next{0};
  std::atomic<int32_t> open;  // Who still works, and the waiter until it waits.
  std::coroutine_handle<> waiter = nullptr;

  // Returns whether everybody is done.
  bool Leave() { return open.fetch_sub(1) == 1; }
};

inline Detached WorkOn(std::shared_ptr<SharedWork> gathering) {
  constexpr std::chrono::milliseconds kTurn(10);
  for (bool more = true; more;) {
    co_await gathering->executors.OnWorkers();
    const auto end = std::chrono::steady_clock::now() + kTurn;
    do {
      const int32_t piece = gathering->next.fetch_add(1);
      more = piece < gathering->count;
      if (more) gathering->work(piece);
    } while (more && std::chrono::steady_clock::now() < end);
  }
  if (gathering->Leave()) gathering->waiter.resume();
}

}  // namespace task_internal

// Calls work(0) to work(count - 1), each once, in any order and up to `at_once` (at least 1) at the same time, on
// worker threads; each thread lets others of the queue go first every 10 ms. Returns when all are done.
inline Task<void> ForEachOnWorkers(Executors& executors, int32_t count, int32_t at_once,
                                   std::function<void(int32_t)> work) {
  std::shared_ptr<task_internal::SharedWork> gathering(
      new task_internal::SharedWork{executors, count, std::move(work), {0}, {at_once + 1}});
  struct Awaiter {
    std::shared_ptr<task_internal::SharedWork> gathering;
    int32_t at_once;
    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> waiter) {
      const std::shared_ptr<task_internal::SharedWork> held = gathering;
      held->waiter = waiter;
      for (int32_t i = at_once; i > 0; --i) task_internal::WorkOn(held);
      return !held->Leave();
    }
    void await_resume() const {}
  };
  Awaiter all{std::move(gathering), at_once};
  co_await all;
}

}  // namespace cortado
