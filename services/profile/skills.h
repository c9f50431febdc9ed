// The catalogue of skills of each organisation: kept in memory and asked for its version before each use, so that every
// server of several sees at once what another added. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/sync/mutex.h"
#include "common/task/task.h"
#include "cortado/profile/v1/person.pb.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/skill_catalog.h"
#include "services/profile/skill_store.h"

namespace cortado::profile {

// One state of a catalogue. Constant.
struct SkillView {
  std::string version;
  SkillCatalog catalog;
  std::map<std::string, v1::Skill> by_id;  // In order, for lists.
};

using SkillViewPtr = std::shared_ptr<const SkillView>;

// What a name in a request means.
struct NamedSkill {
  std::string name;  // `skills/S`
  std::string display_name;
};

// A name to settle, and where in the request it stands, for errors.
struct SkillMention {
  std::string* skill;         // As written; becomes `skills/S`.
  std::string* display_name;  // Becomes the skill's.
  std::string path;
};

class Skills {
 public:
  explicit Skills(store::Store& store) : store_(store) {}

  Task<absl::StatusOr<v1::Skill>> Create(rpc::Call call, const v1::CreateSkillRequest& request);
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

 private:
  Task<absl::StatusOr<SkillViewPtr>> Reload(rpc::Call call);

  SkillStore store_;
  sync::Mutex mutex_;
  absl::flat_hash_map<std::string, SkillViewPtr> views_ ABSL_GUARDED_BY(mutex_);
};

// Returns the skill that `text` (`skills/S` or any name) means in `view`, or nothing when there is none or several.
std::optional<NamedSkill> FindSkill(const SkillView& view, absl::string_view text);

// Everything in these that names a skill. The pointers hold until the message changes.
void CollectSkills(v1::Person& person, absl::string_view path, std::vector<SkillMention>& mentions);
void CollectSkills(v1::Role& role, absl::string_view path, std::vector<SkillMention>& mentions);

}  // namespace cortado::profile
