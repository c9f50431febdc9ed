// A programme from the command line, over the real services: made, joined by each one's own answer, run, looked at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kPeople[] =
    "id,display_name,email,title,department,location,time_zone,languages,skills_held,skills_wanted,offer,offer_places\n"
    "ada,Ada Okafor,ada@example.org,Engineer,Platform,Berlin,Europe/Berlin,en,Go:2,Rust:3,mentee,\n"
    "ben,Ben Ota,ben@example.org,Engineer,Operations,Berlin,Europe/Berlin,en,Rust:5,,mentor,4\n";

TEST(CtlProgramTest, OnlyWhoJoinedIsPaired) {
  CtlInstallation installation;
  ASSERT_EQ(installation.Ctl({"people", "import", installation.File("people.csv", kPeople)}).code, 0);
  const std::string name = installation.Json({"program", "create", "Spring", "--kind", "cohort"})["name"];
  const std::string program = name.substr(std::string("programs/").size());
  ASSERT_EQ(installation.Ctl({"program", "invite", program, "ada", "--mentee"}).code, 0);
  ASSERT_EQ(installation.Ctl({"program", "invite", program, "ben", "--mentor"}).code, 0);
  ASSERT_EQ(installation.Ctl({"program", "join", program, "--as", "ada"}).code, 0);
  const auto run = [&] {
    const std::string made = installation.Json({"round", "create", program})["name"];
    const std::string round = program + "/" + made.substr(made.rfind('/') + 1);
    installation.Ctl({"round", "run", round});
    return installation.Ctl({"round", "pairs", round}).out;
  };
  EXPECT_THAT(run(), ::testing::Not(HasSubstr("Ben Ota"))) << "he did not join";
  ASSERT_EQ(installation.Ctl({"program", "join", program, "--as", "ben"}).code, 0);
  EXPECT_THAT(run(), HasSubstr("Ada Okafor and Ben Ota"));
}

}  // namespace
}  // namespace cortado::testing
