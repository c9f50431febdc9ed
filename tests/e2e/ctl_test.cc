// cortadoctl against a real server: every noun, its refusals, and what programs read.
#include <sys/stat.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kPeople[] =
    "id,display_name,email,title,department,location,time_zone,languages,skills_held,skills_wanted,offer,offer_places\n"
    "ada,Ada Okafor,ada@example.org,Back-end engineer,Platform,Lisbon,Europe/Lisbon,en,Go:2;SQL:3,Kubernetes:4;Rust:3,"
    "mentee,\n"
    "ben,Ben Ōta,ben@example.org,Site reliability engineer,Operations,Berlin,Europe/Berlin,en,Kubernetes:5;Rust:4,,"
    "mentor,2\n"
    "cleo,Cleo Dias,cleo@example.org,Back-end engineer,Payments,Lisbon,Europe/Lisbon,en,Go:3,Kubernetes:3,mentee,\n"
    "dan,Dan Fox,dan@example.org,Analyst,Finance,Lisbon,Europe/Lisbon,en,Excel:4,,,\n";

// One server and four people for all tests of the file, each of which brings further people of its own if it changes
// what others look at.
class CtlTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    installation = new CtlInstallation;
    const Said said = installation->Ctl({"people", "import", installation->File("people.csv", kPeople)});
    ASSERT_EQ(said.code, 0) << said.err;
  }
  static void TearDownTestSuite() {
    delete installation;
    installation = nullptr;
  }

  static Said Ctl(const std::vector<std::string>& arguments) { return installation->Ctl(arguments); }
  static json Json(const std::vector<std::string>& arguments) { return installation->Json(arguments); }

  static CtlInstallation* installation;
};

CtlInstallation* CtlTest::installation = nullptr;

TEST_F(CtlTest, DoctorPassesOnARunningServer) {
  const json report = Json({"doctor"});
  EXPECT_TRUE(report["passed"]) << report;
  std::set<std::string> names;
  for (const json& check : report["checks"]) names.insert(check["name"]);
  for (const char* condition :
       {"data", "listening", "grpc version", "secrets", "redis network", "redis users", "redis writes", "redis runs",
        "redis clock", "redis version", "redis login", "zone data"}) {
    EXPECT_EQ(names.count(condition), 1u) << condition;
  }
}

TEST_F(CtlTest, DoctorFailsOnASecretOthersMayRead) {
  const std::string secret = installation->data() + "/keys/redis-profile.secret";
  chmod(secret.c_str(), 0644);
  const Said said = Ctl({"doctor"});
  chmod(secret.c_str(), 0600);
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.out, HasSubstr(secret + " may be read by others"));
  EXPECT_EQ(Ctl({"doctor"}).code, 0);
}

// Case 17 of the edge cases of scheduling.
TEST_F(CtlTest, DoctorWarnsOfAServerWithOtherZoneData) {
  EXPECT_THAT(Ctl({"doctor"}).out, HasSubstr(", here and on every server"));
  installation->File("tzdata.zi", "# version 1999z\n");
  const Said said = installation->Ctl({"doctor"}, {{"TZDIR", installation->root()}});
  EXPECT_EQ(said.code, 0);
  EXPECT_THAT(said.out, HasSubstr("warn  zone data"));
  EXPECT_THAT(said.out, HasSubstr("1999z here, another version on the server at "));
  EXPECT_THAT(said.out, HasSubstr("-> install the same tzdata"));
}

TEST_F(CtlTest, DoctorFailsAndSaysHowToMendItWithoutAServer) {
  const Said said = Ctl({"doctor", "--data", installation->root() + "/nowhere"});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.out, HasSubstr("start one with `cortado`"));
}

TEST_F(CtlTest, UsageIsExplainedWithCodeTwo) {
  EXPECT_EQ(Ctl({}).code, 2);
  EXPECT_EQ(Ctl({"people"}).code, 2);
  EXPECT_EQ(Ctl({"people", "fly"}).code, 2);
  EXPECT_EQ(Ctl({"people", "--help"}).code, 0);
  EXPECT_THAT(Ctl({"--version"}).out, HasSubstr("cortadoctl "));
}

