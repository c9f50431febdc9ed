#include "clients/ctl/import_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace cortado::ctl {
namespace {

using profile::v1::ImportPeopleResponse;
using profile::v1::PersonChange;
using ::testing::HasSubstr;
using ::testing::Not;

PersonChange& Add(ImportPeopleResponse& response, PersonChange::Kind kind, const std::string& id,
                  const std::string& name) {
  PersonChange& change = *response.add_changes();
  change.set_kind(kind);
  change.set_external_id(id);
  change.set_display_name(name);
  return change;
}

void AddField(PersonChange& change, const std::string& field, const std::string& before, const std::string& after,
              bool kept = false) {
  auto& added = *change.add_fields();
  added.set_field(field);
  added.set_before(before);
  added.set_after(after);
  added.set_kept(kept);
}

std::string Plain(const ImportPeopleResponse& response, const DiffOptions& options = {},
                  const std::vector<FileProblem>& problems = {}) {
  return RenderImportDiff(response, problems, Style(false), options);
}

TEST(ImportDiffTest, ShowsEveryGroupLinedUp) {
  ImportPeopleResponse response;
  response.set_added_count(1);
  response.set_changed_count(1);
  response.set_leaving_count(1);
  response.set_unchanged_count(12'345);
  Add(response, PersonChange::KIND_ADDED, "E1", "Ada Okafor");
  PersonChange& bo = Add(response, PersonChange::KIND_CHANGED, "E1234", "Bo Kim");
  AddField(bo, "title", "Engineer", "Senior engineer");
  AddField(bo, "department", "", "Platform");
  AddField(bo, "skills_held", "Go 4, SQL", "Go", true);
  Add(response, PersonChange::KIND_LEAVING, "E9", "Cy Dole");
  EXPECT_EQ(Plain(response),
            "1 to add, 1 to change, 1 leaving, 1 with something kept, 12,345 as they are.\n"
            "\n"
            "Added (1)\n"
            "  E1  Ada Okafor\n"
            "\n"
            "Changed (1)\n"
            "  E1234  Bo Kim\n"
            "         title       Engineer -> Senior engineer\n"
            "         department  (nothing) -> Platform\n"
            "\n"
            "Kept, for they wrote it themselves (1)\n"
            "  E1234  Bo Kim\n"
            "         skills_held  stays Go 4, SQL; the file has Go\n"
            "\n"
            "Leaving (1)\n"
            "  E9  Cy Dole\n");
}

TEST(ImportDiffTest, ShowsTwentyOfAGroupUnlessAllAreAskedFor) {
  ImportPeopleResponse response;
  response.set_added_count(25);
  for (int i = 0; i < 25; ++i) Add(response, PersonChange::KIND_ADDED, absl::StrCat("id", i), "Somebody");
  EXPECT_THAT(Plain(response), HasSubstr("... and 5 more; --all shows them\n"));
  EXPECT_THAT(Plain(response), Not(HasSubstr("id20")));
  EXPECT_THAT(Plain(response, {.all = true}), HasSubstr("id24"));
  EXPECT_THAT(Plain(response, {.all = true}), Not(HasSubstr("more")));
}

TEST(ImportDiffTest, SaysHowManyMoreThereAreThanTheAnswerLists) {
  ImportPeopleResponse response;
  response.set_added_count(30'000);
  Add(response, PersonChange::KIND_ADDED, "E1", "Ada");
  EXPECT_THAT(Plain(response, {.all = true}), HasSubstr("... and 29,999 more\n"));
}

TEST(ImportDiffTest, NamesWrongRowsOfTheFileAndOfTheServer) {
  ImportPeopleResponse response;
  response.set_error_count(1);
  auto& error = *response.add_errors();
  error.set_line(7);
  error.set_field("person.email");
  error.set_problem("belongs to somebody else");
  const std::string text = Plain(response, {}, {{3, "time_zone", "\"Mars\" is not a time zone", "write an IANA name"}});
  EXPECT_THAT(text, HasSubstr("Wrong (2)\n  line 3  time_zone: \"Mars\" is not a time zone; write an IANA name\n"
                              "  line 7  person.email: belongs to somebody else\n"));
}

TEST(ImportDiffTest, HidesWhatHrMayNotSee) {
  ImportPeopleResponse response;
  AddField(Add(response, PersonChange::KIND_KEPT, "E1", "Ada"), "interests", "", "chess", true);
  EXPECT_THAT(Plain(response), HasSubstr("interests  stays as they wrote it; the file has chess\n"));
}

TEST(ImportDiffTest, ColoursWhereTheyAreWantedAlone) {
  ImportPeopleResponse response;
  response.set_added_count(1);
  Add(response, PersonChange::KIND_ADDED, "E1", "Ada");
  EXPECT_THAT(Plain(response), Not(HasSubstr("\x1b[")));
  EXPECT_THAT(RenderImportDiff(response, {}, Style(true), {}), HasSubstr("\x1b["));
}

TEST(ImportDiffTest, WhatATerminalWouldActOnIsTakenOut) {
  ImportPeopleResponse response;
  response.set_added_count(1);
  Add(response, PersonChange::KIND_ADDED, "E1", "Ada\x1b[2J");
  EXPECT_THAT(Plain(response), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace cortado::ctl
