// Makes one skill of two, and brings a skill's new name to whoever holds a copy of it. A merge is a small machine whose
// state is stored, so that whoever comes next goes on with it:
//
//   running  `skills/OLD` is gone from the catalogue and means the other one; people and roles are rewritten in
//   batches,
//            each of which checks that the merge is still this one and that nobody changed a person since they were
//            read
//   looking  everybody was rewritten once; the feed told that the skill is gone. A write that began before the merge
//   may
//            still bring the old skill back: after kLook all are looked at once more
//   done     what is left is that `skills/OLD` means the other one
//
// A call takes it from running to looking; the job "skills.merge" does so for one that was cut short, and ends it. A
// new name is a merge of a skill into itself, which the job does from the start. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/skills.pb.h"
#include "services/profile/person_store.h"
#include "services/profile/role_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class SkillMerges {
 public:
  static constexpr char kJob[] = "skills.merge";
  static constexpr absl::Duration kPeriod = absl::Minutes(1);
  // Longer than any call lives that may know the old skill: an import lasts up to 15 minutes.
  static constexpr absl::Duration kLook = absl::Minutes(20);

  struct Parts {
    Skills& skills;
    PersonStore& people;
    RoleStore& roles;
    jobs::Runner& jobs;
    const Clock& clock;
  };
  // All parts outlive it.
  explicit SkillMerges(const Parts& parts) : parts_(parts) {}

  Task<absl::StatusOr<v1::Skill>> Update(rpc::Call call, const v1::UpdateSkillRequest& request);
  Task<absl::StatusOr<v1::MergeSkillsResponse>> Merge(rpc::Call call, const v1::MergeSkillsRequest& request);

  // The job: goes on with every merge of the organisation that is not done.
  Task<absl::Status> Run(rpc::Call call, jobs::Fence fence);

 private:
  // Begins the merge unless it is under way.
  Task<absl::Status> Begin(rpc::Call call, const v1::MergeSkillsRequest& request);
  // Rewrites everybody and every role that has `id`; returns when none has.
  Task<absl::Status> Rewrite(rpc::Call call, std::string id);
  Task<absl::Status> RewriteRoles(rpc::Call call, std::string id);
  // Rewrites those of the people with these ids who need it.
  Task<absl::Status> RewritePeople(rpc::Call call, SkillViewPtr view, std::string id, std::vector<std::string> ids);
  // Rewrites, and takes the merge to its next stage.
  Task<absl::Status> GoOn(rpc::Call call, std::string id, StoredMerge::State state);

  const Parts parts_;
};

}  // namespace cortado::profile
