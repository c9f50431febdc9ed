// Runs tasks side by side.
//
//   std::vector<Task<absl::StatusOr<Page>>> reads = ...;
//   const std::vector<absl::StatusOr<Page>> pages = co_await Gather(std::move(reads));
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "common/task/task.h"

namespace cortado {
namespace task_internal {

template <class T>
struct Gathering {
  std::vector<Task<T>> tasks;
  std::vector<std::optional<T>> results;
  std::atomic<size_t> left;  // Tasks under way, and one for whoever starts them.
  std::coroutine_handle<> parent;

  static Detached Run(Gathering& all, size_t i) {
    all.results[i].emplace(co_await std::move(all.tasks[i]));
    if (all.left.fetch_sub(1) == 1) all.parent.resume();
  }
  bool await_ready() const noexcept { return tasks.empty(); }
  bool await_suspend(std::coroutine_handle<> self) {
    parent = self;
    for (size_t i = 0; i < tasks.size(); ++i) Run(*this, i);
    return left.fetch_sub(1) != 1;
  }
  void await_resume() const noexcept {}
};

}  // namespace task_internal

// Starts every task at once and returns their results in the order given, when all are done; on the thread of the last
// of them. None of them may need another of them to go on.
template <class T>
Task<std::vector<T>> Gather(std::vector<Task<T>> tasks) {
  task_internal::Gathering<T> all;
  all.results.resize(tasks.size());
  all.left.store(tasks.size() + 1);
  all.tasks = std::move(tasks);
  co_await all;
  std::vector<T> results;
  for (std::optional<T>& result : all.results) results.push_back(*std::move(result));
  co_return results;
}

}  // namespace cortado
