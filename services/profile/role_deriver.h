// What a role takes, worked out from the people who have the title: what many of them hold and others do not.
//
// Only active people who list at least one skill count. For a title with n people and a skill that k of them and a
// share b of everybody hold:
//
//   share = k / n          lift = share / b          weight = share * log2(lift)
//
// A skill is a requirement where share >= 25 % and lift >= 1.2: what everybody holds has lift 1, and says nothing of a
// role however many hold it. A title with fewer than three such skills takes the next ones by lift among those that at
// least 5 of its people hold, those with 10 % or more first. At most 15, the weightiest. The level is the lower median
// of the levels that are known of its holders with the title, 0 where fewer than 3 are known. The importance is 1 to 5,
// by weight as a part of the role's largest. (Lift as a measure of an association: Brin, Motwani, Ullman and Tsur,
// "Dynamic itemset counting and implication rules for market basket data", 1997, where it is called interest.) Thread
// contract: pure function.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace cortado::profile {

// Somebody with a title and the skills they hold, each once.
struct RoleHolder {
  int32_t title = -1;                               // -1: none.
  std::vector<std::pair<int32_t, int32_t>> skills;  // Skill, and level 1 to 5 or 0 where it is not known.
};

struct DerivedRequirement {
  int32_t skill = 0;
  int32_t level = 0;       // 1 to 5; 0: too few said.
  int32_t importance = 0;  // 1 to 5.
  int32_t share = 0;       // In thousandths of the people with the title.
  int32_t lift = 0;        // In hundredths.
};

struct RoleEvidence {
  int32_t people = 0;                            // With the title, and at least one skill.
  std::vector<DerivedRequirement> requirements;  // The weightiest first, then by skill.
};

inline constexpr int kLeastRequirements = 3;

// Returns one for each of `titles`, in order. Skills are numbers from 0 to `skill_count` - 1.
std::vector<RoleEvidence> DeriveRoles(const std::vector<RoleHolder>& people, const std::vector<int32_t>& titles,
                                      int32_t skill_count);

}  // namespace cortado::profile
