// A real organisation: the answers of 14,261 people to a developer survey, ../shared/data/org_so.csv.gz beside the
// checkout, as the profile service tells them once everybody offers to mentor two people.
#pragma once

#include "services/matching/organization_view.h"

namespace cortado::matching::testing {

// Reads them into `view`; leaves it empty without the file.
void AddRealPeople(OrganizationView& view);

}  // namespace cortado::matching::testing
