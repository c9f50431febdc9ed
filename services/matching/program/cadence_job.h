// Rounds that programmes run by themselves: everybody in one is told three days before, then it is run and published.
// Every step can be repeated. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/matching/program/round_context.h"
#include "services/matching/program/rounds.h"

namespace cortado::matching {

class CadenceJob {
 public:
  static constexpr char kJob[] = "programs.cadence";

  // All outlive this.
  CadenceJob(LiveViews& views, RoundSources sources, Rounds& rounds, const Clock& clock)
      : views_(views), sources_(sources), rounds_(rounds), clock_(clock) {}

  // Adds the job, and has it scheduled for every organisation before its first write.
  void Register(store::Store& store, jobs::Runner& runner);

  // Does what is due in the call's organisation.
  Task<absl::Status> Run(rpc::Call call);

 private:
  Task<absl::Status> Step(rpc::Call call, std::string program);
  // Tells everybody who is in the next round, once each.
  Task<absl::Status> Warn(rpc::Call call, v1::Program program);
  // Makes the round that is due, begins it, and moves the programme on.
  Task<absl::Status> Begin(rpc::Call call, v1::Program program);

  LiveViews& views_;
  const RoundSources sources_;
  Rounds& rounds_;
  const Clock& clock_;
};

}  // namespace cortado::matching
