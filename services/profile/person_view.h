// What of a person another may see (product rules 2). Everything a response shows of somebody goes through here.
// Thread contract: pure functions.
#pragma once

#include <string>

#include "common/rpc/call.h"
#include "cortado/profile/v1/person.pb.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

// Leaves of the person what the caller may see:
//  - the person themselves and services: everything;
//  - others: no steps of the journey that its owner did not confirm, no interests that are not for everyone, nothing
//  about
//    how far somebody has come in;
//  - of these, colleagues: not the HR system's id; HR: no skills wanted, which is intent.
void ViewPerson(const rpc::Call& call, v1::Person& person);

// Returns the offer as the caller may see it: a pause is its owner's alone, and a closed door looks like one to ask at.
v1::Offer ViewOffer(const rpc::Call& call, absl::string_view owner, v1::Offer offer);

// Returns whether the caller may read a destination of `owner`, whose manager is now `manager`. "The people I ask" are
// known to the matching service alone, so for colleagues that is no here.
bool MayReadDestination(const rpc::Call& call, absl::string_view owner, absl::string_view manager,
                        const StoredDestination& destination);

}  // namespace cortado::profile
