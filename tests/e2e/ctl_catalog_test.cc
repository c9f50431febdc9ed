// Skills and roles from the command line, over the real services.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;

class CtlCatalogTest : public ::testing::Test {
 protected:
  Said Ctl(const std::vector<std::string>& arguments) { return installation_.Ctl(arguments); }
  json Json(const std::vector<std::string>& arguments) { return installation_.Json(arguments); }

  CtlInstallation installation_;
};

TEST_F(CtlCatalogTest, TheStarterCatalogueIsLoadedOnceAndComesOutAsItWentIn) {
  EXPECT_EQ(Json({"catalog", "load", "--dry-run"})["rolesAdded"], 60);
  const json first = Json({"catalog", "load"});
  EXPECT_EQ(first["rolesAdded"], 60);
  EXPECT_GE(first["skillsAdded"], 300);
  const json second = Json({"catalog", "load"});
  EXPECT_EQ(second["unchanged"], first["skillsAdded"].get<int>() + 60);
  const std::string path = installation_.root() + "/catalog.json";
  EXPECT_THAT(Ctl({"catalog", "export", path}).out, HasSubstr("60 roles"));
  EXPECT_EQ(Json({"catalog", "load", path})["unchanged"], second["unchanged"]);
  const Said bad = Ctl({"catalog", "load", installation_.File("bad.json", "{\"skils\": []}")});
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, HasSubstr("no catalogue"));
}

TEST_F(CtlCatalogTest, NamesAreResolvedAndRolesCompared) {
  ASSERT_EQ(Ctl({"catalog", "load"}).code, 0);
  const json resolved = Json({"skill", "resolve", "k8s, node, ML"})["resolved"];
  ASSERT_EQ(resolved.size(), 3u);
  EXPECT_EQ(resolved[0]["skill"]["name"], "skills/kubernetes");
  EXPECT_EQ(resolved[1]["skill"]["name"], "skills/node-js");
  EXPECT_EQ(resolved[2]["skill"]["name"], "skills/machine-learning");
  EXPECT_THAT(Ctl({"skill", "resolve", "k8s, underwater weaving"}).out, HasSubstr("nothing known"));
  EXPECT_EQ(Json({"role", "list"})["roles"].size(), 60u);
  EXPECT_THAT(Ctl({"role", "show", "Data engineer"}).out, HasSubstr("ETL"));
  const std::string crossing = Ctl({"role", "crossing", "Senior software engineer", "Engineering manager"}).out;
  EXPECT_THAT(crossing, HasSubstr("People management"));
  EXPECT_THAT(crossing, HasSubstr("Left behind"));
}

TEST_F(CtlCatalogTest, TwoSkillsBecomeOneAndRolesComeFromPeople) {
  std::string people = "id,display_name,email,title,time_zone,skills_held,skills_wanted,offer,offer_places\n";
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(&people, "d", i, ",D", i, ",d", i, "@example.org,Data engineer,Europe/Berlin,",
                    "SQL:4;Spark:3;Airflow:2;English:3,,mentor,2\n");
    absl::StrAppend(&people, "w", i, ",W", i, ",w", i, "@example.org,Web developer,Europe/Berlin,",
                    "ReactJS library:4;TypeScript:3;CSS:2;English:3,Spark:3,mentee,\n");
  }
  ASSERT_EQ(Ctl({"people", "import", installation_.File("people.csv", people)}).code, 0);
  const Said derived = Ctl({"role", "derive", "--min-people", "5"});
  EXPECT_EQ(derived.code, 0) << derived.err;
  EXPECT_THAT(derived.out, HasSubstr("Airflow (100 %, 2.0 times)"));
  EXPECT_EQ(Json({"role", "show", "Web developer"})["origin"], "ROLE_ORIGIN_DERIVED");
  EXPECT_EQ(Ctl({"skill", "update", "CSS", "--alias", "Cascading style sheets"}).code, 0);
  EXPECT_EQ(Json({"skill", "resolve", "cascading style sheets"})["resolved"][0]["skill"]["name"], "skills/css");
  ASSERT_EQ(Ctl({"catalog", "load"}).code, 0);
  const json merged = Json({"skill", "merge", "ReactJS library", "React"});
  EXPECT_EQ(merged["peopleCount"], "6") << merged;
  EXPECT_EQ(Json({"people", "get", "w1"})["skillsHeld"][0]["skill"], "skills/react");
  EXPECT_THAT(Ctl({"skill", "related", "SQL"}).out, HasSubstr("Airflow"));
  const json gap = Json({"skill", "gap", "--as", "w1"});
  EXPECT_EQ(gap["items"][0]["teacherCount"], "6") << "those who offer it: " << gap;
  EXPECT_EQ(Json({"skill", "gap", "--person", "d1", "--as", "w1"})["comparedWith"], "people/d1");
  EXPECT_NE(Ctl({"skill", "merge", "No such skill", "React"}).code, 0);
}

}  // namespace
}  // namespace cortado::testing
