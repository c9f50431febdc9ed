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
