#include "common/text/edit_distance.h"

#include <algorithm>
#include <numeric>

namespace cortado::text {

int EditDistance(absl::string_view a, absl::string_view b) {
  // One row of the table at a time: distances from the first i bytes of `a` to each beginning of `b`.
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const int replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

std::string Nearest(absl::string_view text, const std::vector<std::string>& candidates) {
  const auto nearest = std::min_element(candidates.begin(), candidates.end(), [text](const auto& a, const auto& b) {
    return EditDistance(text, a) < EditDistance(text, b);
  });
  return nearest == candidates.end() ? "" : *nearest;
}

}  // namespace cortado::text
