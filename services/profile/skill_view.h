// One state of an organisation's skills, and what in a message names one.
// Thread contract: a view is constant; the functions are pure.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cortado/profile/v1/person.pb.h"
#include "services/profile/skill_catalog.h"
#include "services/profile/skill_store.h"

namespace cortado::profile {

struct SkillView {
  std::string version;
  SkillCatalog catalog;
  std::map<std::string, v1::Skill> by_id;      // In order, for lists.
  std::map<std::string, StoredMerge> merges;   // By the id that went; what it went into is always in `by_id`.
  std::map<std::string, StoredMerge> renames;  // Those whose new name has not reached everybody yet, by id.
};

using SkillViewPtr = std::shared_ptr<const SkillView>;

SkillViewPtr MakeView(StoredSkills stored);

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

// Returns the skill that `text` (`skills/S`, also of one that was merged, or any name) means in `view`; nothing when
// there is none, or several of which none is shown under this name.
std::optional<NamedSkill> FindSkill(const SkillView& view, absl::string_view text);

// Returns the skill with the id of `name` (`skills/S`), or what it was merged into; null when there is neither.
const v1::Skill* GetSkill(const SkillView& view, absl::string_view name);

// Everything in these that names a skill. The pointers hold until the message changes.
void CollectSkills(v1::Person& person, absl::string_view path, std::vector<SkillMention>& mentions);
void CollectSkills(v1::Role& role, absl::string_view path, std::vector<SkillMention>& mentions);

// Writes what skills were merged into over those that were, and new names over old ones. Who had both keeps the higher
// of levels, years and importances. Returns whether anything changed.
bool FollowMerges(const SkillView& view, v1::Person& person);
bool FollowMerges(const SkillView& view, v1::Role& role);

}  // namespace cortado::profile
