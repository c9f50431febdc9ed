// People as screens show them. Pure but for the protos; safe from any thread.
#pragma once

#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/type/v1/person_card.pb.h"
#include "services/matching/organization_view.h"

namespace cortado::matching {

// Returns the card of an index of `view`, with the wall clock there at `now`.
type::v1::PersonCard CardOf(const OrganizationView& view, int32_t person, absl::Time now);

// Fills in a card that holds the name `people/P` alone, for the caller. Somebody who is gone keeps the name, and is a
// former colleague in the caller's language.
void FillCard(const OrganizationView& view, const rpc::Call& call, absl::Time now, type::v1::PersonCard& card);

}  // namespace cortado::matching
