// Which cells of a table in two directions are hidden, where the sums of all rows and columns are told. Pure functions,
// safe from any thread.
//
// Cells of 1 to 4 are hidden, with them the empty ones, so that what is hidden may be nobody, and others, so that
// whoever knows everything else can still not tell any hidden cell from at least five other values. Suppression with
// cycles of four cells as complements is Cox, "Suppression methodology and statistical disclosure control" (JASA 75,
// 1980); that it is enough is not assumed but checked, exactly: how far a cell could be more or less is a largest flow
// in the table (Cox, "Network models for complementary cell suppression", JASA 90, 1995), found by augmenting paths
// (Ford and Fulkerson 1956).
#pragma once

#include <cstdint>
#include <vector>

namespace cortado::matching {

// Numbers in rows and columns, none below 0.
struct CrossTable {
  int32_t rows = 0;
  int32_t columns = 0;
  std::vector<int64_t> cells;  // Row by row.

  int64_t at(int32_t row, int32_t column) const { return cells[row * columns + column]; }
};

// Returns by cell whether it is hidden. The sum of every row and column must be 0 or at least kInsightFloor. Quick for
// some dozen rows and columns.
std::vector<bool> HideCells(const CrossTable& table);

// Returns how many values a hidden cell could have besides its own, at most kInsightFloor, for somebody who knows the
// sums of all rows and columns and the cells that are not hidden.
int64_t FreedomOf(const CrossTable& table, const std::vector<bool>& hidden, int32_t row, int32_t column);

}  // namespace cortado::matching
