// What people say of groups they belong to: for its owner alone to read and write. Answers to what the organisation
// asks no more are removed by a job, 10 to 20 minutes after the question was taken away: by then no call that still
// knew it is under way. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/jobs/jobs.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/organizations.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class GroupAnswers {
 public:
  static constexpr char kJob[] = "groups.unasked";
  static constexpr absl::Duration kPeriod = absl::Minutes(10);

  // All outlive it.
  struct Parts {
    store::Store& store;
    PersonStore& people;
    Organizations& organizations;
    const Clock& clock;
  };
  explicit GroupAnswers(const Parts& parts) : parts_(parts) {}

  // Adds the job, and has it scheduled for every organisation before its first write.
  void Register(jobs::Runner& runner);

  // Returns the caller's answers. PERMISSION_DENIED (ACCESS_DENIED) for anybody else's, NOT_FOUND when the person is
  // absent. Never said reads as empty.
  Task<absl::StatusOr<v1::Groups>> Get(rpc::Call call, const v1::GetGroupsRequest& request);
  // Writes them, whole; what is said anew keeps the time it was first said. None at all leaves nothing in the store.
  // Errors as Get; ABORTED (ETAG_MISMATCH), and those of CheckAnswers.
  Task<absl::StatusOr<v1::Groups>> Update(rpc::Call call, const v1::UpdateGroupsRequest& request);

  // The job.
  Task<absl::Status> RemoveUnasked(rpc::Call call);

 private:
  Task<absl::StatusOr<v1::Groups>> Read(rpc::Call call, std::string person);
  // Removes what `organization` does not ask from everybody.
  Task<absl::Status> Sweep(rpc::Call call, v1::Organization organization);

  const Parts parts_;
};

}  // namespace cortado::profile
