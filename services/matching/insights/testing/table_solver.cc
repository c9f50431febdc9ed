#include "services/matching/insights/testing/table_solver.h"

#include <cmath>
#include <utility>

namespace cortado::matching::testing {
namespace {

constexpr int kMostSteps = 10'000;
constexpr double kNothing = 1e-7;
constexpr double kNoEnd = 1e9;

void Subtract(const std::vector<double>& what, double times, std::vector<double>& from) {
  for (size_t i = 0; i < from.size(); ++i) from[i] -= times * what[i];
}

}  // namespace

void TableSolver::Know(const Terms& terms, int64_t sum) {
  sums_.push_back({terms, sum});
  rows_.clear();
}

void TableSolver::Pivot(size_t row, size_t column) {
  const double by = rows_[row][column];
  for (double& value : rows_[row]) value /= by;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (i != row && std::abs(rows_[i][column]) > kNothing) Subtract(rows_[row], rows_[i][column], rows_[i]);
  }
  basis_[row] = column;
}

// Goes to a corner where the goal is more. Returns false at the best one, with the goal's right side as -most; leaves
// it there as kNoEnd when there is none.
bool TableSolver::Improve(Row& goal, size_t columns) {
  size_t column = 0;
  while (column < columns && goal[column] <= kNothing) ++column;
  if (column == columns) return false;
  size_t best = rows_.size();
  for (size_t row = 0; row < rows_.size(); ++row) {
    if (rows_[row][column] <= kNothing) continue;
    const double ratio = rows_[row].back() / rows_[row][column];
    const double least = best == rows_.size() ? 0 : rows_[best].back() / rows_[best][column];
    const bool is_less = best == rows_.size() || ratio < least - kNothing;
    if (is_less || (ratio < least + kNothing && basis_[row] < basis_[best])) best = row;
  }
  if (best == rows_.size()) {
    goal.back() = -kNoEnd;
    return false;
  }
  Pivot(best, column);
  Subtract(rows_[best], goal[column], goal);
  return true;
}

// Finds a first corner with a helper for every sum, which shall be nothing.
void TableSolver::Begin() {
  const size_t width = numbers_ + sums_.size() + 1;
  Row goal(width);
  basis_.clear();
  for (size_t i = 0; i < sums_.size(); ++i) {
    Row row(width);
    for (const auto& [number, times] : sums_[i].first) row[number] += static_cast<double>(times);
    row[numbers_ + i] = 1;
    row.back() = static_cast<double>(sums_[i].second);
    basis_.push_back(numbers_ + i);
    Subtract(row, -1, goal);
    goal[numbers_ + i] = 0;
    rows_.push_back(std::move(row));
  }
  while (Improve(goal, numbers_)) {
  }
  // What still has a helper, of nothing, says nothing new, or gets a number for it.
  for (size_t row = 0; row < rows_.size(); ++row) {
    for (int32_t number = 0; number < numbers_ && basis_[row] >= static_cast<size_t>(numbers_); ++number) {
      if (std::abs(rows_[row][number]) > kNothing) Pivot(row, number);
    }
  }
}

double TableSolver::Most(const Terms& terms, double sign, bool* is_whole) {
  Row goal(numbers_ + sums_.size() + 1);
  for (const auto& [number, times] : terms) goal[number] += sign * static_cast<double>(times);
  for (size_t row = 0; row < rows_.size(); ++row) {
    if (std::abs(goal[basis_[row]]) > kNothing) Subtract(rows_[row], goal[basis_[row]], goal);
  }
  // Rounding may let it walk in a circle, where no step gains anything: what it stands at is possible all the same.
  int steps = 0;
  while (steps < kMostSteps && Improve(goal, numbers_)) ++steps;
  if (steps == kMostSteps) *is_whole = false;
  for (const Row& row : rows_) {
    if (std::abs(row.back() - std::round(row.back())) > 1e-4) *is_whole = false;
  }
  return -goal.back();
}

TableSolver::Range TableSolver::RangeOf(const Terms& terms) {
  if (rows_.empty()) Begin();
  Range range;
  range.high = Most(terms, 1, &range.is_whole);
  range.low = -Most(terms, -1, &range.is_whole);
  return range;
}

}  // namespace cortado::matching::testing
