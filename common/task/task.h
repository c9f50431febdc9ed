// A lazily started coroutine: what every handler, core and store function returns.
//
//   Task<absl::StatusOr<Person>> People::Get(rpc::Call call, const GetPersonRequest& request) {
//     CO_ASSIGN_OR_RETURN(Person person, co_await store_.Get(call, request.name()));
//     co_return person;
//   }
//
// A task runs when it is awaited, and may go on on another thread after each await. A task that was started must be
// awaited to its end: it is never destroyed half way. Not to be awaited twice.
//
// g++ 12 guarantees a tail call for symmetric transfer only at -O2, so there is none: a child that finished at once
// lets its parent go on by plain return, and one that finishes later, on any thread, resumes it. `settled` decides
// which (test: TaskTest.AMillionReadyAwaitsDoNotGrowTheStack).
#pragma once

#include <atomic>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace cortado {

template <class T>
class Task;

namespace task_internal {

template <class T>
struct Result {
  std::optional<T> value;
  template <class U>
  void return_value(U&& v) {
    value.emplace(std::forward<U>(v));
  }
  T Take() { return std::move(*value); }
};

template <>
struct Result<void> {
  void return_void() {}
  void Take() {}
};

}  // namespace task_internal

template <class T = void>
class [[nodiscard]] Task {
 public:
  struct promise_type : task_internal::Result<T> {
    std::coroutine_handle<> parent;
    // Set once by the child when it is done and once by the parent when it has suspended; the second to come goes on.
    std::atomic<bool> settled{false};

    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        std::coroutine_handle<> parent = self.promise().parent;
        if (self.promise().settled.exchange(true, std::memory_order_acq_rel)) parent.resume();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void unhandled_exception() { std::terminate(); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) {
    handle_.promise().parent = parent;
    handle_.resume();
    return !handle_.promise().settled.exchange(true, std::memory_order_acq_rel);
  }
  T await_resume() { return handle_.promise().Take(); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

// A coroutine that owns itself: it starts at once and frees itself at its end. For the edges of the program (binder,
// background loops), where nobody awaits.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

}  // namespace cortado
