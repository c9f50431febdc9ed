// People as screens show them. Pure but for the protos; safe from any thread.
#pragma once

#include "absl/time/time.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/type/v1/person_card.pb.h"
#include "services/matching/organization_view.h"

namespace cortado::matching {

// Returns the card of an index of `view`, with the wall clock there at `now`.
type::v1::PersonCard CardOf(const OrganizationView& view, int32_t person, absl::Time now);

// Fills in a card that holds the name `people/P` alone. Somebody who is gone keeps the name alone.
void FillCard(const OrganizationView& view, absl::Time now, type::v1::PersonCard& card);

}  // namespace cortado::matching
