// cortadoctl people import, as HR uses it night after night: seen first, then applied; who left; files of others.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// 40 people, all but the first reporting to p0; `title` is p1's.
std::string People(int count, const std::string& title = "Engineer") {
  std::string csv = "id,display_name,title,department,manager_id,skills_held\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&csv, "p", i, ",Person ", i, ",", i == 1 ? title : "Analyst", ",Tools,", i == 0 ? "" : "p0",
                    ",Excel:2\n");
  }
  return csv;
}

class CtlImportTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(Import(People(40)).code, 0); }

  Said Import(const std::string& csv, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"people", "import", cortado_.File("people.csv", csv)});
    return cortado_.Ctl(options);
  }

  CtlInstallation cortado_;
};

TEST_F(CtlImportTest, ADryRunShowsTheDifferenceAndWritesNothing) {
  const Said dry = Import(People(41, "Senior engineer"), {"--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("Nothing was written. The import would find:\n"
                                 "1 to add, 1 to change, 39 as they are.\n"
                                 "\n"
                                 "Added (1)\n"
                                 "  p40  Person 40\n"
                                 "\n"
                                 "Changed (1)\n"
                                 "  p1  Person 1\n"
                                 "      title  Engineer -> Senior engineer\n"));
  EXPECT_EQ(cortado_.Ctl({"people", "get", "p40"}).code, 1);
  EXPECT_EQ(cortado_.Json({"people", "get", "p1"})["title"], "Engineer");
  const json document = json::parse(Import(People(41, "Senior engineer"), {"--dry-run", "--json"}).out);
  EXPECT_EQ(document["changes"][0]["externalId"], "p1");
  EXPECT_EQ(document["changes"][0]["fields"][0]["after"], "Senior engineer");
}

TEST_F(CtlImportTest, ADryRunOfABadFileNamesAllThatIsWrongAndFails) {
  const Said dry = Import("id,display_name,time_zone\np1,Person 1,Mars\nx,,Europe/Berlin\n", {"--dry-run"});
  EXPECT_EQ(dry.code, 1);
  EXPECT_THAT(dry.out, HasSubstr("Wrong (2)\n  line 2  time_zone:"));
  EXPECT_THAT(dry.out, HasSubstr("line 3  display_name:"));
}

TEST_F(CtlImportTest, AFileOfOneDepartmentMayNameAManagerOfAnother) {
  const std::string department = "id,display_name,department,manager_id\nn1,Noor,Design,p0\nn2,Nia,Design,n1\n";
  const Said dry = Import(department, {"--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.out;
  const Said said = Import(department);
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(cortado_.Json({"people", "get", "n1"})["manager"], "people/p0");
  const Said unknown = Import("id,display_name,manager_id\nn3,Nils,p0\nn4,Nell,nobody\n");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("line 3, column manager_id"));
  EXPECT_THAT(unknown.err, Not(HasSubstr("line 2")));
}

TEST_F(CtlImportTest, WhoeverLeftIsSeenFirstAndThenInactive) {
  const Said dry = Import(People(39), {"--dry-run", "--leavers"});
  EXPECT_THAT(dry.out, HasSubstr("Leaving (1)\n  p39  Person 39\n"));
  EXPECT_EQ(Import(People(39), {"--leavers"}).code, 0);
  EXPECT_EQ(cortado_.Json({"people", "get", "p39"})["active"], false);
  EXPECT_EQ(Import(People(40)).code, 0);
  EXPECT_EQ(cortado_.Json({"people", "get", "p39"})["active"], true);
}

TEST_F(CtlImportTest, TooManyLeaveOnlyWithForce) {
  const Said refused = Import(People(20), {"--leavers"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("TOO_MANY_LEAVING"));
  EXPECT_THAT(refused.err, HasSubstr("20 of 40"));
  EXPECT_THAT(refused.err, HasSubstr("--force"));
  EXPECT_EQ(cortado_.Json({"people", "get", "p39"})["active"], true);
  EXPECT_EQ(Import(People(20), {"--leavers", "--force"}).code, 0);
  EXPECT_EQ(cortado_.Json({"people", "get", "p39"})["active"], false);
}

TEST_F(CtlImportTest, NobodyLeavesByABadRow) {
  const Said refused =
      Import("id,display_name,time_zone\np1,Person 1,Mars\n", {"--leavers", "--force", "--skip-bad-rows"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("without bad rows"));
}

TEST_F(CtlImportTest, AForeignFileIsReadByItsMapping) {
  const std::string mapping = cortado_.File(
      "mapping.json", R"({"columns": {"Employee no.": "id", "Full name": "display_name"}, "ignore_others": true})");
  const Said said = Import("Employee no.,Full name,Shoe size\nE7,Noor Haddad,40\n", {"--mapping", mapping});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(cortado_.Json({"people", "get", "E7"})["displayName"], "Noor Haddad");
  EXPECT_THAT(Import(People(1), {"--preset", "nothing"}).err, HasSubstr("there are cortado"));
}

TEST_F(CtlImportTest, ChainAndChartTellWhoStandsWhere) {
  const Said chain = cortado_.Ctl({"people", "chain", "p7"});
  EXPECT_EQ(chain.code, 0) << chain.err;
  EXPECT_THAT(chain.out, HasSubstr("Person 7 reports to, from near to far:"));
  EXPECT_THAT(chain.out, HasSubstr("p0      Person 0"));
  EXPECT_THAT(cortado_.Ctl({"people", "chain", "p0"}).out,
              HasSubstr("39 people report to them directly, 39 in all, over 1 level."));
  const Said chart = cortado_.Ctl({"people", "chart"});
  EXPECT_EQ(chart.code, 0) << chart.err;
  EXPECT_THAT(chart.out, HasSubstr("At the top"));
  EXPECT_THAT(chart.out, Not(HasSubstr("Hang on nobody")));
  EXPECT_EQ(cortado_.Json({"people", "chart"})["depth"], 2);
}

TEST_F(CtlImportTest, ATitleLeftBehindIsADraftOfItsPersonAlone) {
  ASSERT_EQ(Import(People(40, "Engineering manager")).code, 0);
  const json own = cortado_.Json({"people", "get", "p1", "--as", "p1"});
  ASSERT_EQ(own["journey"].size(), 1u);
  EXPECT_EQ(own["journey"][0]["role"], "Engineer");
  EXPECT_EQ(cortado_.Json({"people", "get", "p1", "--as", "p2"})["journey"].size(), 0u);
}

}  // namespace
}  // namespace cortado::testing
