// Looks every night whether the people kept here are those of the profile, all of them, field by field of what is kept.
// They are, unless a mistake of ours, or of somebody in the store, lost a change: differences are counted, and have the
// people read anew.
//
// A difference counts when it is found twice, with everything the profile knew applied in between; what only just
// changed is none. Thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/metrics/metrics.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

class PeopleCheck {
 public:
  static constexpr char kJob[] = "people.check";

  // All outlive it; `metrics` may be null: nothing is counted.
  PeopleCheck(PeopleStore& people, PeopleProjection& projection, Executors& executors, const Clock& clock,
              metrics::Registry* metrics);

  // Adds the job, and has it scheduled for every organisation before its first write, for two at night (UTC).
  void Register(store::Store& store, jobs::Runner& runner);

  // Compares the people of the call's organisation and returns how many differ; has them read anew if any do. None are
  // kept before the first snapshot is complete, which is no difference. Errors of the store and of the profile.
  Task<absl::StatusOr<int64_t>> Run(rpc::Call call);

 private:
  // What is wrong with somebody, as "missing", "extra", "different", by id.
  using Differences = std::map<std::string, std::string>;

  Task<absl::StatusOr<Differences>> Compare(rpc::Call call);
  // Compares one page, and adds everybody on it to `seen`.
  Task<absl::Status> ComparePage(rpc::Call call, const PeopleProjection::Page& page, std::set<std::string>& seen,
                                 Differences& differences);

  PeopleStore& people_;
  PeopleProjection& projection_;
  Executors& executors_;
  const Clock& clock_;
  metrics::Family<metrics::Counter>* const found_;
};

}  // namespace cortado::scheduling
