// A programme from the command line, over the real services: made, joined by each one's own answer, run, looked at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

// Two mentees who each suit one mentor best, in a round that was run.
class CtlRoundTest : public ::testing::Test {
 protected:
  CtlRoundTest() {
    EXPECT_EQ(installation_.Ctl({"people", "import", installation_.File("people.csv", kFour)}).code, 0);
    const std::string name = installation_.Json({"program", "create", "Spring", "--kind", "cohort"})["name"];
    program_ = name.substr(std::string("programs/").size());
    EXPECT_EQ(installation_.Ctl({"program", "invite", program_, "ada", "eve", "--mentee"}).code, 0);
    EXPECT_EQ(installation_.Ctl({"program", "invite", program_, "ben", "cid", "--mentor"}).code, 0);
    for (const char* who : {"ada", "eve", "ben", "cid"}) {
      EXPECT_EQ(installation_.Ctl({"program", "join", program_, "--as", who}).code, 0);
    }
    round_ = Made({});
    EXPECT_EQ(installation_.Ctl({"round", "run", round_}).code, 0);
  }

  // Makes a round and returns it as PROGRAM/ROUND.
  std::string Made(const std::vector<std::string>& options) {
    std::vector<std::string> words = {"round", "create", program_};
    words.insert(words.end(), options.begin(), options.end());
    const std::string name = installation_.Json(words)["name"];
    return program_ + "/" + name.substr(name.rfind('/') + 1);
  }
  std::string Out(const std::vector<std::string>& words) {
    const Said said = installation_.Ctl(words);
    EXPECT_EQ(said.code, 0) << said.err;
    return said.out;
  }

  static constexpr char kFour[] =
      "id,display_name,email,title,department,location,time_zone,languages,skills_held,skills_wanted,offer,offer_"
      "places\n"
      "ada,Ada Okafor,ada@example.org,Engineer,Platform,Berlin,Europe/Berlin,en,Go:2,Rust:3,mentee,\n"
      "eve,Eve Ito,eve@example.org,Engineer,Platform,Berlin,Europe/Berlin,en,Go:2,SQL:3,mentee,\n"
      "ben,Ben Ota,ben@example.org,Engineer,Operations,Berlin,Europe/Berlin,en,Rust:5,,mentor,4\n"
      "cid,Cid Lund,cid@example.org,Engineer,Sales,Berlin,Europe/Berlin,en,SQL:5,,mentor,4\n";
  CtlInstallation installation_;
  std::string program_, round_;
};

TEST_F(CtlRoundTest, AnExchangeIsTriedMadeAndForgottenByTheNextRun) {
  EXPECT_THAT(Out({"round", "swap", round_, "ada", "eve", "--dry-run"}), HasSubstr("The total would go "));
  EXPECT_THAT(Out({"round", "pairs", round_}), HasSubstr("Ada Okafor and Ben Ota"));
  EXPECT_THAT(Out({"round", "swap", round_, "ada", "eve"}), HasSubstr("Ada Okafor and Cid Lund"));
  EXPECT_THAT(Out({"round", "pairs", round_}), HasSubstr("Eve Ito and Ben Ota"));
  EXPECT_THAT(Out({"round", "run", round_}), HasSubstr(" (+"));
  EXPECT_THAT(Out({"round", "pairs", round_}), HasSubstr("Ada Okafor and Ben Ota"));
}

TEST_F(CtlRoundTest, APinIsMadeWithWhatItCostsAndTakenBack) {
  EXPECT_THAT(Out({"round", "pin", round_, "ada:cid"}), HasSubstr("1 pair pinned, 0 forbidden. Run the round again"));
  EXPECT_THAT(Out({"round", "run", round_}), HasSubstr(" (-"));
  EXPECT_THAT(Out({"round", "pairs", round_}), HasSubstr("pinned"));
  EXPECT_THAT(installation_.Ctl({"round", "pin", round_, "eve:cid"}).err, HasSubstr("cannot be pinned"));
  EXPECT_THAT(Out({"round", "unpin", round_, "ada:cid"}), HasSubstr("0 pairs pinned"));
  EXPECT_THAT(Out({"round", "forbid", round_, "ada:ben"}), HasSubstr("1 forbidden"));
  EXPECT_THAT(Out({"round", "allow", round_, "ada:ben"}), HasSubstr("0 forbidden"));
}

TEST_F(CtlRoundTest, ATrialIsComparedAndSaysWhoseRuleLeavesSomebodyOut) {
  const std::string trial = Made({"--trial", "--rule", "forbid mentor-department=Operations"});
  EXPECT_THAT(Out({"round", "run", trial}), HasSubstr("Trial"));
  EXPECT_THAT(Out({"round", "why", trial, "ada"}), HasSubstr("The mentor is not of Operations."));
  const std::string compared = Out({"round", "compare", round_, trial});
  EXPECT_THAT(compared, HasSubstr("1 pair is in both, 1 in the first alone and 0 in the second alone."));
  EXPECT_THAT(compared, HasSubstr("Ada Okafor and Ben Ota"));
  EXPECT_NE(installation_.Ctl({"round", "cancel", trial}).code, 0) << "it does not run";
  EXPECT_NE(installation_.Ctl({"round", "create", program_, "--goal", "stable"}).code, 0) << "no trial";
  EXPECT_THAT(Out({"program", "copy", program_, "--name", "Autumn"}), HasSubstr("Autumn"));
}

}  // namespace
}  // namespace cortado::testing
