#include "common/redis/connection.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <sys/epoll.h>

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "absl/strings/match.h"
#include "common/redis/raw.h"
#include "common/redis/script.h"

namespace cortado::redis {

struct Connection::Operation {
  Awaiter* awaiter = nullptr;  // Null once the task went on without the reply.
  std::vector<std::string> command;
  absl::Time deadline;
  bool asking = false;
  bool sent = false;
  Connection* connection = nullptr;
  size_t place = 0;  // In in_flight_.
  Reply reply;       // While it is awaited whether replicas have the write.
};

namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(10);
constexpr absl::Duration kLongestBackoff = absl::Seconds(1);

absl::Status ConnectionLost() {
  return absl::UnavailableError("the connection to the store was lost; repeat with the same request id");
}

}  // namespace

std::shared_ptr<Connection> Connection::Open(Address address, EventLoop& loop, Manner manner) {
  std::shared_ptr<Connection> connection(new Connection(std::move(address), loop, manner));
  loop.Post([connection] { connection->Connect(); });
  return connection;
}

Connection::Connection(Address address, EventLoop& loop, Manner manner)
    : address_(std::move(address)), manner_(manner), loop_(loop), required_(address_.replicas) {}
Connection::~Connection() = default;

void Connection::Awaiter::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  auto operation = std::make_unique<Operation>();
  operation->awaiter = this;
  operation->command = std::move(command_);
  operation->deadline = deadline_;
  operation->asking = asking_;
  connection_.Push(std::move(operation));
}

void Connection::Push(std::unique_ptr<Operation> operation) {
  bool first;
  {
    std::lock_guard lock(mutex_);
    first = inbox_.empty();
    inbox_.push_back(std::move(operation));
  }
  if (first) loop_.Post([self = shared_from_this()] { self->Flush(); });
}

void Connection::Close() {
  std::mutex mutex;
  std::condition_variable closed;
  bool done = false;
  loop_.Post([&, self = shared_from_this()] {
    self->End();
    std::lock_guard lock(mutex);
    done = true;
    closed.notify_one();
  });
  std::unique_lock lock(mutex);
  closed.wait(lock, [&] { return done; });
}

void Connection::End() {
  closed_ = true;
  Flush();
  // Answers what is in flight with null.
  if (redisAsyncContext* context = std::exchange(context_, nullptr)) redisAsyncFree(context);
  if (expiry_timer_ != 0) loop_.Cancel(expiry_timer_);
}

void Connection::Retire(absl::Duration grace) {
  loop_.Post([self = shared_from_this(), grace] {
    self->retired_ = true;
    self->Flush();
    if (grace <= absl::ZeroDuration() || self->in_flight_.empty()) return self->End();
    self->loop_.At(absl::Now() + grace, [weak = self->weak_from_this()] {
      if (auto late = weak.lock()) late->End();
    });
  });
}

void Connection::Connect() {
  if (closed_ || retired_) return;
  redisAsyncContext* context = address_.unix_socket.empty() ? redisAsyncConnect(address_.host.c_str(), address_.port)
                                                            : redisAsyncConnectUnix(address_.unix_socket.c_str());
  if (context == nullptr || context->err != 0) {
    if (context != nullptr) redisAsyncFree(context);
    Reconnect();
    return;
  }
  context_ = context;
  context->data = this;
  context->ev.data = this;
  context->ev.addWrite = [](void* self) { static_cast<Connection*>(self)->WatchForWriting(true); };
  context->ev.delWrite = [](void* self) { static_cast<Connection*>(self)->WatchForWriting(false); };
  context->ev.addRead = [](void*) {};
  context->ev.delRead = [](void*) {};
  context->ev.cleanup = [](void* data) {
    auto* self = static_cast<Connection*>(data);
    if (self->watched_fd_ >= 0) self->loop_.Unwatch(self->watched_fd_);
    self->watched_fd_ = -1;
  };
  watched_fd_ = context->c.fd;
  writing_ = true;
  // The watcher holds the connection: it lives as long as its socket.
  loop_.Watch(watched_fd_, EPOLLIN | EPOLLOUT, [self = shared_from_this()](uint32_t events) { self->Handle(events); });
  redisAsyncSetConnectCallback(
      context, [](const redisAsyncContext* c, int status) { static_cast<Connection*>(c->data)->OnConnected(status); });
  redisAsyncSetDisconnectCallback(context,
                                  [](const redisAsyncContext* c, int) { static_cast<Connection*>(c->data)->OnLost(); });
}

void Connection::OnConnected(int status) {
  if (status != REDIS_OK) {
    context_ = nullptr;  // hiredis frees it after this callback.
    Reconnect();
    return;
  }
  Greet();
}

