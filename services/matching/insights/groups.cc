#include "services/matching/insights/groups.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace cortado::matching {
namespace {

using Numbers = std::vector<int64_t>;

int64_t SumOf(const Numbers& numbers) { return std::accumulate(numbers.begin(), numbers.end(), int64_t{0}); }

// Returns the index of the smallest number > 0 that is still `open`, or -1.
int32_t SmallestOpen(const Numbers& numbers, const std::vector<bool>& open) {
  int32_t smallest = -1;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (!open[i] || numbers[i] == 0) continue;
    if (smallest < 0 || numbers[i] < numbers[smallest]) smallest = static_cast<int32_t>(i);
  }
  return smallest;
}

// Which parts of a split are told.
std::vector<bool> TellParts(const Numbers& totals) {
  std::vector<bool> told(totals.size(), true);
  if (std::all_of(totals.begin(), totals.end(), IsTold)) return told;
  int64_t people = 0;
  int hidden = 0;
  for (size_t i = 0; i < totals.size(); ++i) {
    told[i] = totals[i] >= kInsightFloor;
    if (told[i] || totals[i] == 0) continue;
    people += totals[i];
    ++hidden;
  }
  while (people < kInsightFloor || hidden < 2) {
    const int32_t next = SmallestOpen(totals, told);
    if (next < 0) break;
    told[next] = false;
    people += totals[next];
    ++hidden;
  }
  return told;
}

// Returns whether a column has a piece of 1 to 4, of a group of `own` or of all the others together.
bool HasSmallPiece(const Numbers& column, const std::vector<bool>& own) {
  int64_t rest = 0;
  bool small = false;
  for (size_t group = 0; group < own.size(); ++group) {
    if (own[group]) small = small || !IsTold(column[group]);
    if (!own[group]) rest += column[group];
  }
  return small || !IsTold(rest);
}

// Takes groups out of `own` until neither they nor the rest have a piece of 1 to 4 in any of `columns`: those that have
// one, with them those that have nobody there, and of those that could be taken besides the smallest of `sizes`.
void Merge(const Numbers& sizes, const std::vector<Numbers>& columns, std::vector<bool>& own) {
  for (bool again = true; again;) {
    again = false;
    for (const Numbers& column : columns) {
      if (!HasSmallPiece(column, own)) continue;
      again = true;  // For the rest of the columns before, too.
      for (size_t group = 0; group < own.size(); ++group) own[group] = own[group] && column[group] >= kInsightFloor;
      if (!HasSmallPiece(column, own)) continue;
      const int32_t next = SmallestOpen(sizes, own);
      if (next < 0) return;
      own[next] = false;
    }
  }
}

// Decides on the parts of one split.
void TellSplit(const std::vector<GroupedCount>& counts, const std::vector<int32_t>& parts,
               std::vector<ToldCount>& told) {
  const int32_t parent = counts[parts[0]].parent;
  Numbers totals;
  for (const int32_t part : parts) totals.push_back(counts[part].Total());
  const std::vector<bool> shown = TellParts(totals);
  std::vector<Numbers> columns;
  Numbers hidden(counts[parent].by_group.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    const Numbers& numbers = counts[parts[i]].by_group;
    if (shown[i]) columns.push_back(numbers);
    for (size_t group = 0; group < hidden.size(); ++group) hidden[group] += shown[i] ? 0 : numbers[group];
  }
  columns.push_back(std::move(hidden));
  std::vector<bool> own = told[parent].own;
  Merge(counts[parent].by_group, columns, own);
  for (size_t i = 0; i < parts.size(); ++i) told[parts[i]] = {told[parent].told && shown[i], own};
}

}  // namespace

int64_t GroupedCount::Total() const { return SumOf(by_group); }

std::vector<bool> OwnGroups(const std::vector<int64_t>& by_group) {
  std::vector<bool> own;
  for (const int64_t count : by_group) own.push_back(count >= kInsightFloor);
  Merge(by_group, {by_group}, own);
  return own;
}

std::vector<ToldCount> Protect(const std::vector<GroupedCount>& counts) {
  std::vector<ToldCount> told(counts.size());
  // A part comes after its parent, so the splits in the order of their first parts go from the top down.
  std::map<std::pair<int32_t, int32_t>, std::vector<int32_t>> splits;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].parent < 0) {
      told[i] = {IsTold(counts[i].Total()), OwnGroups(counts[i].by_group)};
    } else {
      splits[{counts[i].parent, counts[i].split}].push_back(static_cast<int32_t>(i));
    }
  }
  // Parents in ascending order: a parent is decided on before its parts.
  for (const auto& [split, parts] : splits) TellSplit(counts, parts, told);
  return told;
}

}  // namespace cortado::matching
