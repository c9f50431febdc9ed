// Who is matched across departments: a table of two directions. Pure, safe from any thread.
#pragma once

#include "services/matching/insights/insight_table.h"
#include "services/matching/insights/taking_part.h"

namespace cortado::matching {

// Returns by department of a person the departments of whom they were first matched with, of all times: a period's own
// could be subtracted from a longer one's. `matched` are those who were, by department. The largest are told by
// themselves.
InsightTableValues Reach(const InsightInput& input, const TakingPart::Node& matched);

}  // namespace cortado::matching
