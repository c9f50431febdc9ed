// What can be worked out of some sums about numbers that nobody was told: whole numbers from 0 up.
//
//   TableSolver solver(3);
//   solver.Know({{0, 1}, {1, 1}}, 7);       // The first two are 7 together.
//   solver.RangeOf({{0, 1}});               // 0 to 7.
//
// By the simplex method (Dantzig 1947) with Bland's rule (1977). Every sum is of whole numbers taken once, so that its
// corners are whole numbers nearly always; that is looked at, and both ends of a range are then really possible, as
// numbers were found that give all the sums. Thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace cortado::matching::testing {

class TableSolver {
 public:
  // Numbers by their index, each with what it is taken times.
  using Terms = std::vector<std::pair<int32_t, int64_t>>;

  struct Range {
    double low = 0;
    double high = 0;
    bool is_whole = true;  // Both ends are reached by whole numbers.
  };

  explicit TableSolver(int32_t numbers) : numbers_(numbers) {}

  // Adds what is known: terms that give `sum`, from 0 up, together. What is known agrees with itself.
  void Know(const Terms& terms, int64_t sum);

  // Returns the least and the most that a sum could be; the most is 1e9 when there is no end.
  Range RangeOf(const Terms& terms);

 private:
  using Row = std::vector<double>;  // Numbers, then helpers of the first phase, then the right side.

  void Begin();
  void Pivot(size_t row, size_t column);
  double Most(const Terms& terms, double sign, bool* is_whole);
  bool Improve(Row& goal, size_t columns);

  int32_t numbers_;
  std::vector<std::pair<Terms, int64_t>> sums_;
  std::vector<Row> rows_;      // Empty before Begin.
  std::vector<size_t> basis_;  // By row.
};

}  // namespace cortado::matching::testing