// Sends AUTH and every script ahead of whatever waits: pipelined, so nothing waits for an answer but the last one's.
void Connection::Greet() {
  if (!address_.user.empty()) SendRaw(context_, nullptr, nullptr, {"AUTH", address_.user, address_.password});
  if (manner_.loads_scripts) {
    for (const Script* script : Script::All()) {
      SendRaw(context_, nullptr, nullptr, {"SCRIPT", "LOAD", script->text()});
    }
  }
  // The connection serves once the server answers: a server that is loading its data, or refuses us, says so here.
  SendRaw(context_, &OnGreeted, nullptr, {manner_.asks_for_role ? "ROLE" : "PING"});
}

void Connection::OnGreeted(redisAsyncContext* context, void* raw, void*) {
  auto* self = static_cast<Connection*>(context->data);
  auto* answer = static_cast<redisReply*>(raw);
  if (answer == nullptr) return;
  const Reply reply = FromHiredis(*answer);
  bool serves = !reply.IsError();
  if (self->manner_.asks_for_role) {
    serves = absl::StartsWith(reply.text, "NOPERM") || (!reply.elements.empty() && reply.elements[0].text == "master");
  }
  if (!serves) {
    redisAsyncDisconnect(context);
    return;
  }
  self->ready_ = true;
  self->backoff_ = absl::ZeroDuration();
  self->connected_.store(true);
  self->Flush();
}

void Connection::OnLost() {
  context_ = nullptr;
  ready_ = false;
  connected_.store(false);
  if (!closed_ && !retired_) Reconnect();
}

void Connection::Reconnect() {
  if (!manner_.patient) Flush();  // Nobody waits for the next attempt.
  backoff_ = std::clamp(backoff_ * 2, kFirstBackoff, kLongestBackoff);
  loop_.At(absl::Now() + backoff_, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->Connect();
  });
}

void Connection::WatchForWriting(bool writing) {
  if (writing == writing_ || watched_fd_ < 0) return;
  writing_ = writing;
  loop_.Rewatch(watched_fd_, EPOLLIN | (writing ? EPOLLOUT : 0u));
}

void Connection::Handle(uint32_t events) {
  // Each call may end the context.
  if (context_ != nullptr && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) redisAsyncHandleRead(context_);
  if (context_ != nullptr && (events & EPOLLOUT) != 0) redisAsyncHandleWrite(context_);
}

void Connection::Flush() {
  std::vector<std::unique_ptr<Operation>> batch;
  {
    std::lock_guard lock(mutex_);
    batch.swap(inbox_);
  }
  for (auto& operation : batch) waiting_.push_back(std::move(operation));
  if (const absl::Status why = WhyNotWait(); !why.ok()) {
    EndUnsent(why);
    return;
  }
  if (!ready_) {
    for (auto& operation : waiting_) Expect(operation->deadline);
    return;
  }
  if (awaiting_replicas_) {  // What comes meanwhile makes the next batch.
    for (auto& operation : waiting_) Expect(operation->deadline);
    return;
  }
  absl::Time now = absl::Now();
  bool sent = false;
  while (!waiting_.empty() && context_ != nullptr) {
    std::unique_ptr<Operation> operation = std::move(waiting_.front());
    waiting_.pop_front();
    if (operation->deadline <= now) {
      Finish(*operation, absl::DeadlineExceededError("the deadline passed before the store was asked"));
      continue;
    }
    Submit(std::move(operation));
    sent = true;
  }
  if (sent && address_.replicas > 0 && context_ != nullptr) AwaitReplicas();
  if (sent && context_ != nullptr) redisAsyncHandleWrite(context_);
}

absl::Status Connection::WhyNotWait() const {
  if (closed_) return absl::CancelledError("the store's client is closing");
  const bool between_attempts = !ready_ && context_ == nullptr;
  if (retired_ || (!manner_.patient && between_attempts)) {
    return absl::UnavailableError("the store cannot be reached; repeat with the same request id");
  }
  return absl::OkStatus();
}

void Connection::EndUnsent(const absl::Status& why) {
  std::deque<std::unique_ptr<Operation>> unsent;
  unsent.swap(waiting_);
  for (auto& operation : unsent) Finish(*operation, why);
}

void Connection::Submit(std::unique_ptr<Operation> operation) {
  Expect(operation->deadline);
  Operation* raw = operation.release();
  raw->connection = this;
  raw->sent = true;
  if (raw->asking) SendRaw(context_, nullptr, nullptr, {"ASKING"});
  raw->place = in_flight_.size();
  in_flight_.push_back(raw);
  SendRaw(
      context_,
      [](redisAsyncContext*, void* reply, void* data) {
        std::unique_ptr<Operation> done(static_cast<Operation*>(data));
        Connection* connection = done->connection;
        connection->Answer(std::move(done), reply);
      },
      raw, raw->command);
}

