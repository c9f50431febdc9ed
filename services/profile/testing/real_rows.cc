#include "services/profile/testing/real_rows.h"

#include <zlib.h>

#include "common/csv/csv_reader.h"
#include "gtest/gtest.h"

namespace cortado::profile {

std::vector<std::map<std::string, std::string>> RealRows(const std::string& file) {
  std::string text;
  gzFile stored = gzopen(("../shared/data/" + file).c_str(), "rb");
  if (stored == nullptr) return {};
  char buffer[1 << 16];
  for (int read = 0; (read = gzread(stored, buffer, sizeof(buffer))) > 0;) text.append(buffer, read);
  gzclose(stored);
  std::vector<std::map<std::string, std::string>> rows;
  csv::CsvReader reader(csv::StringSource(text));
  csv::CsvRecord record;
  std::vector<std::string> names;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(record);
    EXPECT_TRUE(more.ok() && !record.problem) << file;
    if (!more.ok() || !*more) return rows;
    if (names.empty()) {
      names = record.cells;
      continue;
    }
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < names.size() && i < record.cells.size(); ++i) row[names[i]] = record.cells[i];
  }
}

}  // namespace cortado::profile
