#include "services/scheduling/courier/courier.h"

#include <algorithm>
#include <utility>

#include "common/log/log.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kShortestPause = absl::Milliseconds(100);
// Between rounds that had something to do: what comes meanwhile is told in one step with the rest, so that the courier
// takes little from those whose calls make the events.
constexpr absl::Duration kBreath = absl::Milliseconds(20);
constexpr absl::Duration kNewOrganizations = absl::Seconds(1);
constexpr absl::Duration kNap = absl::Milliseconds(50);
// A round may send several mails to a slow server.
constexpr absl::Duration kRoundLimit = absl::Minutes(3);

}  // namespace

void Courier::Start(ListOrganizations list) {
  Begin();
  Discover(std::move(list));
}

void Courier::Stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  ended_.wait(lock, [this] { return running_ == 0; });
}

bool Courier::Stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void Courier::Begin() {
  std::lock_guard lock(mutex_);
  ++running_;
}

void Courier::Ended() {
  std::lock_guard lock(mutex_);
  --running_;
  ended_.notify_all();
}

Task<void> Courier::Rest(absl::Duration duration) {
  const absl::Time until = absl::Now() + duration;
  while (absl::Now() < until && !Stopping()) co_await loop_.SleepUntil(std::min(until, absl::Now() + kNap));
}

Detached Courier::Discover(ListOrganizations list) {
  while (!Stopping()) {
    const absl::StatusOr<std::vector<std::string>> organizations = co_await list();
    for (const std::string& organization : organizations.ok() ? *organizations : std::vector<std::string>()) {
      {
        std::lock_guard lock(mutex_);
        if (!known_.insert(organization).second) continue;
        running_ += static_cast<int>(rounds_.size());
      }
      for (const Named& named : rounds_) Go(named, organization);
    }
    co_await Rest(kNewOrganizations);
  }
  Ended();
}

Detached Courier::Go(const Named& named, std::string organization) {
  absl::Duration pause = kShortestPause;
  bool failing = false;
  while (!Stopping()) {
    const rpc::Call call = rpc::InternalCall(organization, named.name, absl::Now() + kRoundLimit);
    const absl::StatusOr<int> done = co_await named.round(call);
    // Said once, not every second of an outage.
    if (!done.ok() && !failing) {
      log::Warn("courier.failed", {{"round", named.name}, {"code", static_cast<int>(done.status().code())}});
    }
    failing = !done.ok();
    if (done.ok() && *done > 0) {
      pause = kShortestPause;
      co_await Rest(kBreath);
      continue;
    }
    co_await Rest(pause);
    pause = std::min(pause * 2, named.longest_pause);
  }
  Ended();
}

}  // namespace cortado::scheduling
