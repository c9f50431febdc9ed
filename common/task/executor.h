// Threads for work that would stall the loop: `co_await workers.Schedule()` goes on on one of them.
//
//   co_await executors.OnWorkers();   // above 50 us of work: suggest, calendars, crypto
//   co_await executors.OnBlocking();  // may block: DNS, files, SMTP
//
// Thread-safe. What is queued when it is destroyed still runs.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cortado {

class Executor {
 public:
  // `threads` at least 1.
  explicit Executor(int threads);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  void Post(std::function<void()> work);

  // Resumes the awaiting task on one of the threads.
  auto Schedule() {
    struct Awaiter {
      Executor& executor;
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> waiter) {
        executor.Post([waiter] { waiter.resume(); });
      }
      void await_resume() const {}
    };
    return Awaiter{*this};
  }

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;  // Guarded by mutex_.
  bool stop_ = false;                        // Guarded by mutex_.
  std::vector<std::thread> threads_;
};

// The two pools of a process.
class Executors {
 public:
  Executors() : workers_(std::max(2u, std::thread::hardware_concurrency())), blocking_(4) {}
  auto OnWorkers() { return workers_.Schedule(); }
  auto OnBlocking() { return blocking_.Schedule(); }

 private:
  Executor workers_;
  Executor blocking_;
};

}  // namespace cortado
