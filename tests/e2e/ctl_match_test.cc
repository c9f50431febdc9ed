// The life of a request from the command line, over the real services: what is typed next is what was printed before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;

constexpr char kPeople[] =
    "id,display_name,email,title,department,location,time_zone,languages,skills_held,skills_wanted,offer,offer_places\n"
    "ada,Ada Okafor,ada@example.org,Engineer,Platform,Berlin,Europe/Berlin,en,Go:2,Rust:3,mentee,\n"
    "cleo,Cleo Dias,cleo@example.org,Engineer,Payments,Berlin,Europe/Berlin,en,Go:3,Rust:3,mentee,\n"
    "ben,Ben Ota,ben@example.org,Engineer,Operations,Berlin,Europe/Berlin,en,Rust:5,,mentor,4\n"
    "eva,Eva Lind,eva@example.org,Engineer,Research,Berlin,Europe/Berlin,en,Rust:5,,mentor,4\n";

class CtlMatchTest : public ::testing::Test {
 protected:
  CtlMatchTest() {
    const Said said = installation_.Ctl({"people", "import", installation_.File("people.csv", kPeople)});
    EXPECT_EQ(said.code, 0) << said.err;
  }
  Said Ctl(const std::vector<std::string>& arguments) { return installation_.Ctl(arguments); }
  json Json(const std::vector<std::string>& arguments) { return installation_.Json(arguments); }
  std::string Ask(const std::string& mentee, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"match", "request", "ben", "--message", "Coffee?", "--as", mentee};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Json(arguments)["name"];
  }

  CtlInstallation installation_;
};

// The first Tuesday that is more than a week ahead, 10:00 on Berlin's clocks.
std::string SomeTuesday() {
  absl::CivilDay day = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + 8;
  while (absl::GetWeekday(day) != absl::Weekday::tuesday) ++day;
  return absl::StrCat(absl::FormatCivilTime(day), " 10:00");
}

TEST_F(CtlMatchTest, AYesWithATimeIsAChatAndTheNextOneGetsFreeTimes) {
  const std::string at = SomeTuesday();
  const json first = Json({"match", "accept", Ask("ada"), "--at", at, "--as", "ben"});
  ASSERT_THAT(first["chat"].get<std::string>(), HasSubstr("chats/")) << first;
  const json chats = Json({"chat", "list", "--as", "ada"});
  ASSERT_EQ(chats["chats"].size(), 1u) << chats;
  EXPECT_EQ(chats["chats"][0]["host"], "people/ben");
  EXPECT_EQ(chats["chats"][0]["match"], first["name"]);
  const json second = Json({"match", "accept", Ask("cleo"), "--at", at, "--as", "ben"});
  EXPECT_EQ(second["chat"], "");
  EXPECT_EQ(second["state"], "STATE_ACTIVE");
  EXPECT_EQ(second["note"]["code"], "match.time_taken");
  EXPECT_EQ(second["freeTimes"].size(), 3u) << second;
}

TEST_F(CtlMatchTest, EveryOtherAnswerIsSaidAndShown) {
  const std::string request = Ask("ada", {"--next", "eva", "--time", SomeTuesday()});
  EXPECT_THAT(Ctl({"match", "question", request, "What have you tried?", "--as", "ben"}).out, HasSubstr("tell more"));
  EXPECT_THAT(Ctl({"match", "question", request, "And?", "--as", "ben"}).err, HasSubstr("QUESTION_PENDING"));
  EXPECT_THAT(Ctl({"match", "reply", request, "A course.", "--as", "ada"}).out, HasSubstr("three working days"));
  const std::string shown = Ctl({"match", "show", request, "--as", "ada"}).out;
  EXPECT_THAT(shown, HasSubstr("What have you tried?"));
  EXPECT_THAT(shown, HasSubstr("people/eva"));
  EXPECT_THAT(Ctl({"match", "postpone", request, "--until", SomeTuesday().substr(0, 10), "--as", "ben"}).out,
              HasSubstr("wait until Tue"));
  EXPECT_EQ(Ctl({"match", "decline", request, "--as", "ben"}).code, 0);
  const std::string next = Json({"match", "show", request, "--as", "ada"})["nextRequest"];
  EXPECT_EQ(Json({"match", "show", next, "--as", "eva"})["nextChoices"].size(), 0u);
  EXPECT_EQ(Ctl({"match", "withdraw", next, "--as", "ada"}).code, 0);
  EXPECT_THAT(Ctl({"match", "accept", next, "--as", "eva"}).err, HasSubstr("REQUEST_ANSWERED"));
}

TEST_F(CtlMatchTest, AMatchIsRatedAndEnded) {
  const std::string match = Json({"match", "accept", Ask("ada"), "--as", "ben"})["name"];
  EXPECT_THAT(Ctl({"match", "rate", match, "good", "--as", "ada"}).out, HasSubstr("for you alone"));
  EXPECT_EQ(Json({"match", "rate", match, "not", "--end", "--as", "ada"})["state"], "STATE_ENDED");
  EXPECT_THAT(Ctl({"match", "end", match, "--as", "ben"}).err, HasSubstr("MATCH_ENDED"));
}

TEST_F(CtlMatchTest, TheNextTimesOfAnOpenDoorComeWithTheReason) {
  ASSERT_EQ(Ctl({"offer", "set", "--booking", "open_door", "--as", "ben"}).code, 0);
  const json found = Json({"match", "suggest", "--times", "--as", "ada"});
  std::map<std::string, size_t> times;
  for (const json& one : found["suggestions"]) times[one["person"]["displayName"]] = one["times"].size();
  EXPECT_EQ(times, (std::map<std::string, size_t>{{"Ben Ota", 3}, {"Eva Lind", 0}})) << found;
  EXPECT_FALSE(found["timesUnavailable"]);
  const json best =
      found["suggestions"][0]["person"]["displayName"] == "Ben Ota" ? found["suggestions"][0] : found["suggestions"][1];
  const std::string first = best["times"][0]["localStart"]["text"];
  EXPECT_THAT(Ctl({"match", "suggest", "--times", "--as", "ada"}).out, HasSubstr(first));
  EXPECT_EQ(Json({"match", "suggest", "--as", "ada"})["suggestions"][0]["times"].size(), 0u);
}

TEST_F(CtlMatchTest, WhatPartsWeighIsChangedAndPutBack) {
  EXPECT_THAT(Ctl({"org", "weights", "show"}).out, HasSubstr("gap"));
  EXPECT_EQ(Json({"org", "weights", "set", "--gap", "7", "--interests", "0"})["gapCoverage"], 7);
  const json after = Json({"org", "weights", "show"});
  EXPECT_EQ(after["gapCoverage"], 7);
  EXPECT_EQ(after["interests"], 0);
  EXPECT_EQ(after["journey"], 25);
  EXPECT_THAT(Ctl({"org", "weights", "set", "--gap", "-1"}).err, HasSubstr("--gap"));
  EXPECT_THAT(Ctl({"org", "weights", "set", "--gap", "0", "--journey", "0", "--motives", "0", "--deepening", "0"}).err,
              HasSubstr("organization.match_weights"));
  EXPECT_EQ(Json({"org", "weights", "reset"})["gapCoverage"], 40);
}

TEST_F(CtlMatchTest, TheReportSaysHowGoodTheSuggestionsAre) {
  const Said said = Ctl({"match", "report"});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("Asked for 4 of 4 people"));
  EXPECT_EQ(Json({"match", "report"})["askerCount"], "4");
}

}  // namespace
}  // namespace cortado::testing
