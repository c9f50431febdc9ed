#include "services/matching/affinity/gap.h"

#include <algorithm>

namespace cortado::matching {

int BreadthOf(const Person& helper) { return std::min(2, helper.skills_without_level / (kAtHomeIn + 1)); }

int HelpLevel(const HeldSkill& held, const Person& helper, const Person& asker) {
  return HelpLevel(held.level, BreadthOf(helper), helper.experience_months, asker.experience_months);
}

int HelpLevel(int level, int breadth, int32_t theirs, int32_t askers) {
  if (level != 0) return level;
  const int32_t own = std::max(0, askers);
  const int behind = theirs >= own + kAhead ? 0 : theirs >= own || theirs == kUnknown ? 1 : 2;
  return std::max(1, kAssumedLevel - breadth - behind);
}

int32_t GapSkill::CoveredBy(int level) const { return std::clamp<int32_t>(level - own_level, 0, missing); }

std::vector<GapSkill> SkillGap(const std::vector<HeldSkill>& held, const std::vector<WantedSkill>& wanted) {
  std::vector<GapSkill> gap;
  for (const WantedSkill& want : wanted) {
    const auto own = std::find_if(held.begin(), held.end(), [&](const HeldSkill& h) { return h.skill == want.skill; });
    const bool is_held = own != held.end();
    if (is_held && (own->level == 0 || want.level == 0)) continue;
    const int own_level = is_held ? own->level : 0;
    const int aim = want.level != 0 ? want.level : kAssumedLevel;
    if (aim <= own_level) continue;
    gap.push_back({want.skill, static_cast<int8_t>(own_level), static_cast<int8_t>(aim - own_level), want.importance});
  }
  return gap;
}

}  // namespace cortado::matching
