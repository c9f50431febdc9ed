// Looks once a day whether the views of this process are made of what the profile says, of everybody, by digests. They
// are, unless a mistake of ours lost a change: differences are counted, and have the view built anew beside the old
// one.
//
// A difference counts when it is found twice, with time to follow in between; what only just changed is none.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/metrics/metrics.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/task/ticker.h"
#include "services/matching/live_views.h"

namespace cortado::matching {

class PeopleCheck {
 public:
  static constexpr absl::Duration kPeriod = absl::Hours(24);

  // All outlive it; `metrics` may be null: nothing is counted. `settle` is how long a change may be under way.
  PeopleCheck(LiveViews& views, EventLoop& loop, Executors& executors, metrics::Registry* metrics,
              absl::Duration settle = absl::Seconds(5));

  void Start() { ticker_.Start(); }
  // Ends after the page under way. Not to be called on the loop's thread. Idempotent.
  void Stop() {
    stopping_.store(true);
    ticker_.Stop();
  }

  // Compares one organisation, if it is followed here and whole, and returns how many people differ; has them read anew
  // if any do. Errors of the profile.
  Task<absl::StatusOr<int64_t>> Check(std::string organization);

 private:
  // What is wrong with somebody, as "missing", "extra", "different", by id.
  using Differences = std::map<std::string, std::string>;

  Task<void> CheckAll();
  Task<absl::StatusOr<Differences>> Compare(std::shared_ptr<LiveView> view, std::string organization);
  // Compares one page, and adds everybody on it to `seen`.
  static void ComparePage(const PeoplePage& page, const LiveView& view, std::set<std::string>& seen,
                          Differences& differences);

  LiveViews& views_;
  EventLoop& loop_;
  Executors& executors_;
  metrics::Family<metrics::Counter>* const found_;
  const absl::Duration settle_;
  std::atomic<bool> stopping_{false};
  Ticker ticker_;
};

}  // namespace cortado::matching
