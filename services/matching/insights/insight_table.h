// A table of figures in which nothing says anything of fewer than five people: what the API, CSV, the command line and
// charts show, the same everywhere. Values only: no thread contract beyond that of the standard containers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cortado::matching {

enum class InsightUnit : uint8_t { kPeople, kHours, kPerMille };

// What a row or column is called: words of the organisation's own, or the code of a sentence.
struct InsightLabel {
  std::string words;
  bool is_code = false;
};

// One number; neither a value nor hidden where there is nothing to count.
struct InsightValue {
  std::optional<int64_t> value;
  bool hidden = false;
};

struct InsightTableValues {
  std::string id;
  InsightUnit unit = InsightUnit::kPeople;
  std::vector<InsightLabel> rows = {};
  std::vector<InsightLabel> columns = {};
  std::vector<InsightValue> cells = {};  // Row by row.
  std::string note = {};                 // Code of a sentence to read with it; empty: none.

  void AddRow(InsightLabel label, std::vector<InsightValue> values) {
    rows.push_back(std::move(label));
    cells.insert(cells.end(), values.begin(), values.end());
  }
  const InsightValue& at(size_t row, size_t column) const { return cells[row * columns.size() + column]; }
};

}  // namespace cortado::matching