TEST_F(CtlTest, APersonIsFoundByIdByTheHrSystemsIdAndByEmail) {
  EXPECT_EQ(Json({"people", "get", "ada"})["displayName"], "Ada Okafor");
  EXPECT_EQ(Json({"people", "get", "people/ada"})["displayName"], "Ada Okafor");
  EXPECT_EQ(Json({"people", "get", "ADA@example.org"})["displayName"], "Ada Okafor");
  EXPECT_THAT(Ctl({"people", "get", "ben"}).out, HasSubstr("Kubernetes (level 5)"));
}

TEST_F(CtlTest, AnUnknownPersonIsNotFoundAndSaidWhatToDo) {
  const Said said = Ctl({"people", "get", "nobody"});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, HasSubstr("RESOURCE_NOT_FOUND (NOT_FOUND)"));
  EXPECT_THAT(said.err, HasSubstr("next"));
  const Said with_json = Ctl({"people", "get", "nobody", "--json"});
  EXPECT_THAT(with_json.out, IsEmpty());
  EXPECT_EQ(json::parse(with_json.err)["error"]["reason"], "RESOURCE_NOT_FOUND");
}

TEST_F(CtlTest, TheListLinesUpAndIsPaged) {
  const Said said = Ctl({"people", "list", "--limit", "2"});
  EXPECT_THAT(said.out, HasSubstr("PERSON  NAME"));
  EXPECT_THAT(said.out, HasSubstr("2 shown of "));
  EXPECT_GE(Json({"people", "list", "--limit", "0"})["people"].size(), 4u);
}

TEST_F(CtlTest, AnImportOfTheSameFileChangesNothing) {
  const json outcome = Json({"people", "import", installation->File("again.csv", kPeople)});
  EXPECT_EQ(outcome["unchanged"], 4);
  EXPECT_EQ(outcome["added"], 0);
}

TEST_F(CtlTest, ABadFileIsSaidAllThatIsWrongAndNothingOfItIsImported) {
  const std::string path = installation->File("bad.csv",
                                              "id,display_name,time_zone,manager_id\n"
                                              "good1,Good One,Europe/Berlin,\n"
                                              "bad1,Bad One,Mars,\n"
                                              "bad2,Bad Two,Europe/Berlin,nobody\n");
  const Said said = Ctl({"people", "import", path});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, HasSubstr("line 3, column time_zone"));
  EXPECT_THAT(said.err, HasSubstr("line 4, column manager_id"));
  EXPECT_THAT(said.err, HasSubstr("--skip-bad-rows"));
  EXPECT_EQ(Ctl({"people", "get", "good1"}).code, 1);
}

TEST_F(CtlTest, SkippingBadRowsImportsTheOthers) {
  const std::string path = installation->File("partly.csv",
                                              "id,display_name,time_zone\n"
                                              "good2,Good Two,Europe/Berlin\n"
                                              "bad3,Bad Three,Mars\n");
  const json outcome = Json({"people", "import", path, "--skip-bad-rows"});
  EXPECT_EQ(outcome["added"], 1);
  EXPECT_EQ(outcome["skipped"], 1);
  EXPECT_EQ(outcome["problems"][0]["line"], 3);
  EXPECT_EQ(Ctl({"people", "get", "bad3"}).code, 1);
}

TEST_F(CtlTest, PeopleChangeWhatIsTheirsAndHrWhatIsHrs) {
  EXPECT_EQ(Json({"people", "update", "dan", "title=Senior analyst"})["title"], "Senior analyst");
  const json dan = Json({"people", "update", "dan", "skills_wanted=SQL:3:5", "--as", "dan"});
  EXPECT_EQ(dan["skillsWanted"][0]["displayName"], "SQL");
  const Said refused = Ctl({"people", "update", "dan", "title=Chief", "--as", "dan"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("ACCESS_DENIED"));
}

TEST_F(CtlTest, TheServersRuleNamesTheField) {
  const Said said = Ctl({"offer", "set", "--places", "21", "--as", "dan"});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, HasSubstr("offer.places"));
}

TEST_F(CtlTest, ADestinationIsAddedAndListed) {
  const json added = Json(
      {"destination", "add", "--kind", "sideways", "--text", "Data engineer", "--motive", "mastery", "--as", "dan"});
  EXPECT_EQ(added["kind"], "DESTINATION_KIND_SIDEWAYS");
  EXPECT_THAT(Ctl({"destination", "list", "--as", "dan"}).out, HasSubstr("sideways: Data engineer, for mastery"));
}

