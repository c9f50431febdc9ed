// Follows a change feed for one organisation: fetches page after page, applies each, waits where the fetch waits, backs
// off when the other side is away, and starts over when told to resync.
//
//   events::Follower<Page> follower(loop, fetch, apply);
//   follower.Start(saved_token);
//   ...
//   follower.Stop();  // Returns once nothing runs any more.
//
// `Page` has `resume_token()`. Fetch waits for news on the server (a bounded wait), so that a quiet feed costs one call
// now and then. Apply gets every page in order, `restart` true for the first one after a start without a token or a
// resync: what was kept before is then of another history, and is to be replaced once the snapshot is complete.
// Thread-safe.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"

namespace cortado::events {

template <class Page>
class Follower {
 public:
  using Fetch = std::function<Task<absl::StatusOr<Page>>(std::string resume_token)>;
  using Apply = std::function<Task<absl::Status>(const Page& page, bool restart)>;

  Follower(EventLoop& loop, Fetch fetch, Apply apply)
      : loop_(loop), fetch_(std::move(fetch)), apply_(std::move(apply)) {}
  ~Follower() { Stop(); }

  // Begins behind `resume_token`; empty: with a snapshot. Once only.
  void Start(std::string resume_token) {
    {
      std::lock_guard lock(mutex_);
      running_ = true;
    }
    Run(std::move(resume_token));
  }

  // Begins again with a snapshot, after the fetch under way: for who finds that what was kept is not as it should be.
  void StartOver() { start_over_.store(true); }

  // Lets it end after the fetch under way, without waiting for it; see Running.
  void RequestStop() { stop_.store(true); }
  // Whether anything may still call fetch or apply. Once false after RequestStop, it stays so.
  bool Running() {
    std::lock_guard lock(mutex_);
    return running_;
  }

  // Ends after the fetch under way. Not to be called on the loop's thread.
  void Stop() {
    RequestStop();
    std::unique_lock lock(mutex_);
    stopped_.wait(lock, [this] { return !running_; });
  }

 private:
  Detached Run(std::string token) {
    constexpr absl::Duration kFirstPause = absl::Milliseconds(20);
    constexpr absl::Duration kLongestPause = absl::Seconds(2);
    absl::Duration pause = kFirstPause;
    bool restart = token.empty();
    while (!stop_.load()) {
      if (start_over_.exchange(false)) {
        token.clear();
        restart = true;
      }
      absl::StatusOr<Page> page = co_await fetch_(token);
      absl::Status status = page.status();
      if (status.ok()) status = co_await apply_(*page, restart);
      if (status.ok()) {
        token = page->resume_token();
        restart = false;
        pause = kFirstPause;
        continue;
      }
      if (status.code() == absl::StatusCode::kOutOfRange) {
        token.clear();
        restart = true;
      }
      co_await loop_.Sleep(pause);
      pause = std::min(pause * 2, kLongestPause);
    }
    std::lock_guard lock(mutex_);
    running_ = false;
    stopped_.notify_all();
  }

  EventLoop& loop_;
  const Fetch fetch_;
  const Apply apply_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> start_over_{false};
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool running_ = false;  // Guarded by mutex_.
};

}  // namespace cortado::events
