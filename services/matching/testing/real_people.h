// A real organisation: the answers of 14,261 people to a developer survey, where they stand beside the checkout
// (../shared/data/org_so.csv.gz).
#pragma once

#include <map>
#include <string>

#include "cortado/profile/v1/feed.pb.h"
#include "services/matching/organization_view.h"

namespace cortado::matching::testing {

// One answer, by column.
using Row = std::map<std::string, std::string>;

// Returns the rows by the id of the person; empty where the file is not there.
std::map<std::string, Row> ReadRealPeople();

// Returns the row as the profile service tells it when it was imported as open.
profile::v1::PeopleChange ChangeOf(const Row& row);

// Reads them all into `view`; leaves it empty without the file.
void AddRealPeople(OrganizationView& view);

}  // namespace cortado::matching::testing
