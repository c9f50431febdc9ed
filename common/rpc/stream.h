// Streams for coroutines: a handler writes or reads one message after the other, waiting for each (that is the
// backpressure).
//
// One task at a time uses a stream; gRPC's threads resume it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <coroutine>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "common/rpc/binder.h"
#include "common/status/error.h"
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

class WriteReactor : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  void OnWriteDone(bool ok) override { completion_.Done(ok); }
  void OnDone() override { delete this; }
  auto Write(const grpc::ByteBuffer* message) {
    return completion_.Await([this, message] { StartWrite(message); });
  }

 private:
  Completion completion_;
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

  // Sends of one message what the caller may see; the rest is cleared. CANCELLED when the caller hung up or the server
  // stops: return it.
  Task<absl::Status> Write(Response& response) {
    grpc::ByteBuffer bytes = Binder::Write(method_, call_, response);
    if (Stopping()) co_return absl::CancelledError("the server stops; resume elsewhere");
    if (!co_await reactor_.Write(&bytes)) co_return absl::CancelledError("the caller hung up");
    co_return absl::OkStatus();
  }
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
