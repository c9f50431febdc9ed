// The demo: the main job from a generated organisation to a refused second booking, again and again on one server.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(CtlDemoTest, TellsTheWholeStory) {
  const CtlInstallation cortado;
  const Said said = cortado.Ctl({"demo", "--out", cortado.root()});
  ASSERT_EQ(said.code, 0) << said.err;
  for (const char* part : {"500 of 500 people imported", "wants to go, and what is missing", "The 10 who suit",
                           "says yes", "Three times", "Booked: ", "The invitation, for any calendar: ", "Refused: ",
                           "SLOT_TAKEN", "STILL FREE", "moves the chat to", "Next:"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
}

TEST(CtlDemoTest, FactsOfTheStoryHoldTogether) {
  const CtlInstallation cortado;
  const json story = cortado.Json({"demo", "--out", cortado.root() + "/invitations"});
  EXPECT_EQ(story["people"]["imported"], 500);
  EXPECT_EQ(story["suggestions"].size(), 10u);
  EXPECT_EQ(story["times"].size(), 3u);
  EXPECT_GE(story["asker"]["gap"], 2);
  EXPECT_EQ(story["refusal"]["reason"], "SLOT_TAKEN");
  EXPECT_EQ(story["moved"], story["times"][2]);
  EXPECT_EQ(story["next"].size(), 3u);
  EXPECT_THAT(cortado.Read(story["chat"]["invitation"]), HasSubstr("BEGIN:VCALENDAR"));
}

TEST(CtlDemoTest, MayBeToldAgain) {
  const CtlInstallation cortado;
  ASSERT_EQ(cortado.Ctl({"demo"}).code, 0);
  const Said again = cortado.Ctl({"demo"});
  EXPECT_EQ(again.code, 0) << again.err;
}

// Real answers of 14,261 people, where they lie beside the repository; elsewhere there is nothing to look at.
TEST(CtlDemoTest, TellsOfRealPeopleToo) {
  const char* people = "../shared/data/org_so.csv.gz";
  if (!std::filesystem::exists(people)) return;
  const CtlInstallation cortado;
  const json story = cortado.Json({"demo", "--people", people, "--assume-open", "--out", cortado.root()});
  EXPECT_EQ(story["people"]["imported"], 14261);
  EXPECT_EQ(story["people"]["rows"], 14261);
  EXPECT_EQ(story["suggestions"].size(), 10u);
  EXPECT_EQ(story["refusal"]["reason"], "SLOT_TAKEN");
}

TEST(CtlDemoTest, SaysWhatAFileNeedsWhenNobodyInItHasAStory) {
  const CtlInstallation cortado;
  const Said said = cortado.Ctl({"demo", "--people", cortado.File("two.csv", "id,display_name\na,Ada\nb,Ben\n")});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, HasSubstr("nobody in this file has a story to tell"));
}

}  // namespace
}  // namespace cortado::testing
