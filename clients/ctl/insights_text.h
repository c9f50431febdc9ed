// Insights as aligned tables with bars, and as CSV: the same cells in both. Thread contract: pure functions.
#pragma once

#include <string>

#include "clients/ctl/render/style.h"
#include "cortado/matching/v1/insights.pb.h"

namespace cortado::ctl {

// Returns the tables one below another, each with its title; a number that is hidden says so, and why once at the end.
// A table of one column has bars. `columns` is the room there is; 0: as much as needed.
std::string RenderInsights(const matching::v1::Insights& insights, const Style& style, int columns);

// Returns one line for each cell, after a line of names: table, row, column, unit, value, hidden. What a spreadsheet
// would take for a formula is neutralised.
std::string InsightsCsv(const matching::v1::Insights& insights);

}  // namespace cortado::ctl
