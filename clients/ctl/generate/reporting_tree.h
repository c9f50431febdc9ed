// Who leads whom in a sample organisation: one person at the top, a head for each department, teams of 3 to 10.
// Thread contract: a pure function.
#pragma once

#include <vector>

#include "clients/ctl/generate/dice.h"

namespace cortado::ctl {

struct Position {
  int manager = -1;     // Index of the position above; -1 at the top.
  int department = -1;  // Index into Departments(); -1 at the top.
  int height = 0;       // 0 leads nobody, 1 leads a team, 2 leads those who do, ...
};

// Returns `count` positions, 0 or more. A manager comes before those they lead; position 0 is the top.
std::vector<Position> GrowReportingTree(int count, Dice& dice);

}  // namespace cortado::ctl
