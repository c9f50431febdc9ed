#include "clients/ctl/demo/cast.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ImportRow Person(const std::string& id, std::vector<std::string> held, std::vector<std::string> wanted) {
  ImportRow row;
  auto& person = *row.mutable_person();
  person.set_external_id(id);
  person.set_title("Engineer");
  person.set_department("Platform");
  person.set_time_zone("Europe/Berlin");
  for (const std::string& skill : held) person.add_skills_held()->set_skill(skill);
  for (const std::string& skill : wanted) person.add_skills_wanted()->set_skill(skill);
  row.mutable_offer()->set_mentor(true);
  return row;
}

TEST(CastTest, WhatIsHeldIsNotMissingWhateverItsCase) {
  EXPECT_THAT(MissingSkills(Person("a", {"MATLAB", "Go"}, {"Matlab", "Rust"})), ElementsAre("Rust"));
}

TEST(CastTest, TellsOfPeopleWithMoreToTellFirst) {
  std::vector<ImportRow> rows = {Person("a", {"x", "y", "z"}, {"p", "q"}), Person("b", {"x", "y", "z"}, {"p", "q"}),
                                 Person("c", {"x"}, {"p", "q"})};
  rows[1].mutable_destination()->set_text("Staff engineer");
  EXPECT_THAT(StoryCandidates(rows, false, 5), ElementsAre(1, 0));
  EXPECT_THAT(StoryCandidates(rows, false, 1), ElementsAre(1));
}

TEST(CastTest, WhoHasNotJoinedIsNotToldOfUnlessEverybodyCountsAsJoined) {
  std::vector<ImportRow> rows = {Person("a", {"x", "y", "z"}, {"p", "q"})};
  rows[0].clear_offer();
  EXPECT_THAT(StoryCandidates(rows, false, 5), IsEmpty());
  EXPECT_THAT(StoryCandidates(rows, true, 5), ElementsAre(0));
}

TEST(CastTest, ADestinationIsWhereTheMissingSkillsAreMostCommon) {
  std::vector<ImportRow> rows = {Person("a", {"x"}, {"Rust"})};
  for (int i = 0; i < kFewestHolders; ++i) {
    rows.push_back(Person(absl::StrCat("s", i), {"rust"}, {}));
    rows.back().mutable_person()->set_title("Systems programmer");
    rows.push_back(Person(absl::StrCat("d", i), {i == 0 ? "Rust" : "SQL"}, {}));
    rows.back().mutable_person()->set_title("Analyst");
  }
  EXPECT_EQ(TitleWhereSkillsAre(rows, rows[0]), "Systems programmer");
  EXPECT_EQ(TitleWhereSkillsAre(rows, Person("b", {}, {"Cobol"})), "");
}

TEST(CastTest, RivalsWorkAtThatTimeAndWantTheSame) {
  std::vector<ImportRow> rows = {Person("a", {}, {"Rust", "Go"}), Person("b", {}, {"Go"}),
                                 Person("c", {}, {"Rust", "Go"}), Person("d", {}, {"Rust", "Go"})};
  rows[3].mutable_person()->set_time_zone("Asia/Tokyo");
  const absl::Time tuesday = absl::FromCivil(absl::CivilHour(2026, 11, 24, 14), absl::UTCTimeZone());
  EXPECT_THAT(Rivals(rows, rows[0], tuesday, false, 9), ElementsAre(2, 1));
  EXPECT_THAT(Rivals(rows, rows[0], tuesday - absl::Hours(48), false, 9), IsEmpty());  // A Sunday.
}

}  // namespace
}  // namespace cortado::ctl
