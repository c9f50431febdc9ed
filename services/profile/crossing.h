// What changes for somebody who crosses from one role to another: a comparison of what both take.
// Thread contract: pure function.
#pragma once

#include "cortado/profile/v1/skills.pb.h"

namespace cortado::profile {

// Fills the lists of `crossing` from its two roles. A skill stands in exactly one of them. A level that one role does
// not state is compared with nothing; an importance not stated counts as 3. Where the level rises and the weight
// falls, the level decides. Each list is ordered by importance, then level, the largest first, then by skill.
void Compare(v1::Crossing& crossing);

}  // namespace cortado::profile
