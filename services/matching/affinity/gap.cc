#include "services/matching/affinity/gap.h"

#include <algorithm>

namespace cortado::matching {

int32_t GapSkill::CoveredBy(int level) const { return std::clamp<int32_t>(level - own_level, 0, missing); }

std::vector<GapSkill> SkillGap(const std::vector<HeldSkill>& held, const std::vector<WantedSkill>& wanted) {
  std::vector<GapSkill> gap;
  for (const WantedSkill& want : wanted) {
    const auto own = std::find_if(held.begin(), held.end(), [&](const HeldSkill& h) { return h.skill == want.skill; });
    const int own_level = own == held.end() ? 0 : CountedLevel(*own);
    const int aim = want.level != 0 ? want.level : own == held.end() ? kAssumedLevel : own_level;
    if (aim <= own_level) continue;
    gap.push_back({want.skill, static_cast<int8_t>(own_level), static_cast<int8_t>(aim - own_level), want.importance});
  }
  return gap;
}

}  // namespace cortado::matching
