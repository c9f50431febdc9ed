// Insights on a terminal and in a spreadsheet.
#include "clients/ctl/insights_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

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

TEST(InsightsTextTest, CsvHasTheSameCellsAndNoFormulas) {
  const std::string csv = InsightsCsv(Load());
  EXPECT_THAT(csv, HasSubstr("table,row,column,unit,value,hidden\r\n"));
  EXPECT_THAT(csv, HasSubstr("load,no match,mentors,people,1200,no\r\n"));
  EXPECT_THAT(csv, HasSubstr("load,'=1+1,mentors,people,600,no\r\n"));
}

}  // namespace
}  // namespace cortado::ctl
