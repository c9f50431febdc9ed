// The catalogue of skills of each organisation: kept in memory and asked for its version before each use, so that every
// server of several sees at once what another added. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/sync/mutex.h"
#include "common/task/task.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "cortado/profile/v1/skills.pb.h"
#include "services/profile/skill_store.h"
#include "services/profile/skill_view.h"

namespace cortado::profile {

class Skills {
 public:
  explicit Skills(store::Store& store) : store_(store) {}

  Task<absl::StatusOr<v1::Skill>> Create(rpc::Call call, const v1::CreateSkillRequest& request);
  Task<absl::StatusOr<v1::Skill>> Update(rpc::Call call, const v1::UpdateSkillRequest& request);
  Task<absl::StatusOr<v1::ListSkillsResponse>> List(rpc::Call call, const v1::ListSkillsRequest& request);
  Task<absl::StatusOr<v1::ResolveSkillsResponse>> Resolve(rpc::Call call, const v1::ResolveSkillsRequest& request);

  // Returns the catalogue as it is now.
  Task<absl::StatusOr<SkillViewPtr>> View(rpc::Call call);

  // Returns the catalogue with every one of `names` in it, adding those it lacks, and how many that were. A name that
  // could mean several skills is added as one of its own.
  Task<absl::StatusOr<std::pair<SkillViewPtr, int>>> ViewWith(rpc::Call call, std::vector<std::string> names);

  // Writes resource names over the mentions. A name that the catalogue lacks is added for HR, who may add skills, and
  // is INVALID_ARGUMENT (SKILL_UNKNOWN) naming the nearest for others; `skills/S` of no skill is that for all. A name
  // of several skills is INVALID_ARGUMENT (SKILL_AMBIGUOUS).
  Task<absl::Status> Settle(rpc::Call call, std::vector<SkillMention> mentions);

  // Writes what `decide` makes of the catalogue as it is, again and again until nobody wrote between; `decide` gives a
  // write without version. NOT_FOUND, ABORTED (ETAG_MISMATCH), ALREADY_EXISTS (ALREADY_TAKEN) where it refuses so.
  Task<absl::StatusOr<store::Outcome>> Change(rpc::Call call, std::function<SkillWrite(const SkillView&)> decide);

  SkillStore& store() { return store_; }

 private:
  Task<absl::StatusOr<SkillViewPtr>> Reload(rpc::Call call);
  // The skill with this name as it is now. NOT_FOUND.
  Task<absl::StatusOr<v1::Skill>> Show(rpc::Call call, std::string name);

  SkillStore store_;
  sync::Mutex mutex_;
  absl::flat_hash_map<std::string, SkillViewPtr> views_ ABSL_GUARDED_BY(mutex_);
};

// What a refusal of a write to the catalogue says: "ABSENT", "ETAG", "TAKEN", or "STALE".
absl::Status SkillRefusal(absl::string_view refusal);

// INVALID_ARGUMENT (SKILL_UNKNOWN) naming the nearest, or (SKILL_AMBIGUOUS) naming those meant.
absl::Status NoSuchSkill(const SkillView& view, const SkillMention& mention);

}  // namespace cortado::profile
