// Whom an asker wants to see, from the words of the API to the numbers of the rules. Safe from any thread, as long as
// the view does not change.
#pragma once

#include "absl/status/status.h"
#include "cortado/matching/v1/discovery.pb.h"
#include "services/matching/affinity/query.h"
#include "services/matching/organization_view.h"

namespace cortado::matching {

// Writes what `filter` says into `query`. NOT_FOUND, naming the field and the nearest, for a skill that the
// organisation does not have. Departments, sites and languages that nobody has leave nobody, which is not an error;
// people who are not there are no exception.
absl::Status ApplyFilter(const OrganizationView& view, const v1::RoleModelFilter& filter, Query& query);

}  // namespace cortado::matching
