#include "services/matching/insights/reach.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/matching/insights/cross_table.h"

namespace cortado::matching {
namespace {

constexpr size_t kMostOwn = 12;

// Which row or column of the table each group is: those of `own` with anybody in them, the largest, have one of their
// own; all others share the last.
struct Lines {
  std::vector<int32_t> line_of;  // By group.
  std::vector<InsightLabel> labels;
};

Lines LinesOf(const std::vector<std::string>& groups, const std::vector<int64_t>& sizes, const std::vector<bool>& own) {
  std::vector<size_t> largest;
  for (size_t group = 0; group < groups.size(); ++group) {
    if (own[group] && sizes[group] > 0) largest.push_back(group);
  }
  std::stable_sort(largest.begin(), largest.end(), [&sizes](size_t a, size_t b) { return sizes[a] > sizes[b]; });
  largest.resize(std::min(largest.size(), kMostOwn));
  std::sort(largest.begin(), largest.end());
  Lines lines{std::vector<int32_t>(groups.size(), static_cast<int32_t>(largest.size())), {}};
  for (const size_t group : largest) {
    lines.line_of[group] = static_cast<int32_t>(lines.labels.size());
    const bool known = !groups[group].empty();
    lines.labels.push_back(known ? InsightLabel{groups[group], false} : InsightLabel{"insights.word.unknown", true});
  }
  int64_t rest = 0;
  for (size_t group = 0; group < groups.size(); ++group) {
    rest += lines.line_of[group] == static_cast<int32_t>(largest.size()) ? sizes[group] : 0;
  }
  if (rest > 0) lines.labels.push_back({"insights.word.other", true});
  return lines;
}

}  // namespace

InsightTableValues Reach(const InsightInput& input, const TakingPart::Node& matched) {
  InsightTableValues table{"reach"};
  if (!matched.told.told || matched.count.Total() == 0) {
    table.note = matched.told.told ? "" : "insights.note.hidden";
    return table;
  }
  std::vector<int64_t> partners(input.departments.size());
  for (const InsightPerson& person : input.people) partners[person.partner_department] += person.matched_month ? 1 : 0;
  Lines rows = LinesOf(input.departments, matched.count.by_group, matched.told.own);
  Lines columns = LinesOf(input.departments, partners, OwnGroups(partners));
  CrossTable cells{static_cast<int32_t>(rows.labels.size()), static_cast<int32_t>(columns.labels.size()), {}};
  cells.cells.resize(rows.labels.size() * columns.labels.size());
  for (const InsightPerson& person : input.people) {
    if (!person.matched_month) continue;
    ++cells.cells[rows.line_of[person.department] * cells.columns + columns.line_of[person.partner_department]];
  }
  const std::vector<bool> hidden = HideCells(cells);
  table.columns = std::move(columns.labels);
  for (int32_t row = 0; row < cells.rows; ++row) {
    std::vector<InsightValue> values;
    for (int32_t column = 0; column < cells.columns; ++column) {
      const int64_t count = cells.at(row, column);
      values.push_back(hidden[row * cells.columns + column] ? InsightValue{std::nullopt, true}
                                                            : InsightValue{count, false});
    }
    table.AddRow(std::move(rows.labels[row]), std::move(values));
  }
  return table;
}

}  // namespace cortado::matching
