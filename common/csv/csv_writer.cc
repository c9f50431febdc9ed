#include "common/csv/csv_writer.h"

namespace cortado::csv {
namespace {

bool BeginsFormula(absl::string_view cell) {
  const size_t begin = cell.find_first_not_of('\'');
  return begin != absl::string_view::npos && absl::string_view("=+-@\t\r").find(cell[begin]) != absl::string_view::npos;
}

}  // namespace

std::string Neutralised(absl::string_view cell) {
  std::string safe;
  if (BeginsFormula(cell)) safe += '\'';
  safe.append(cell.data(), cell.size());
  return safe;
}

absl::string_view Plain(absl::string_view cell) {
  if (!cell.empty() && cell[0] == '\'' && BeginsFormula(cell)) cell.remove_prefix(1);
  return cell;
}

void AppendCell(absl::string_view cell, std::string& out) {
  const std::string safe = Neutralised(cell);
  if (safe.find_first_of(",\"\r\n") == std::string::npos) {
    out += safe;
    return;
  }
  out += '"';
  for (const char c : safe) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace cortado::csv
