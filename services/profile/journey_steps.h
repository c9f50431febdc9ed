// The steps of a journey that nobody told: what HR's records say of the past, as drafts that only their person sees
// until they confirm them. A draft never counts as edited by its person.
// Thread contract: pure functions.
#pragma once

#include "cortado/profile/v1/person.pb.h"

namespace cortado::profile {

// Where HR changed the title or the department between `before` and `after`, appends the post left behind to the
// journey of `after`, as a draft that ends in `year`. Nothing where the title was unknown or is now, where the newest
// step tells the same post, and where the journey is full.
void LeavePost(const v1::Person& before, int year, v1::Person& after);

// Says of each draft that does not say so how it relates to the step before it.
void DeriveMoves(v1::Person& person);

}  // namespace cortado::profile
