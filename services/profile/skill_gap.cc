#include "services/profile/skill_gap.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace cortado::profile {
namespace {

int Within(int value, int most) { return value >= 1 && value <= most ? value : kUnknown; }

GapEntry MakeEntry(const NeededSkill& need) {
  GapEntry entry;
  entry.skill = need.skill;
  entry.needed_level = need.level;
  entry.importance = need.importance;
  return entry;
}

GapEntry Weighed(GapEntry entry) {
  if (entry.needed_level != kUnknown) entry.missing_levels = entry.needed_level - entry.held_level;
  const int importance = entry.importance == kUnknown ? kUsualImportance : entry.importance;
  entry.weight = importance * entry.missing_levels.value_or(kUsualMissingLevels);
  return entry;
}

}  // namespace

SkillGap FindSkillGap(const std::vector<HeldSkill>& held, const std::vector<NeededSkill>& needed) {
  absl::flat_hash_map<std::string, int> level_of;
  for (const HeldSkill& skill : held) {
    int& level = level_of.emplace(skill.skill, kUnknown).first->second;
    level = std::max(level, Within(skill.level, kMaxLevel));
  }
  std::map<std::string, NeededSkill> needs;
  for (const NeededSkill& skill : needed) {
    NeededSkill& need = needs.emplace(skill.skill, NeededSkill{skill.skill, kUnknown, kUnknown}).first->second;
    need.level = std::max(need.level, Within(skill.level, kMaxLevel));
    need.importance = std::max(need.importance, Within(skill.importance, kMaxImportance));
  }
  SkillGap gap;
  for (const auto& [id, need] : needs) {
    GapEntry entry = MakeEntry(need);
    if (const auto found = level_of.find(id); found != level_of.end()) {
      entry.held = true;
      entry.held_level = found->second;
    }
    if (!entry.held || (entry.held_level != kUnknown && entry.held_level < need.level)) {
      gap.missing.push_back(Weighed(std::move(entry)));
    } else if (entry.held_level == kUnknown && need.level != kUnknown) {
      gap.unclear.push_back(id);
    } else {
      ++gap.met;
    }
  }
  std::stable_sort(gap.missing.begin(), gap.missing.end(),
                   [](const GapEntry& a, const GapEntry& b) { return a.weight > b.weight; });
  return gap;
}

}  // namespace cortado::profile
