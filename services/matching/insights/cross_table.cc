#include "services/matching/insights/cross_table.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "services/matching/insights/groups.h"

namespace cortado::matching {
namespace {

// The hidden cells as a network: rows and columns are its nodes; along a cell from row to column any amount may be
// added to it, and back as much taken from it as it has.
class Network {
 public:
  Network(const CrossTable& table, const std::vector<bool>& hidden) : table_(table), hidden_(hidden) {}

  // Returns by how much the cell could be more (or less), at most `limit`.
  int64_t Change(int32_t row, int32_t column, bool more, int64_t limit) {
    values_ = table_.cells;
    kept_ = row * table_.columns + column;
    const int32_t from = more ? table_.rows + column : row;
    const int32_t to = more ? row : table_.rows + column;
    int64_t changed = 0;
    const int64_t most = more ? limit : std::min(limit, table_.cells[kept_]);
    while (changed < most && Push(from, to)) ++changed;
    return changed;
  }

 private:
  // Pushes one from node to node, if there is a way. Breadth first.
  bool Push(int32_t from, int32_t to) {
    std::vector<int32_t> came(table_.rows + table_.columns, -1);
    std::vector<int32_t> queue = {from};
    came[from] = from;
    for (size_t next = 0; next < queue.size() && came[to] < 0; ++next) Spread(queue[next], came, queue);
    if (came[to] < 0) return false;
    for (int32_t node = to; node != from; node = came[node]) {
      const bool to_column = node >= table_.rows;
      const int32_t row = to_column ? came[node] : node;
      const int32_t column = (to_column ? node : came[node]) - table_.rows;
      values_[row * table_.columns + column] += to_column ? 1 : -1;
    }
    return true;
  }

  void Spread(int32_t node, std::vector<int32_t>& came, std::vector<int32_t>& queue) const {
    const bool is_row = node < table_.rows;
    const int32_t others = is_row ? table_.columns : table_.rows;
    for (int32_t i = 0; i < others; ++i) {
      const int32_t cell = is_row ? node * table_.columns + i : i * table_.columns + node - table_.rows;
      const int32_t other = is_row ? table_.rows + i : i;
      if (!hidden_[cell] || cell == kept_ || came[other] >= 0) continue;
      if (!is_row && values_[cell] == 0) continue;
      came[other] = node;
      queue.push_back(other);
    }
  }

  const CrossTable& table_;
  const std::vector<bool>& hidden_;
  std::vector<int64_t> values_;
  int32_t kept_ = 0;
};

// Hides the three cells that make a cycle with (row, column) at the least cost: of those that give enough freedom by
// themselves the ones with the fewest people, else the ones that give most. Returns whether that hides anything more.
bool HideCycle(const CrossTable& table, int32_t row, int32_t column, std::vector<bool>& hidden) {
  std::tuple<int64_t, int64_t, int32_t, int32_t> best = {1, 0, -1, -1};
  for (int32_t r = 0; r < table.rows; ++r) {
    for (int32_t c = 0; c < table.columns; ++c) {
      if (r == row || c == column) continue;
      const int64_t freedom =
          std::min(table.at(row, c), table.at(r, column)) + std::min(table.at(row, column), table.at(r, c));
      int64_t people = 0;
      for (const auto& [i, j] : {std::pair{row, c}, std::pair{r, column}, std::pair{r, c}}) {
        people += hidden[i * table.columns + j] ? 0 : table.at(i, j);
      }
      best = std::min(best, {-std::min(freedom, kInsightFloor), people, r, c});
    }
  }
  const auto [freedom, people, r, c] = best;
  if (r < 0) return false;
  bool more = false;
  for (const int32_t cell : {row * table.columns + c, r * table.columns + column, r * table.columns + c}) {
    more = more || !hidden[cell];
    hidden[cell] = true;
  }
  return more;
}

}  // namespace

int64_t FreedomOf(const CrossTable& table, const std::vector<bool>& hidden, int32_t row, int32_t column) {
  Network network(table, hidden);
  const int64_t more = network.Change(row, column, true, kInsightFloor);
  return std::min(kInsightFloor, more + network.Change(row, column, false, kInsightFloor - more));
}

std::vector<bool> HideCells(const CrossTable& table) {
  std::vector<bool> hidden;
  const bool has_small = !std::all_of(table.cells.begin(), table.cells.end(), IsTold);
  for (const int64_t cell : table.cells) hidden.push_back(has_small && cell < kInsightFloor);
  for (bool again = true; again;) {
    again = false;
    for (int32_t row = 0; row < table.rows; ++row) {
      for (int32_t column = 0; column < table.columns; ++column) {
        if (!hidden[row * table.columns + column] || FreedomOf(table, hidden, row, column) >= kInsightFloor) continue;
        // With everything hidden the sums alone are known: enough, as they are at least five with five besides.
        if (!HideCycle(table, row, column, hidden)) return std::vector<bool>(table.cells.size(), true);
        again = true;
      }
    }
  }
  return hidden;
}

}  // namespace cortado::matching
