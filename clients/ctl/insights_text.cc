#include "clients/ctl/insights_text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "clients/ctl/render/table.h"
#include "clients/ctl/render/words.h"
#include "common/csv/csv_writer.h"

namespace cortado::ctl {
namespace {

using matching::v1::InsightCell;
using matching::v1::Insights;
using matching::v1::InsightTable;

constexpr int64_t kBarColumns = 24;
constexpr char kBar[] = "█";

std::string CellText(const InsightTable& table, const InsightCell& cell) {
  if (cell.hidden()) return "hidden";
  if (!cell.has_value()) return "-";
  if (table.unit() != InsightTable::UNIT_PER_MILLE) return Grouped(cell.value());
  return absl::StrFormat("%.1f %%", static_cast<double>(cell.value()) / 10);
}

// A bar as long as the value is of the largest; at least one column for anything at all.
std::string BarOf(const InsightCell& cell, int64_t most, const Style& style) {
  if (!cell.has_value() || cell.value() == 0) return "";
  std::string bar;
  for (int64_t i = std::max<int64_t>(1, kBarColumns * cell.value() / most); i > 0; --i) bar += kBar;
  return style.Cyan(bar);
}

// Tables of one column and several rows are histograms.
bool HasBars(const InsightTable& table) {
  return table.columns_size() == 1 && table.rows_size() > 1 && table.unit() == InsightTable::UNIT_PEOPLE;
}

std::string RenderTable(const InsightTable& table, const Style& style, int columns) {
  std::vector<TableColumn> titles = {{"", Align::kLeft, true}};
  for (const std::string& column : table.columns()) titles.push_back({absl::AsciiStrToUpper(column), Align::kRight});
  const bool bars = HasBars(table);
  int64_t most = 1;
  for (const InsightCell& cell : table.cells()) most = std::max(most, cell.value());
  Table lines(titles);
  for (int row = 0; row < table.rows_size(); ++row) {
    std::vector<std::string> cells = {table.rows(row)};
    for (int column = 0; column < table.columns_size(); ++column) {
      cells.push_back(CellText(table, table.cells(row * table.columns_size() + column)));
    }
    lines.Add(std::move(cells));
  }
  std::string text;
  int row = -1;  // The first line is the titles.
  for (const std::string& line : lines.Lines(style, columns, 2)) {
    const std::string bar = bars && row >= 0 ? BarOf(table.cells(row), most, style) : "";
    absl::StrAppend(&text, line, bar.empty() ? "" : "  ", bar, "\n");
    ++row;
  }
  return text;
}

std::string UnitWords(const InsightTable& table) {
  const std::string name = InsightTable::Unit_Name(table.unit());
  return absl::AsciiStrToLower(absl::StripPrefix(name, "UNIT_"));
}

void AppendLine(const std::vector<std::string>& cells, std::string& out) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ",";
    csv::AppendCell(cells[i], out);
  }
  out += "\r\n";
}

}  // namespace

std::string RenderInsights(const Insights& insights, const Style& style, int columns) {
  std::string text, why;
  for (const InsightTable& table : insights.tables()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", style.Bold(table.title().text()), "\n");
    if (!table.rows().empty()) text += RenderTable(table, style, columns);
    if (table.has_note()) absl::StrAppend(&text, "  ", style.Dim(table.note().text()), "\n");
    if (table.rows().empty() && !table.has_note()) absl::StrAppend(&text, "  ", style.Dim("-"), "\n");
    for (const InsightCell& cell : table.cells()) {
      if (cell.hidden()) why = cell.text().text();
    }
  }
  if (!why.empty()) absl::StrAppend(&text, "\n", style.Dim(why), "\n");
  return text;
}

std::string InsightsCsv(const Insights& insights) {
  std::string out;
  AppendLine({"table", "row", "column", "unit", "value", "hidden"}, out);
  for (const InsightTable& table : insights.tables()) {
    for (int i = 0; i < table.cells_size(); ++i) {
      const InsightCell& cell = table.cells(i);
      AppendLine({table.id(), table.rows(i / table.columns_size()), table.columns(i % table.columns_size()),
                  UnitWords(table), cell.has_value() ? absl::StrCat(cell.value()) : "", cell.hidden() ? "yes" : "no"},
                 out);
    }
  }
  return out;
}

}  // namespace cortado::ctl
