// Insights on a terminal and in a spreadsheet.
#include "clients/ctl/insights_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <utility>

namespace cortado::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

matching::v1::Insights Load() {
  matching::v1::Insights insights;
  auto& table = *insights.add_tables();
  table.set_id("load");
  table.mutable_title()->set_text("Load");
  table.set_unit(matching::v1::InsightTable::UNIT_PEOPLE);
  table.add_columns("mentors");
  for (const std::string row : {"no match", "=1+1"}) table.add_rows(row);
  table.add_cells()->set_value(1200);
  table.add_cells()->set_value(600);
  return insights;
}

// Every number that stands in a text.
std::multiset<std::string> NumbersIn(const std::string& text) {
  std::multiset<std::string> numbers;
  std::string number;
  for (const char c : text + " ") {
    if (c >= '0' && c <= '9') {
      number += c;
    } else if (!number.empty()) {
      numbers.insert(std::move(number));
      number.clear();
    }
  }
  return numbers;
}

TEST(InsightsTextTest, AHistogramHasBars) {
  const std::string text = RenderInsights(Load(), Style(false), 0);
  EXPECT_THAT(text, HasSubstr("Load\n"));
  EXPECT_THAT(text, HasSubstr("no match    1,200  ████████████████████████\n"));
  EXPECT_THAT(text, HasSubstr("600  ████████████\n"));
  EXPECT_THAT(text, Not(HasSubstr("\033"))) << "colours are for terminals";
}

TEST(InsightsTextTest, HiddenCellsSayWhyOnce) {
  matching::v1::Insights insights = Load();
  for (auto& cell : *insights.mutable_tables(0)->mutable_cells()) {
    cell.clear_value();
    cell.set_hidden(true);
    cell.mutable_text()->set_text("Too few.");
  }
  const std::string text = RenderInsights(insights, Style(false), 0);
  EXPECT_THAT(text, HasSubstr("hidden"));
  EXPECT_EQ(text.find("Too few."), text.rfind("Too few."));
  EXPECT_THAT(InsightsCsv(insights), HasSubstr("load,no match,mentors,people,,yes\r\n"));
}

// Random tables with hidden cells: what a reader of CSV or of the terminal finds is what the API told, cell by cell.
TEST(InsightsTextTest, NothingIsInCsvOrOnTheTerminalThatTheApiHides) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 200; ++round) {
    matching::v1::Insights insights;
    std::multiset<std::string> told;
    for (int t = 0; t < 3; ++t) {
      auto& table = *insights.add_tables();
      table.set_id("table");
      table.mutable_title()->set_text("Title");
      table.set_unit(matching::v1::InsightTable::UNIT_PEOPLE);
      const int rows = 1 + static_cast<int>(random() % 4), columns = 1 + static_cast<int>(random() % 3);
      for (int i = 0; i < rows; ++i) table.add_rows("row");
      for (int i = 0; i < columns; ++i) table.add_columns("column");
      for (int i = 0; i < rows * columns; ++i) {
        auto& cell = *table.add_cells();
        const int64_t value = 5 + static_cast<int64_t>(random() % 900);
        const int fate = static_cast<int>(random() % 3);
        if (fate == 0) cell.set_hidden(true);
        if (fate == 1) cell.set_value(value);
        if (fate == 1) told.insert(std::to_string(value));
      }
    }
    EXPECT_EQ(NumbersIn(InsightsCsv(insights)), told);
    EXPECT_EQ(NumbersIn(RenderInsights(insights, Style(false), 0)), told);
  }
}

TEST(InsightsTextTest, CsvHasTheSameCellsAndNoFormulas) {
  const std::string csv = InsightsCsv(Load());
  EXPECT_THAT(csv, HasSubstr("table,row,column,unit,value,hidden\r\n"));
  EXPECT_THAT(csv, HasSubstr("load,no match,mentors,people,1200,no\r\n"));
  EXPECT_THAT(csv, HasSubstr("load,'=1+1,mentors,people,600,no\r\n"));
}

}  // namespace
}  // namespace cortado::ctl
