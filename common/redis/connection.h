// One connection of the client: queue, pipeline, deadlines and reconnection. Only common/redis includes this.
//
// An operation is shared by the connection, which holds it until its reply or the loss of the connection, and by the
// task that awaits it, which leaves at the reply or at its deadline, whichever is first. A late reply finds nobody and
// is dropped. hiredis 0.14 has no timeout for asynchronous commands, hence ours.
#pragma once

#include <atomic>
#include <coroutine>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/redis/address.h"
#include "common/redis/reply.h"
#include "common/task/event_loop.h"

struct redisAsyncContext;

namespace cortado::redis {

// How a connection to one server of several differs from that to the only one.
struct Manner {
  bool patient = true;        // What cannot be sent yet waits for the connection; else it ends at once, unsent.
  bool loads_scripts = true;  // Whether scripts will be run over it.
  bool asks_for_role =
      false;  // Serves only while the server says it is a master; one that may not be asked is believed.
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `address` is that of one server.
  static std::shared_ptr<Connection> Open(Address address, EventLoop& loop, Manner manner = {});
  ~Connection();

  struct Operation;

  // Awaits one command: see Client::Run for the errors.
  class Awaiter {
   public:
    Awaiter(Connection& connection, std::vector<std::string> command, absl::Time deadline, bool asking)
        : connection_(connection), command_(std::move(command)), deadline_(deadline), asking_(asking) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiter);
    absl::StatusOr<Reply> await_resume() { return std::move(result_); }
    // The command as it was given, for sending it again; empty when its deadline passed after it was sent.
    std::vector<std::string> TakeCommand() { return std::move(command_); }
    // Whether the server may have got it. When not, it certainly did not run.
    bool sent() const { return sent_; }

   private:
    friend class Connection;
    Connection& connection_;
    std::vector<std::string> command_;
    absl::Time deadline_;
    bool asking_;
    bool sent_ = false;
    absl::StatusOr<Reply> result_;
    std::coroutine_handle<> waiter_;
  };
  // `asking`: with ASKING ahead, as a cluster's node wants it of who was redirected by ASK.
  Awaiter Send(std::vector<std::string> command, absl::Time deadline, bool asking = false) {
    return Awaiter(*this, std::move(command), deadline, asking);
  }

  // Ends everything under way with CANCELLED, and the connection. Waits for the loop; not for the loop's thread.
  void Close();
  // Ends what was not sent, at once and unsent, and takes no more; what was sent gets up to `grace` for its answer,
  // then the connection ends. Any thread; does not wait.
  void Retire(absl::Duration grace);
  bool connected() const { return connected_.load(std::memory_order_relaxed); }
  // From now on so many replicas have to confirm a write, also one that waits for them already; at first it is
  // `address.replicas`. Any thread. Of no effect where that is 0.
  void Require(int replicas) { required_.store(replicas, std::memory_order_relaxed); }

 private:
  Connection(Address address, EventLoop& loop, Manner manner);

  void Push(std::unique_ptr<Operation> operation);
  // The rest runs on the loop's thread.
  void Connect();
  void OnConnected(int status);
  void OnLost();
  void Reconnect();
  void Flush();
  void Handle(uint32_t events);
  void WatchForWriting(bool writing);
  void Submit(std::unique_ptr<Operation> operation);
  void Answer(std::unique_ptr<Operation> operation, const void* hiredis_reply);
  // Asks whether the replicas have what was sent, and ends the writes that wait for it.
  void AwaitReplicas();
  void EndAwaited(int64_t replicas);
  // Whether anybody waits for the replicas still.
  bool Awaited() const;
  void Settle(std::unique_ptr<Operation> operation, absl::StatusOr<Reply> result);
  // Greets the server: login, scripts, and whether it serves.
  void Greet();
  static void OnGreeted(redisAsyncContext* context, void* reply, void*);
  // Ends the connection for good.
  void End();
  // Why nothing can be sent and nothing shall wait for it; OK when it may.
  absl::Status WhyNotWait() const;
  void EndUnsent(const absl::Status& why);
  void Finish(Operation& operation, absl::StatusOr<Reply> result);
  // Arms the timer for the earliest deadline under way.
  void Expect(absl::Time deadline);
  void ExpireOverdue();

  const Address address_;
  const Manner manner_;
  EventLoop& loop_;
  std::atomic<bool> connected_{false};
  std::atomic<int> required_;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Operation>> inbox_;  // Guarded by mutex_.

  // Loop thread only.
  redisAsyncContext* context_ = nullptr;
  bool ready_ = false;  // Connected, authenticated, scripts sent.
  bool closed_ = false;
  bool retired_ = false;
  bool writing_ = false;
  int watched_fd_ = -1;
  absl::Duration backoff_ = absl::ZeroDuration();
  std::deque<std::unique_ptr<Operation>> waiting_;   // Not sent yet.
  std::vector<Operation*> in_flight_;                // Sent; owned by the reply callback, then by awaited_.
  std::vector<std::unique_ptr<Operation>> awaited_;  // Answered by this node, not yet confirmed by its replicas.
  bool awaiting_replicas_ = false;                   // A WAIT is under way.
  absl::Time next_expiry_ = absl::InfiniteFuture();
  uint64_t expiry_timer_ = 0;
};

}  // namespace cortado::redis
