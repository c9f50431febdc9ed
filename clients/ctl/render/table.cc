#include "clients/ctl/render/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/render/width.h"

namespace cortado::ctl {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;  // A column that gives way keeps this much.

}  // namespace

Table::Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

void Table::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = Clean(cell);
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::Widths(int columns, int indent) const {
  std::vector<size_t> widths;
  size_t total = indent + kGap * (columns_.size() - 1);
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = Width(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, Width(row[i]));
    widths.push_back(width);
    total += width;
  }
  const auto room = static_cast<size_t>(columns);
  while (columns > 0 && total > room) {
    // The widest column that may gives way first.
    size_t widest = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].gives_way || widths[i] <= kNarrowest) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::Line(const std::vector<std::string>& cells, const std::vector<size_t>& widths, int indent) const {
  std::string line(indent, ' ');
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = Shorten(cells[i], std::max<size_t>(widths[i], 1));
    if (i > 0) line.append(kGap, ' ');
    line += columns_[i].align == Align::kRight ? PadLeft(cell, widths[i]) : PadRight(cell, widths[i]);
  }
  return std::string(absl::StripTrailingAsciiWhitespace(line));
}

std::vector<std::string> Table::Lines(const Style& style, int columns, int indent) const {
  const std::vector<size_t> widths = Widths(columns, indent);
  std::vector<std::string> titles;
  for (const auto& column : columns_) titles.push_back(column.title);
  std::vector<std::string> lines = {style.Dim(Line(titles, widths, indent))};
  for (const auto& row : rows_) lines.push_back(Line(row, widths, indent));
  return lines;
}

std::string Table::Render(const Style& style, int columns, int indent) const {
  return absl::StrCat(absl::StrJoin(Lines(style, columns, indent), "\n"), "\n");
}

std::string RenderFacts(const std::vector<std::pair<std::string, std::string>>& facts, const Style& style, int indent) {
  size_t width = 0;
  for (const auto& [name, value] : facts) width = std::max(width, Width(name));
  std::string text;
  for (const auto& [name, value] : facts) {
    if (value.empty()) continue;
    absl::StrAppend(&text, std::string(indent, ' '), style.Dim(PadRight(name, width)), "  ", Clean(value), "\n");
  }
  return text;
}

}  // namespace cortado::ctl
