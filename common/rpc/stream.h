// Streams for coroutines: a handler writes or reads one message after the other, waiting for each (that is the
// backpressure). Whoever must not wait for a slow caller for ever begins to send, and looks how that goes.
//
// One task at a time uses a stream; gRPC's threads resume it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <coroutine>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/binder.h"
#include "common/status/error.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

namespace cortado::rpc {

// gRPC tells the end of one write or read on another thread: the awaiting task is resumed there.
class Completion {
 public:
  // Runs `start`, which begins the operation; returns whether it succeeded.
  template <class Start>
  auto Await(Start start) {
    struct Awaiter {
      Completion& completion;
      Start start;
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> waiter) {
        completion.waiter_ = waiter;
        start();  // May resume the waiter before it returns: nothing here is touched after.
      }
      bool await_resume() const { return completion.ok_; }
    };
    return Awaiter{*this, std::move(start)};
  }
  void Done(bool ok) {
    ok_ = ok;
    waiter_.resume();
  }

 private:
  std::coroutine_handle<> waiter_;
  bool ok_ = false;
};

// One message on its way to the caller. It may go on after the handler that began it has ended, and keeps its bytes
// until then. Thread-safe; one task at a time waits.
class Sending : public std::enable_shared_from_this<Sending> {
 public:
  explicit Sending(grpc::ByteBuffer bytes) : bytes_(std::move(bytes)) {}

  const grpc::ByteBuffer& bytes() const { return bytes_; }
  void Done(bool ok) {
    std::coroutine_handle<> waiter;
    {
      std::lock_guard lock(mutex_);
      ok_ = ok;
      if (timer_ != 0) loop_->Cancel(timer_);
      waiter = std::exchange(waiter_, {});
    }
    if (waiter) waiter.resume();
  }

  // Resumes the awaiting task when the message is sent or the caller is gone, and at `until` at the latest; returns
  // whether it was sent, or nothing when it is still on its way. Without a loop it waits for the end.
  auto Wait(EventLoop* loop = nullptr, absl::Time until = absl::InfiniteFuture()) {
    struct Awaiter {
      std::shared_ptr<Sending> self;
      EventLoop* loop;
      absl::Time until;
      bool await_ready() const { return false; }
      bool await_suspend(std::coroutine_handle<> waiter) { return self->Enter(waiter, loop, until); }
      std::optional<bool> await_resume() const {
        std::lock_guard lock(self->mutex_);
        return self->ok_;
      }
    };
    return Awaiter{shared_from_this(), loop, until};
  }

 private:
  // False when it is done already: nobody need wait.
  bool Enter(std::coroutine_handle<> waiter, EventLoop* loop, absl::Time until) {
    std::lock_guard lock(mutex_);
    if (ok_) return false;
    waiter_ = waiter;
    loop_ = loop;
    // The timer may fire at once: it blocks on the lock until the waiter is in place.
    timer_ = loop == nullptr ? 0 : loop->At(until, [self = shared_from_this()] { self->TimeIsUp(); });
    return true;
  }
  void TimeIsUp() {
    std::coroutine_handle<> waiter;
    {
      std::lock_guard lock(mutex_);
      timer_ = 0;
      waiter = std::exchange(waiter_, {});
    }
    if (waiter) waiter.resume();
  }

  const grpc::ByteBuffer bytes_;
  std::mutex mutex_;
  std::optional<bool> ok_;          // Guarded by mutex_.
  std::coroutine_handle<> waiter_;  // Guarded by mutex_.
  EventLoop* loop_ = nullptr;       // Guarded by mutex_.
  uint64_t timer_ = 0;              // Guarded by mutex_; 0: none.
};

class WriteReactor : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  void OnWriteDone(bool ok) override { std::exchange(sending_, nullptr)->Done(ok); }
  void OnDone() override { delete this; }
  // One at a time. What is on its way when the stream is finished is sent before its status, if the caller takes it.
  std::shared_ptr<Sending> Begin(grpc::ByteBuffer bytes) {
    std::shared_ptr<Sending> sending = std::make_shared<Sending>(std::move(bytes));
    sending_ = sending;
    StartWrite(&sending->bytes());
    return sending;
  }

 private:
  std::shared_ptr<Sending> sending_;  // Null while nothing is on its way.
};

class ReadReactor : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  void OnReadDone(bool ok) override { completion_.Done(ok); }
  void OnDone() override { delete this; }
  auto Read(grpc::ByteBuffer* message) {
    return completion_.Await([this, message] { StartRead(message); });
  }

 private:
  Completion completion_;
};

template <class Response>
class Writer {
 public:
  Writer(WriteReactor& reactor, const Binder& binder, const Method& method, const Call& call)
      : reactor_(reactor), binder_(binder), method_(method), call_(call) {}

  // Sends of one message what the caller may see; the rest is cleared. CANCELLED when the caller hung up,
  // UNAVAILABLE when the server stops: return it.
  Task<absl::Status> Write(Response& response) {
    if (Stopping()) co_return absl::UnavailableError("the server stops; resume elsewhere");
    const std::shared_ptr<Sending> sending = Begin(response);
    const std::optional<bool> sent = co_await sending->Wait();
    if (!sent.value_or(false)) co_return absl::CancelledError("the caller hung up");
    co_return absl::OkStatus();
  }
  // Begins to send the same, and does not wait for the caller to take it; not before the one before is sent.
  std::shared_ptr<Sending> Begin(Response& response) { return reactor_.Begin(Binder::Write(method_, call_, response)); }
  // Whether a stream that stays open should end.
  bool Stopping() const { return binder_.draining(); }

 private:
  WriteReactor& reactor_;
  const Binder& binder_;
  const Method& method_;
  const Call& call_;
};

template <class Request>
class Reader {
 public:
  Reader(ReadReactor& reactor, const Binder& binder, const Method& method)
      : reactor_(reactor), binder_(binder), method_(method) {}

  // Returns the next message, or nothing at the end. INVALID_ARGUMENT as for a single request.
  Task<absl::StatusOr<std::optional<Request>>> Read() {
    grpc::ByteBuffer bytes;
    if (!co_await reactor_.Read(&bytes)) co_return std::nullopt;
    std::optional<Request> request(std::in_place);
    absl::Status status = binder_.Read(method_, bytes, *request);
    if (!status.ok()) co_return status;
    co_return request;
  }

  // The same for those who look at what is wrong themselves: a message that the contract's rules for fields refuse is
  // returned, and `fault` says why. INVALID_ARGUMENT for bytes that are no message alone.
  Task<absl::StatusOr<std::optional<Request>>> ReadWith(absl::Status& fault) {
    grpc::ByteBuffer bytes;
    if (!co_await reactor_.Read(&bytes)) co_return std::nullopt;
    std::optional<Request> request(std::in_place);
    fault = binder_.Read(method_, bytes, *request);
    if (!fault.ok() && ReasonOf(fault) != "FIELD_INVALID") co_return fault;
    co_return request;
  }

 private:
  ReadReactor& reactor_;
  const Binder& binder_;
  const Method& method_;
};

}  // namespace cortado::rpc
