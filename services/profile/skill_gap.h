// What a person lacks for where they want to go: the skills needed minus the skills held.
// Thread contract: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cortado::profile {

inline constexpr int kUnknown = 0;             // A level or an importance nobody stated.
inline constexpr int kMaxLevel = 5;            // Levels are 1 (has tried it) to 5 (others learn it from them).
inline constexpr int kMaxImportance = 5;       // Importances are 1 (nice to have) to 5 (impossible without).
inline constexpr int kUsualImportance = 3;     // Counted where the importance is unknown.
inline constexpr int kUsualMissingLevels = 3;  // Counted where a skill is not held and the level needed is unknown.

struct HeldSkill {
  std::string skill;     // Skill id.
  int level = kUnknown;  // 1 to 5, or kUnknown.
};

struct NeededSkill {
  std::string skill;          // Skill id.
  int level = kUnknown;       // 1 to 5, or kUnknown: any level will do.
  int importance = kUnknown;  // 1 to 5, or kUnknown.
};

struct GapEntry {
  std::string skill;
  bool held = false;  // Held, at too low a level.
  int held_level = kUnknown;
  int needed_level = kUnknown;
  int importance = kUnknown;          // As stated.
  std::optional<int> missing_levels;  // 1 to 5; nothing where the level needed is unknown.
  int weight = 0;  // Importance times missing levels, 1 to 25; the usual ones stand in for unknown ones.
  bool operator==(const GapEntry&) const = default;
};

struct SkillGap {
  std::vector<GapEntry> missing;     // Largest weight first, then by skill id.
  std::vector<std::string> unclear;  // Held at an unknown level, though a level is needed: maybe enough, so no gap.
  int met = 0;                       // Needed skills that are held well enough.
  bool operator==(const SkillGap&) const = default;
};

// Returns what is missing of `needed`. A skill listed more than once counts once: held at the highest level stated,
// needed at the highest level and importance stated. A level or importance outside its range counts as unknown.
SkillGap FindSkillGap(const std::vector<HeldSkill>& held, const std::vector<NeededSkill>& needed);

}  // namespace cortado::profile
