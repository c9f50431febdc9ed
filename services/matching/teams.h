// Teams elsewhere that are short of what somebody has. Pure functions, safe from any thread, as long as the
// Organization does not change.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"

namespace cortado::matching {

// Numbers of people are told from this on, and in steps of it (product rules 2.5): nobody can be picked out, nor be
// seen to change their mind.
inline constexpr int32_t kFewestTold = 5;

struct TeamSkill {
  int32_t skill = kUnknown;
  int32_t wanting = 0;  // Want it and do not hold it; a multiple of kFewestTold.
  int32_t holding = 0;  // Hold it; likewise.

  friend bool operator==(const TeamSkill&, const TeamSkill&) = default;
};

struct Team {
  int32_t department = kUnknown;
  std::vector<TeamSkill> skills;  // The most wanted first, then by skill.
  int32_t contact = kUnknown;     // Somebody there who is open to a coffee; kUnknown when nobody may be named.

  friend bool operator==(const Team&, const Team&) = default;
};

// Returns the departments other than the asker's in which a skill the asker holds is wanted by at least kFewestTold
// active people more than hold it, the one with the most such people first, then by number; at most `limit`.
// A skill that all but a few (fewer than kFewestTold) of a department want is not told of it.
//
// The contact is eligible for a coffee with the asker (`query.role` is kCoffee, with no filter), and takes turns by
// week.
std::vector<Team> ShortTeams(const Organization& organization, const Query& query, int32_t limit);

}  // namespace cortado::matching
