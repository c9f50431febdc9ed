// Calls to other services, awaited: deadline passed on, safe calls repeated when the other side was away.
//
//   CO_ASSIGN_OR_RETURN(v1::Match match, co_await peer.Call(stub.async(), &Async::GetMatch, request,
//                                                          {.call = call, .safe = true}));
//
// Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>

#include <coroutine>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "common/auth/token.h"
#include "common/rpc/binder.h"
#include "common/rpc/call.h"
#include "common/sync/mutex.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"
#include "common/time/clock.h"

namespace cortado::rpc {

// Mints this service's own tokens: 10 minutes each, a new one well before the old one ends.
class TokenSource {
 public:
  // `service` is the subject, as "matching"; the token carries role SERVICE and every organisation.
  TokenSource(std::string service, std::shared_ptr<const auth::KeyRing> keys, const Clock& clock);
  std::string Token();

 private:
  const std::string service_;
  const std::shared_ptr<const auth::KeyRing> keys_;
  const Clock& clock_;
  sync::Mutex mutex_;
  std::string token_ ABSL_GUARDED_BY(mutex_);
  absl::Time renew_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

class Peer {
 public:
  // The loop outlives the peer.
  Peer(std::shared_ptr<TokenSource> tokens, EventLoop& loop) : tokens_(std::move(tokens)), loop_(loop) {}

  // Says where the other side is; once, before the first call (within one process the server has to be up first).
  void Connect(std::shared_ptr<grpc::Channel> channel) { channel_ = std::move(channel); }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Calls one method of a generated async stub for an organisation until `deadline`. `safe`: a read, or a write with a
  // request id, which is repeated up to twice when the other side is UNAVAILABLE. `language` is that of sentences in
  // the answer, empty for the callee's choice. Errors are the callee's, with reason.
  template <class Async, class Request, class Response>
  Task<absl::StatusOr<Response>> Invoke(Async* stub,
                                        void (Async::*method)(grpc::ClientContext*, const Request*, Response*,
                                                              std::function<void(grpc::Status)>),
                                        const Request& request, std::string organization, absl::Time deadline,
                                        bool safe, std::string language = "") {
    absl::Duration pause = absl::Milliseconds(20);
    for (int attempt = 1;; ++attempt) {
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(deadline));
      context.AddMetadata("authorization", "Bearer " + tokens_->Token());
      context.AddMetadata("x-cortado-org", organization);
      if (!language.empty()) context.AddMetadata("accept-language", language);
      Response response;
      Awaiter<Async, Request, Response> awaiter{stub, method, &context, &request, &response, {}};
      grpc::Status status = co_await awaiter;
      if (status.ok()) co_return response;
      bool again =
          safe && attempt < 3 && status.error_code() == grpc::StatusCode::UNAVAILABLE && absl::Now() + pause < deadline;
      if (!again) co_return FromGrpc(status);
      co_await loop_.Sleep(pause);
      pause *= 4;
    }
  }

 private:
  template <class Async, class Request, class Response>
  struct Awaiter {
    Async* stub;
    void (Async::*method)(grpc::ClientContext*, const Request*, Response*, std::function<void(grpc::Status)>);
    grpc::ClientContext* context;
    const Request* request;
    Response* response;
    grpc::Status status;

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      (stub->*method)(context, request, response, [this, waiter](grpc::Status result) {
        status = std::move(result);
        waiter.resume();
      });
    }
    grpc::Status await_resume() { return std::move(status); }
  };

  std::shared_ptr<grpc::Channel> channel_;
  std::shared_ptr<TokenSource> tokens_;
  EventLoop& loop_;
};

}  // namespace cortado::rpc
