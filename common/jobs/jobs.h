// Work that comes due: per organisation, taken by one process at a time, taken over when that one dies.
//
//   jobs::Runner runner(store, client, loop, clock);
//   runner.Add({"feed.trim", absl::Hours(1), [&](rpc::Call call, jobs::Fence fence) { return TrimFeed(call, fence);
//   }}); runner.Start(); co_await runner.Schedule(call, "feed.trim", due);     // once per organisation, when it is
//   made
//
// Each organisation has a due set (job -> instant). Taking a job moves it one lease ahead and gives the taker a fencing
// token that grows; a script of the job checks it (Fence), so that a taker who slept through its lease changes nothing.
// The lease is an optimisation: two takers at once are harmless. Jobs run with a jitter of up to a tenth of their
// period. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"
#include "common/time/clock.h"

namespace cortado::jobs {

// What a script of a job checks before it writes: `redis.call('HGET', KEY, NAME) == TOKEN`.
struct Fence {
  std::string key;
  std::string name;
  std::string token;
};

struct Job {
  std::string name;       // [a-z.]+, the same for ever.
  absl::Duration period;  // Until it is due again after it ran.
  // Does the work for the organisation of `call`; an error lets it come due again when the lease ends.
  std::function<Task<absl::Status>(rpc::Call call, Fence fence)> run;
};

class Runner {
 public:
  // All outlive the runner. `lease` is longer than any job's work between two looks at its fence.
  Runner(const store::Store& store, redis::Client& client, EventLoop& loop, const Clock& clock,
         absl::Duration lease = absl::Minutes(1));
  ~Runner();

  // Before Start.
  void Add(Job job);
  // Looks for due jobs of every scheduled organisation once a second from now on.
  void Start();
  // Ends after the job under way. Not to be called on the loop's thread.
  void Stop();

  // Makes a job due at `due` for the call's organisation, unless it is scheduled already; then nothing changes, which
  // is not an error.
  Task<absl::Status> Schedule(rpc::Call call, std::string job, absl::Time due);

  // Returns the organisations that have any job, in portions: `cursor` is empty at first, and what the page before
  // gave; one given twice or made meanwhile may be missing. The page's cursor is empty at the end.
  struct OrganizationPage {
    std::vector<std::string> organizations;
    std::string cursor;
  };
  Task<absl::StatusOr<OrganizationPage>> Organizations(rpc::Call call, std::string cursor, int limit);

  // Runs what is due now, all organisations, one after the other; returns how many jobs ran. For tests and for
  // draining.
  Task<absl::StatusOr<int>> RunDue();

 private:
  struct Loop;
  Task<absl::StatusOr<int>> RunDueOf(std::string organization);
  Detached Drive(std::shared_ptr<Loop> state);
  std::string DirectoryKey() const;

  const store::Store& store_;
  redis::Client& client_;
  EventLoop& loop_;
  const Clock& clock_;
  const absl::Duration lease_;
  std::vector<Job> jobs_;
  std::shared_ptr<Loop> state_;
};

}  // namespace cortado::jobs
