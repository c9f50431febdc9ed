// Keeps the change feed of an organisation from growing for ever: what is older than a day goes, as long as twice as
// many entries stay as there are people. Whoever stands behind what went is told to resync. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"

namespace cortado::profile {

class FeedTrim {
 public:
  // The name of the job, due once an hour.
  static constexpr char kJob[] = "feed.trim";

  // All outlive it.
  FeedTrim(const store::Store& store, redis::Client& client, const Clock& clock)
      : store_(store), client_(client), clock_(clock) {}

  // Trims the feed of the call's organisation, a thousand entries a step. Ends at once, which is not an error, when the
  // job was taken over by somebody else.
  Task<absl::Status> Run(rpc::Call call, jobs::Fence fence);

 private:
  const store::Store& store_;
  redis::Client& client_;
  const Clock& clock_;
};

}  // namespace cortado::profile