TEST_F(CtlTest, AnOfferIsSetAndRead) {
  const json offer =
      Json({"offer", "set", "--coffee", "--topic", "spreadsheets", "--booking", "open_door", "--as", "dan"});
  EXPECT_EQ(offer["coffee"], true);
  EXPECT_THAT(Ctl({"offer", "get", "--as", "dan"}).out, HasSubstr("open door"));
}

// Bug: whatever was set of an offer, all that was not named with it was taken back.
TEST_F(CtlTest, SettingOneThingOfAnOfferLeavesTheOthers) {
  ASSERT_EQ(Ctl({"offer", "set", "--mentor", "--reverse", "--as", "dan"}).code, 0);
  const json places = Json({"offer", "set", "--places", "3", "--as", "dan"});
  EXPECT_EQ(places["mentor"], true);
  EXPECT_EQ(places["reverse"], true);
  const json no_more = Json({"offer", "set", "--no-mentor", "--as", "dan"});
  EXPECT_EQ(no_more["mentor"], false);
  EXPECT_EQ(no_more["reverse"], true);
  EXPECT_EQ(no_more["places"], 3);
}

TEST_F(CtlTest, TimeIsSetInTheWordsItIsShownIn) {
  const Said said = Ctl({"time", "set", "--hours", "mon-thu 08:00-16:00", "--weekly-minutes", "90", "--as", "dan"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(Ctl({"time", "get", "--as", "dan"}).out, HasSubstr("Mon-Thu 08:00-16:00"));
}

TEST_F(CtlTest, ABlockIsAddedListedAndRemoved) {
  EXPECT_EQ(Ctl({"block", "add", "ben", "--as", "dan"}).code, 0);
  EXPECT_THAT(Ctl({"block", "list", "--as", "dan"}).out, HasSubstr("ben"));
  EXPECT_EQ(Ctl({"block", "remove", "ben", "--as", "dan"}).code, 0);
  EXPECT_THAT(Ctl({"block", "list", "--as", "dan"}).out, HasSubstr("blocked nobody"));
}

TEST_F(CtlTest, WhatAPersonDoesNeedsAPerson) {
  const Said said = Ctl({"match", "suggest"});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, HasSubstr("--as PERSON"));
}

TEST_F(CtlTest, TheGapIsWhatIsWantedAndNotHeld) {
  const json gap = Json({"skill", "gap", "--as", "ada"});
  ASSERT_EQ(gap["items"].size(), 2u);
  EXPECT_THAT(Ctl({"skill", "gap", "--as", "ada"}).out, HasSubstr("Rust"));
}

// The main job, command by command: what is typed next is what was printed before.
TEST_F(CtlTest, FromSuggestionToABookingThatCannotDouble) {
  const json suggested = Json({"match", "suggest", "--as", "ada"});
  ASSERT_FALSE(suggested["suggestions"].empty()) << suggested;
  EXPECT_EQ(suggested["suggestions"][0]["person"]["person"], "people/ben");
  EXPECT_THAT(Ctl({"match", "explain", "ben", "--as", "ada"}).out, HasSubstr("gap coverage"));

  const auto match = [](const std::string& mentee) {
    const json request = Json({"match", "request", "ben", "--message", "Coffee?", "--as", mentee});
    return Json({"match", "accept", request["name"], "--as", "ben"})["name"].get<std::string>();
  };
  const std::string adas = match("ada");
  const std::string cleos = match("cleo");
  EXPECT_THAT(Ctl({"match", "list", "--as", "ada"}).out, HasSubstr("active"));

  const json times = Json({"chat", "times", "ben", "--match", adas, "--as", "ada"});
  ASSERT_EQ(times["times"].size(), 3u) << times;
  const std::string at = times["times"][0]["startTime"];
  const std::string invitation = installation->root() + "/chat.ics";
  const json chat =
      Json({"chat", "book", "ben", "--at", at, "--topic", "Kubernetes", "--invitation", invitation, "--as", "ada"});
  EXPECT_THAT(installation->Read(invitation), HasSubstr("BEGIN:VCALENDAR"));

  const Said refused = Ctl({"chat", "book", "ben", "--at", at, "--match", cleos, "--as", "cleo"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("SLOT_TAKEN (ALREADY_EXISTS)"));
  EXPECT_THAT(refused.err, HasSubstr("times"));
  EXPECT_THAT(refused.err, Not(HasSubstr("Ada")));

  EXPECT_THAT(Ctl({"chat", "list", "--as", "ben"}).out, HasSubstr("Ada Okafor"));
  const std::string other = times["times"][1]["startTime"];
  const json moved = Json({"chat", "move", chat["name"], other, "--minutes", "20", "--as", "ben"});
  EXPECT_EQ(moved["startTime"], other);
  EXPECT_EQ(moved["host"], "people/ada");
  EXPECT_EQ(Json({"chat", "move", chat["name"], at, "--as", "ada"})["sequence"], 2);
  EXPECT_EQ(Json({"chat", "cancel", chat["name"], "--as", "ben"})["state"], "STATE_CANCELLED");
  EXPECT_EQ(Ctl({"chat", "book", "ben", "--at", at, "--match", cleos, "--as", "cleo"}).code, 0);
}

TEST_F(CtlTest, ATokenAndAnAddressAreEnough) {
  const Said token = Ctl({"token", "create", "--person", "ada", "--for", "1h"});
  ASSERT_EQ(token.code, 0) << token.err;
  const std::string address = installation->Read(installation->data() + "/run/address");
  const Said gap = installation->Ctl({"skill", "gap"}, {{"CORTADO_DATA", installation->root() + "/nowhere"},
                                                        {"CORTADO_ADDRESS", address},
                                                        {"CORTADO_TOKEN", token.out.substr(0, token.out.find('\n'))}});
  EXPECT_EQ(gap.code, 0) << gap.err;
}

TEST_F(CtlTest, ATokenThatIsNoneOrAlteredIsRefusedWithWhatToDo) {
  const Said none = installation->Ctl({"people", "list"}, {{"CORTADO_TOKEN", "x.y.z"}});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("CORTADO_TOKEN: the token is refused"));
  std::string token = Ctl({"token", "create", "--person", "ada"}).out;
  token = token.substr(0, token.find('\n'));
  char& inside_signature = token[token.size() - 10];
  inside_signature = inside_signature == 'A' ? 'B' : 'A';
  const Said altered = installation->Ctl({"people", "list"}, {{"CORTADO_TOKEN", token}});
  EXPECT_EQ(altered.code, 1);
  EXPECT_THAT(altered.err, HasSubstr("TOKEN_INVALID (UNAUTHENTICATED)"));
  EXPECT_THAT(altered.err, HasSubstr("token create"));
}

TEST_F(CtlTest, ColoursAndBarsStayOutOfFiles) {
  const Said said = Ctl({"people", "list"});
  EXPECT_FALSE(absl::StrContains(said.out, "\x1b"));
  EXPECT_THAT(said.err, IsEmpty());
}

TEST_F(CtlTest, AGeneratedOrganisationIsTheSameEveryTime) {
  const Said first = Ctl({"org", "generate", "20", "--seed", "7"});
  EXPECT_EQ(first.out, Ctl({"org", "generate", "20", "--seed", "7"}).out);
  EXPECT_NE(first.out, Ctl({"org", "generate", "20", "--seed", "8"}).out);
}

TEST_F(CtlTest, PeopleSkillsAndRolesAreFoundByWhatIsTypedOfTheirNames) {
  EXPECT_EQ(Json({"people", "find", "ota", "be"})["people"][0]["person"], "people/ben");
  EXPECT_EQ(Json({"people", "find", "okafro"})["people"][0]["person"], "people/ada");
  EXPECT_EQ(Ctl({"people", "find", "engineer", "--department", "Payments", "--ids"}).out, "cleo\n");
  EXPECT_THAT(Ctl({"people", "find", "engineer"}).out, HasSubstr("Site reliability engineer"));
  EXPECT_THAT(Ctl({"people", "find", "zzz"}).out, HasSubstr("Nothing begins like \"zzz\""));
  EXPECT_EQ(Ctl({"skill", "find", "kubernets", "--ids"}).out, "kubernetes\n");
  EXPECT_TRUE(Json({"role", "find", "weaver"})["roles"].empty());
  EXPECT_EQ(Ctl({"people", "find"}).code, 2);
}

}  // namespace
}  // namespace cortado::testing