void Connection::Answer(std::unique_ptr<Operation> operation, const void* hiredis_reply) {
  if (hiredis_reply == nullptr) {
    Settle(std::move(operation), ConnectionLost());
    return;
  }
  Reply reply = FromHiredis(*static_cast<const redisReply*>(hiredis_reply));
  // An error wrote nothing that replicas could have: a script decides before it writes.
  if (address_.replicas == 0 || reply.IsError()) {
    Settle(std::move(operation), std::move(reply));
    return;
  }
  operation->reply = std::move(reply);
  awaited_.push_back(std::move(operation));
}

void Connection::AwaitReplicas() {
  awaiting_replicas_ = true;
  SendRaw(context_,
          [](redisAsyncContext*, void* reply, void* self) {
            const auto* answer = static_cast<redisReply*>(reply);
            // On the same connection, so it speaks of all that was written before it. Lost with it: nobody confirmed.
            const bool counted = answer != nullptr && answer->type == REDIS_REPLY_INTEGER;
            static_cast<Connection*>(self)->EndAwaited(counted ? answer->integer : -1);
          },
          this,
          {"WAIT", std::to_string(required_.load(std::memory_order_relaxed)),
           std::to_string(std::max<int64_t>(1, absl::ToInt64Milliseconds(address_.replica_patience)))});
}

bool Connection::Awaited() const {
  return std::any_of(awaited_.begin(), awaited_.end(),
                     [](const auto& operation) { return operation->awaiter != nullptr; });
}

void Connection::EndAwaited(int64_t replicas) {
  const bool confirmed = replicas >= required_.load(std::memory_order_relaxed);
  // Who has to confirm may have changed meanwhile, so it is asked again.
  if (replicas >= 0 && !confirmed && Awaited()) return AwaitReplicas();
  awaiting_replicas_ = false;
  std::vector<std::unique_ptr<Operation>> batch;
  batch.swap(awaited_);
  for (auto& operation : batch) {
    Reply reply = std::move(operation->reply);
    if (confirmed) {
      Settle(std::move(operation), std::move(reply));
    } else {
      Settle(std::move(operation), ConnectionLost());  // Of the others nobody waits.
    }
  }
  if (replicas >= 0) Flush();
}

void Connection::Settle(std::unique_ptr<Operation> operation, absl::StatusOr<Reply> result) {
  in_flight_[operation->place] = in_flight_.back();
  in_flight_[operation->place]->place = operation->place;
  in_flight_.pop_back();
  Finish(*operation, std::move(result));
}

void Connection::Finish(Operation& operation, absl::StatusOr<Reply> result) {
  Awaiter* awaiter = std::exchange(operation.awaiter, nullptr);
  if (awaiter == nullptr) return;
  awaiter->result_ = std::move(result);
  awaiter->command_ = std::move(operation.command);
  awaiter->sent_ = operation.sent;
  awaiter->waiter_.resume();  // The awaiter is gone after this.
}

void Connection::Expect(absl::Time deadline) {
  if (deadline >= next_expiry_) return;
  next_expiry_ = deadline;
  if (expiry_timer_ != 0) loop_.Cancel(expiry_timer_);
  expiry_timer_ = loop_.At(deadline, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->ExpireOverdue();
  });
}

// A look at everything under way, once per earliest deadline: rare while calls are answered in time, and then nearly
// nothing is under way; when the server is frozen, one look serves all that expire together.
void Connection::ExpireOverdue() {
  expiry_timer_ = 0;
  next_expiry_ = absl::InfiniteFuture();
  absl::Time now = absl::Now();
  absl::Time next = absl::InfiniteFuture();
  std::vector<std::unique_ptr<Operation>> unsent;
  std::deque<std::unique_ptr<Operation>> keep;
  for (auto& operation : waiting_) {
    if (operation->deadline <= now) {
      unsent.push_back(std::move(operation));
    } else {
      keep.push_back(std::move(operation));
    }
  }
  waiting_.swap(keep);
  std::vector<Awaiter*> sent;
  for (Operation* operation : in_flight_) {
    if (operation->awaiter == nullptr) continue;
    if (operation->deadline <= now) {
      sent.push_back(std::exchange(operation->awaiter, nullptr));
    } else {
      next = std::min(next, operation->deadline);
    }
  }
  for (auto& operation : waiting_) next = std::min(next, operation->deadline);
  if (next != absl::InfiniteFuture()) Expect(next);
  for (auto& operation : unsent) {
    Finish(*operation, absl::DeadlineExceededError("the deadline passed before the store was asked"));
  }
  for (Awaiter* awaiter : sent) {
    awaiter->sent_ = true;
    awaiter->result_ = absl::UnavailableError("the store did not answer in time; repeat with the same request id");
    awaiter->waiter_.resume();
  }
}

}  // namespace cortado::redis
