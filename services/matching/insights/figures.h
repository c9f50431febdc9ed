// The tables of insights and of the fairness report. Pure functions, safe from any thread.
//
// Every person counts in one place alone: in each programme they were invited to, and outside of programmes by matches
// that came from requests. So the organisation's figures have no programme's in them, and none is to be had by
// subtraction. What is told of the same people twice, as by department and by site, or in a month and its quarter, is
// made of the pieces that groups.h makes.
#pragma once

#include <vector>

#include "services/matching/insights/calendar.h"
#include "services/matching/insights/insight_table.h"
#include "services/matching/insights/taking_part.h"

namespace cortado::matching {

// Returns who takes part and who was matched in `period`, how long it took, what mentors carry, which skills are asked
// for, and who was matched across departments: always the same tables in the same order.
std::vector<InsightTableValues> InsightTables(const InsightInput& input, const CalendarPeriod& period);

// Returns how evenly the load lies, who is suggested and who is matched: likewise. `period` is any: nothing depends on
// it.
std::vector<InsightTableValues> FairnessTables(const InsightInput& input, const CalendarPeriod& period);

// Returns two tables for each question about groups: of those suggested, and of those matched, by what they answered.
// The id of the question stands behind these words. `period` as above.
std::vector<InsightTableValues> GroupTables(const InsightInput& input, const CalendarPeriod& period);

inline constexpr char kSuggestedByGroup[] = "suggested_by_group.";
inline constexpr char kMatchedShareByGroup[] = "matched_share_by_group.";

}  // namespace cortado::matching
