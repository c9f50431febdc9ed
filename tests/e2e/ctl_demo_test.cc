// The demo: the main job from a generated organisation to a cancelled chat, again and again on one server.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

TEST(CtlDemoTest, TellsTheWholeStory) {
  const CtlInstallation cortado;
  const Said said = cortado.Ctl({"demo", "--out", cortado.root()});
  ASSERT_EQ(said.code, 0) << said.err;
  for (const char* part :
       {"500 of 500 people imported", "wants to go, and what is missing", "The 10 who suit", "Tell me more", "says yes",
        "Booked: ", "The invitation, for any calendar: ", "Refused: ", "SLOT_TAKEN", "STILL FREE", "Three times",
        " moves the chat", " cancels the chat", "When it cannot be", "Next:"}) {
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
  EXPECT_EQ(story["proposed"].size(), 3u);
  EXPECT_EQ(story["moved"]["sequence"], 1);
  EXPECT_EQ(story["cancelled"]["sequence"], 2);
  EXPECT_FALSE(story.contains("mails")) << "nobody said where mail arrives";
  EXPECT_EQ(story["next"].size(), 3u);
  EXPECT_THAT(cortado.Read(story["chat"]["invitation"]), HasSubstr("BEGIN:VCALENDAR"));
}

TEST(CtlDemoTest, EveryRefusalSaysWhatToDoInBothLanguages) {
  const CtlInstallation cortado;
  const json story = cortado.Json({"demo", "--out", cortado.root()});
  std::set<std::string> reasons;
  for (const json& refusal : story["refusals"]) {
    reasons.insert(refusal["reason"]);
    EXPECT_NE(refusal["en"], refusal["de"]) << refusal;
    EXPECT_THAT(refusal["en"].get<std::string>(), Not(HasSubstr("{"))) << refusal;
  }
  EXPECT_THAT(reasons,
              IsSupersetOf({"REQUEST_SELF",         "ALREADY_MATCHED", "FIELD_INVALID",    "TIME_PASSED",
                            "OUTSIDE_HOURS",        "CHAT_CANCELLED",  "CONSENT_REQUIRED", "REQUEST_PENDING",
                            "TOO_MANY_REQUESTS",    "NO_QUESTION",     "QUESTION_PENDING", "TOO_MANY_QUESTIONS",
                            "REQUEST_ANSWERED",     "ASKED_RECENTLY",  "NOT_AVAILABLE",    "NOT_OFFERED",
                            "WEEKLY_MINUTES_SPENT", "ETAG_MISMATCH",   "MATCH_ENDED",      "TOO_MANY_LOOKS"}));
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
  if (!std::filesystem::exists(people)) GTEST_SKIP() << "the survey is not on this machine";
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
