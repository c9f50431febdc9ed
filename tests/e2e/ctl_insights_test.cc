// Insights from the command line, over the real services: tables, CSV and JSON of the same cells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Twelve people of two departments, one of them named like a formula.
std::string People() {
  std::string csv = "id,display_name,email,title,department,location,skills_held,skills_wanted,offer,offer_places\n";
  for (int i = 0; i < 6; ++i) {
    const std::string n = std::to_string(i);
    csv += "a" + n + ",Ask " + n + ",a" + n + "@example.org,Engineer,Data,Berlin,,Rust:3,mentee,\n";
    csv += "b" + n + ",Boss " + n + ",b" + n + "@example.org,Engineer,=1+1,Berlin,Rust:5,,mentor,2\n";
  }
  return csv;
}

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(CtlInsightsTest, TheSameCellsAreShownWrittenAndPrinted) {
  CtlInstallation installation;
  ASSERT_EQ(installation.Ctl({"people", "import", installation.File("people.csv", People())}).code, 0);
  const Said shown = installation.Ctl({"insights", "show", "--period", "year", "--at", "2026-11-01"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("Mentoring outside of programmes, 2026"));
  EXPECT_THAT(shown.out, HasSubstr("Rust"));
  const std::string file = installation.root() + "/insights.csv";
  const std::string csv = (installation.Ctl({"insights", "show", "--csv", file}), Read(file));
  EXPECT_THAT(csv, HasSubstr("participation_by_department,all,people,people,12,no\r\n"));
  EXPECT_THAT(csv, HasSubstr("participation_by_department,'=1+1,people,people,6,no\r\n"));
  EXPECT_THAT(csv, HasSubstr("skills,Rust,wanted,people,6,no\r\n"));
  const nlohmann::json json = installation.Json({"insights", "show", "--json"});
  EXPECT_EQ(json["tables"][0]["id"], "participation_by_department");
  EXPECT_EQ(installation.Ctl({"insights", "fairness"}).code, 0);
}

TEST(CtlInsightsTest, GroupsAreAskedForSaidAndToldOfInTheFairnessReport) {
  CtlInstallation installation("cortado_dev");
  ASSERT_EQ(installation.Ctl({"people", "import", installation.File("people.csv", People())}).code, 0);
  ASSERT_EQ(installation
                .Ctl({"org", "groups", "ask", "care", "Do you care for somebody?", "--choice", "yes", "--choice", "no"})
                .code,
            0);
  EXPECT_THAT(installation.Ctl({"org", "groups", "ask", "age", "How old?", "--choice", "any"}).err,
              HasSubstr("group_questions[1].choices"));
  EXPECT_THAT(installation.Ctl({"group", "show", "--as", "a0"}).out, HasSubstr("Do you care for somebody?"));
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(installation.Ctl({"group", "say", "care", "yes", "--as", "a" + std::to_string(i)}).code, 0);
    ASSERT_EQ(installation.Ctl({"group", "say", "care", "no", "--as", "b" + std::to_string(i)}).code, 0);
  }
  EXPECT_THAT(installation.Ctl({"group", "say", "care", "maybe", "--as", "a0"}).err, HasSubstr("QUESTION_NOT_ASKED"));
  // Nobody says it for somebody else, and no file does.
  const std::string with_groups = installation.File("care.csv", "id,display_name,care\na0,Ask 0,yes\n");
  EXPECT_THAT(installation.Ctl({"people", "import", with_groups}).err, HasSubstr("care"));
  EXPECT_NE(installation.Ctl({"people", "import", with_groups}).code, 0);
  // It counts from the next month on.
  ASSERT_EQ(installation.Ctl({"dev", "advance", "744h"}).code, 0);
  const Said fairness = installation.Ctl({"insights", "fairness"});
  ASSERT_EQ(fairness.code, 0) << fairness.err;
  EXPECT_THAT(fairness.out, HasSubstr("Do you care for somebody?"));
  const std::string file = installation.root() + "/fairness.csv";
  ASSERT_EQ(installation.Ctl({"insights", "fairness", "--csv", file}).code, 0);
  EXPECT_THAT(Read(file), HasSubstr("suggested_by_group.care,no,share of those who offer"));
  ASSERT_EQ(installation.Ctl({"group", "take-back", "--as", "a0"}).code, 0);
  ASSERT_EQ(installation.Ctl({"org", "groups", "drop", "care"}).code, 0);
  EXPECT_THAT(installation.Ctl({"insights", "fairness"}).out, Not(HasSubstr("Do you care")));
}

TEST(CtlInsightsTest, AFewOfAProgrammeAreHidden) {
  CtlInstallation installation;
  ASSERT_EQ(installation.Ctl({"people", "import", installation.File("people.csv", People())}).code, 0);
  const std::string name = installation.Json({"program", "create", "Spring", "--kind", "cohort"})["name"];
  const std::string program = name.substr(std::string("programs/").size());
  ASSERT_EQ(installation.Ctl({"program", "invite", program, "a0", "a1", "a2", "a3", "a4", "a5", "--mentee"}).code, 0);
  ASSERT_EQ(installation.Ctl({"program", "join", program, "--as", "a0"}).code, 0);
  const std::string file = installation.root() + "/insights.csv";
  ASSERT_EQ(installation.Ctl({"insights", "show", program, "--csv", file}).code, 0);
  EXPECT_THAT(Read(file), HasSubstr("participation_by_department,all,invited,people,6,no\r\n"));
  EXPECT_THAT(Read(file), HasSubstr("participation_by_department,all,enrolled,people,,yes\r\n"));
  const Said shown = installation.Ctl({"insights", "show", program});
  EXPECT_THAT(shown.out, HasSubstr("hidden"));
  EXPECT_THAT(shown.out, HasSubstr("fewer than five people"));
  EXPECT_THAT(shown.out, Not(HasSubstr("\033")));
}

}  // namespace
}  // namespace cortado::testing
