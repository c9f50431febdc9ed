// Small random organisations and queries in which every rule fires now and then. The same seed gives the same ones.
#pragma once

#include <cstdint>
#include <random>

#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"

namespace cortado::matching::testing {

// Returns 1 to `most` people over a handful of skills, roles, interests, sites and working hours.
Organization RandomOrganization(std::mt19937_64& random, int32_t most);

// Returns a query of a random asker of `organization`.
Query RandomQuery(std::mt19937_64& random, const Organization& organization);

}  // namespace cortado::matching::testing
