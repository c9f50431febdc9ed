// The import's plan: what a dry run says, and that the run writes exactly that.
#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/profile/testing/profile_wire.h"
#include "services/profile/testing/survey.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::Ask;
using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Rows = std::vector<v1::ImportRow>;

// "title: Engineer -> Captain"; a field that is kept with "(kept)" behind it.
std::vector<std::string> FieldsIn(const v1::PersonChange& change) {
  std::vector<std::string> fields;
  for (const v1::FieldChange& field : change.fields()) {
    fields.push_back(
        absl::StrCat(field.field(), ": ", field.before(), " -> ", field.after(), field.kept() ? " (kept)" : ""));
  }
  return fields;
}

class ImportPlanTest : public WireFixture {
 protected:
  static v1::ImportPeopleRequest DryRun() {
    v1::ImportPeopleRequest how;
    how.set_validate_only(true);
    return how;
  }
  absl::StatusOr<v1::Person> Update(const cortado::testing::Caller& caller, const std::string& id,
                                    const std::function<void(v1::Person&)>& change, const std::string& path) {
    v1::UpdatePersonRequest request;
    *request.mutable_person() = *Get(caller, id);
    change(*request.mutable_person());
    request.mutable_update_mask()->add_paths(path);
    request.set_request_id(absl::StrCat("change-", id, "-", path, "-", ++changes_));
    return Ask(*stub_, &Stub::UpdatePerson, caller, request);
  }
  // All that a write would have changed.
  std::string State() {
    return redis_.Ask({"GET", "cortado:{acme}:profile:rev"}) + "/" +
           redis_.Ask({"XLEN", "cortado:{acme}:profile:feed"});
  }
  int FeedLength() { return std::stoi(redis_.Ask({"XLEN", "cortado:{acme}:profile:feed"})); }

 private:
  int changes_ = 1000;
};

TEST_F(ImportPlanTest, ADryRunWritesNothingAndCountsWhatTheRunDoes) {
  ASSERT_THAT(Import({Row("a"), Row("b", "a")}), IsOk());
  v1::ImportRow changed = Row("a");
  changed.mutable_person()->set_title("Captain");
  changed.mutable_person()->add_skills_held()->set_skill("Sailing");
  v1::ImportRow fresh = Row("c", "a");
  fresh.mutable_person()->add_skills_wanted()->set_skill("sailing");
  fresh.mutable_person()->add_skills_wanted()->set_skill("Knots");
  const Rows rows = {changed, Row("b", "a"), fresh};
  const std::string before = State();
  const auto dry = Import(rows, DryRun());
  ASSERT_THAT(dry, IsOk());
  EXPECT_EQ(State(), before);
  EXPECT_FALSE(Get(Hr(), "c").ok());
  const auto run = Import(rows);
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(dry->added_count(), 1);
  EXPECT_EQ(dry->changed_count(), 1);
  EXPECT_EQ(dry->unchanged_count(), 1);
  EXPECT_EQ(dry->skill_count(), 2);
  EXPECT_EQ(run->added_count(), dry->added_count());
  EXPECT_EQ(run->changed_count(), dry->changed_count());
  EXPECT_EQ(run->unchanged_count(), dry->unchanged_count());
  EXPECT_EQ(run->skill_count(), dry->skill_count());
}

TEST_F(ImportPlanTest, EveryFieldThatChangesIsNamedInWords) {
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_title("Engineer");
  row.mutable_person()->add_skills_held()->set_skill("Python");
  row.mutable_person()->mutable_skills_held(0)->set_level(3);
  ASSERT_THAT(Import({row, Row("boss"), Row("chief")}), IsOk());
  row.mutable_person()->set_title("Senior engineer");
  row.mutable_person()->set_people_manager(true);
  row.mutable_person()->add_languages("de");
  row.mutable_person()->add_languages("en");
  row.mutable_person()->add_skills_held()->set_skill("Go");
  row.mutable_offer()->set_mentor(true);
  row.mutable_offer()->set_places(2);
  row.set_manager_external_id("boss");
  row.set_line(2);
  const auto dry = Import({row, Row("boss"), Row("chief")}, DryRun());
  ASSERT_THAT(dry, IsOk());
  ASSERT_EQ(dry->changes_size(), 1);
  EXPECT_EQ(dry->changes(0).kind(), v1::PersonChange::KIND_CHANGED);
  EXPECT_EQ(dry->changes(0).line(), 2);
  EXPECT_THAT(
      FieldsIn(dry->changes(0)),
      ElementsAre("title: Engineer -> Senior engineer", "languages:  -> de, en", "manager:  -> The boss",
                  "people_manager:  -> yes", "skills_held: Python 3 -> Python 3, Go", "offer:  -> mentor, 2 places"));
}

TEST_F(ImportPlanTest, WhatADryRunShowsOfPeopleIsRecorded) {
  ASSERT_THAT(Import({Row("a"), Row("b")}), IsOk());
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_title("Engineer");
  const int entries = std::stoi(redis_.Ask({"XLEN", "cortado:{acme}:profile:audit"}));
  ASSERT_THAT(Import({Row("b")}, DryRun()), IsOk());
  EXPECT_EQ(redis_.Ask({"XLEN", "cortado:{acme}:profile:audit"}), absl::StrCat(entries));
  ASSERT_THAT(Import({row}, DryRun()), IsOk());
  EXPECT_EQ(redis_.Ask({"XLEN", "cortado:{acme}:profile:audit"}), absl::StrCat(entries + 1));
}

TEST_F(ImportPlanTest, AManagerAloneIsAChangeToo) {
  ASSERT_THAT(Import({Row("a", "boss"), Row("boss"), Row("chief")}), IsOk());
  const Rows rows = {Row("a", "chief"), Row("boss"), Row("chief")};
  const auto dry = Import(rows, DryRun());
  ASSERT_EQ(dry->changes_size(), 1);
  EXPECT_EQ(dry->changes(0).external_id(), "a");
  EXPECT_THAT(FieldsIn(dry->changes(0)), ElementsAre("manager: The boss -> The chief"));
  EXPECT_EQ(Import(rows)->changed_count(), 1);
  EXPECT_EQ(Get(Hr(), "a")->manager(), "people/chief");
  const std::string before = State();
  EXPECT_EQ(Import(rows)->unchanged_count(), 3);
  EXPECT_EQ(State(), before);
}

TEST_F(ImportPlanTest, ARowThatSaysWhatIsStoredWritesNothingEvenTheFirstTime) {
  v1::CreatePersonRequest create;
  create.set_person_id("ada");
  create.mutable_person()->set_external_id("E1");
  create.mutable_person()->set_display_name("The E1");
  create.set_request_id("create-ada");
  ASSERT_THAT(Ask(*stub_, &Stub::CreatePerson, Hr(), create), IsOk());
  const std::string before = State();
  EXPECT_EQ(Import({Row("E1")})->unchanged_count(), 1);
  EXPECT_EQ(State(), before);
}

TEST_F(ImportPlanTest, WhatAPersonWroteIsKeptAndNotShownToHr) {
  v1::ImportRow row = Row("a");
  row.mutable_person()->add_interests()->set_topic("chess");
  ASSERT_THAT(Import({row}), IsOk());
  const auto sail = [](v1::Person& person) { person.mutable_interests(0)->set_topic("my secret boat"); };
  ASSERT_THAT(Update(As("a"), "a", sail, "interests"), IsOk());
  row.mutable_person()->mutable_interests(0)->set_topic("go");
  const auto dry = Import({row}, DryRun());
  ASSERT_EQ(dry->changes_size(), 1);
  EXPECT_EQ(dry->changes(0).kind(), v1::PersonChange::KIND_KEPT);
  EXPECT_THAT(FieldsIn(dry->changes(0)), ElementsAre("interests:  -> go (kept)"));
  EXPECT_EQ(dry->kept_count(), 1);
  const std::string before = State();
  EXPECT_EQ(Import({row})->kept_count(), 1);
  EXPECT_EQ(State(), before);
}

TEST_F(ImportPlanTest, AFieldTheFileSaysNothingOfIsNotKeptButTheirs) {
  ASSERT_THAT(Import({Row("a")}), IsOk());
  const auto sail = [](v1::Person& person) { person.add_interests()->set_topic("sailing"); };
  ASSERT_THAT(Update(As("a"), "a", sail, "interests"), IsOk());
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_title("Engineer");
  const auto dry = Import({row}, DryRun());
  EXPECT_EQ(dry->kept_count(), 0);
  EXPECT_THAT(FieldsIn(dry->changes(0)), ElementsAre("title:  -> Engineer"));
}

TEST_F(ImportPlanTest, ADryRunNamesEveryWrongRow) {
  v1::ImportRow owner = Row("owner");
  owner.mutable_person()->set_email("ada@example.org");
  ASSERT_THAT(Import({owner}), IsOk());
  Rows rows = {owner,        Row("zone"),  Row(""),        Row("twice"), Row("twice"),
               Row("taken"), Row("skill"), Row("address"), Row("good")};
  for (size_t i = 0; i < rows.size(); ++i) rows[i].set_line(static_cast<int64_t>(i) + 2);
  rows[1].mutable_person()->set_time_zone("Mars/Base");
  rows[5].mutable_person()->set_email("ADA@example.org");
  rows[6].mutable_person()->add_skills_held()->set_skill("skills/of-nobody");
  rows[7].mutable_person()->set_email("no address");
  const auto dry = Import(rows, DryRun());
  ASSERT_THAT(dry, IsOk());
  std::set<std::string> errors;
  for (const v1::RowError& error : dry->errors()) errors.insert(absl::StrCat(error.line(), " ", error.field()));
  EXPECT_THAT(errors, ElementsAre("3 person.time_zone", "4 person.external_id", "6 person.external_id",
                                  "7 person.email", "8 person.skills_held[0].skill", "9 person.email"));
  EXPECT_EQ(dry->error_count(), 6);
  EXPECT_EQ(dry->added_count(), 2);
  EXPECT_EQ(dry->unchanged_count(), 1);
}

TEST_F(ImportPlanTest, ADryRunKnowsWhichAddressesBecomeFree) {
  v1::ImportRow a = Row("a"), b = Row("b"), c = Row("c");
  a.mutable_person()->set_email("one@example.org");
  ASSERT_THAT(Import({a, b}), IsOk());
  a.mutable_person()->set_email("two@example.org");
  b.mutable_person()->set_email("one@example.org");
  c.mutable_person()->set_email("two@example.org");
  const auto dry = Import({a, b, c}, DryRun(), /*portion=*/1);
  ASSERT_EQ(dry->error_count(), 1);
  EXPECT_EQ(dry->errors(0).field(), "person.email");
  EXPECT_EQ(dry->changed_count(), 2);
}

TEST_F(ImportPlanTest, ATitleLeftBehindIsADraftThatOnlyItsPersonSees) {
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_title("Engineer");
  row.mutable_person()->set_department("Tools");
  row.mutable_person()->set_start_date("2019-03-01");
  ASSERT_THAT(Import({row, Row("b")}), IsOk());
  row.mutable_person()->set_title("Engineering manager");
  const auto run = Import({row, Row("b")});
  EXPECT_EQ(run->changed_count(), 1);
  const v1::Person own = *Get(As("a"), "a");
  ASSERT_EQ(own.journey_size(), 1);
  EXPECT_EQ(own.journey(0).role(), "Engineer");
  EXPECT_EQ(own.journey(0).department(), "Tools");
  EXPECT_EQ(own.journey(0).from_year(), 2019);
  EXPECT_GT(own.journey(0).to_year(), 2019);
  EXPECT_EQ(own.journey(0).move(), v1::MOVE_KIND_START);
  EXPECT_FALSE(own.journey(0).confirmed());
  EXPECT_THAT(Get(As("b"), "a")->journey(), IsEmpty());
  EXPECT_THAT(Get(Hr(), "a")->journey(), IsEmpty());
  // The next move, and nothing of the first is lost or said to HR.
  row.mutable_person()->set_title("Engineer");
  v1::ImportPeopleRequest show;
  show.set_show_changes(true);
  EXPECT_THAT(FieldsIn(Import({row, Row("b")}, show)->changes(0)),
              ElementsAre("title: Engineering manager -> Engineer"));
  const v1::Person later = *Get(As("a"), "a");
  ASSERT_EQ(later.journey_size(), 2);
  EXPECT_EQ(later.journey(1).role(), "Engineering manager");
  EXPECT_EQ(later.journey(1).move(), v1::MOVE_KIND_UP);
}

TEST_F(ImportPlanTest, ADraftIsNoEditSoTheStepsOfHrStillFollowTheFile) {
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_title("Engineer");
  row.mutable_person()->add_journey()->set_role("Tester");
  ASSERT_THAT(Import({row}), IsOk());
  row.mutable_person()->set_title("Architect");
  ASSERT_THAT(Import({row}), IsOk());
  row.mutable_person()->mutable_journey(0)->set_role("Senior tester");
  EXPECT_EQ(Import({row})->changed_count(), 1);
  const v1::Person own = *Get(As("a"), "a");
  ASSERT_EQ(own.journey_size(), 2);
  EXPECT_EQ(own.journey(0).role(), "Senior tester");
  EXPECT_EQ(own.journey(0).move(), v1::MOVE_KIND_START);
  EXPECT_EQ(own.journey(1).role(), "Engineer");
}

TEST_F(ImportPlanTest, HrChangingATitleByHandLeavesADraftToo) {
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_title("Engineer");
  ASSERT_THAT(Import({row}), IsOk());
  ASSERT_THAT(Update(
                  Hr(), "a", [](v1::Person& person) { person.set_title("Director"); }, "title"),
              IsOk());
  EXPECT_EQ(Get(As("a"), "a")->journey(0).role(), "Engineer");
}

// The real organisation, or one like it where it is not present.
Rows Organization() {
  if (HasSurvey()) return ReadSurvey();
  Rows rows;
  for (int i = 0; i < 700; ++i) {
    v1::ImportRow& row = rows.emplace_back(Row(absl::StrCat("p", i), i == 0 ? "" : absl::StrCat("p", i / 9)));
    row.mutable_person()->set_title("Developer");
    row.mutable_person()->add_skills_held()->set_skill(i % 2 == 0 ? "Go" : "Java");
    row.set_line(i + 2);
  }
  return rows;
}

// 100 rows changed, 50 new, 30 gone, and 20 whose people edited what the file changes.
TEST_F(ImportPlanTest, AModifiedCopyIsNamedExactlyAppliedExactlyAndThenWritesNothing) {
  const Rows original = Organization();
  ASSERT_THAT(Import(original), IsOk());
  Rows rows(original.begin(), original.end() - 30);
  std::set<std::string> changed, kept, added, gone;
  for (size_t i = 0; i < 100; ++i) {
    rows[i].mutable_person()->set_title("Head of something new");
    changed.insert(rows[i].person().external_id());
  }
  for (size_t i = 100; i < 120; ++i) {
    const std::string id = rows[i].person().external_id();
    const auto edit = [](v1::Person& person) { person.mutable_skills_held()->Clear(); };
    ASSERT_THAT(Update(As(id), id, edit, "skills_held"), IsOk());
    // A skill that is known, at a level nobody gave: the catalogue stays as it is.
    rows[i].mutable_person()->clear_skills_held();
    rows[i].mutable_person()->add_skills_held()->set_skill("Go");
    rows[i].mutable_person()->mutable_skills_held(0)->set_level(3);
    kept.insert(id);
  }
  for (size_t i = original.size() - 30; i < original.size(); ++i) gone.insert(original[i].person().external_id());
  for (int i = 0; i < 50; ++i) {
    rows.push_back(Row(absl::StrCat("new", i), rows[200].person().external_id()));
    added.insert(rows.back().person().external_id());
  }
  v1::ImportPeopleRequest how = DryRun();
  how.set_deactivate_absent(true);
  const std::string before = State();
  const auto dry = Import(rows, how);
  ASSERT_THAT(dry, IsOk());
  EXPECT_EQ(State(), before);
  std::map<v1::PersonChange::Kind, std::set<std::string>> named;
  for (const v1::PersonChange& change : dry->changes()) named[change.kind()].insert(change.external_id());
  EXPECT_EQ(named[v1::PersonChange::KIND_CHANGED], changed);
  EXPECT_EQ(named[v1::PersonChange::KIND_KEPT], kept);
  EXPECT_EQ(named[v1::PersonChange::KIND_ADDED], added);
  EXPECT_EQ(named[v1::PersonChange::KIND_LEAVING], gone);
  EXPECT_EQ(dry->changes_size(), 200);

  how.set_validate_only(false);
  how.set_show_changes(true);
  const int entries = FeedLength();
  const auto run = Import(rows, how);
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(FeedLength() - entries, 180);
  ASSERT_EQ(run->changes_size(), dry->changes_size());
  for (int i = 0; i < run->changes_size(); ++i) {
    EXPECT_EQ(run->changes(i).ShortDebugString(), dry->changes(i).ShortDebugString());
  }
  for (const std::string& id : gone) EXPECT_FALSE(Get(Hr(), id)->active());
  for (const std::string& id : changed) EXPECT_EQ(Get(Hr(), id)->title(), "Head of something new");
  for (const std::string& id : kept) EXPECT_THAT(Get(Hr(), id)->skills_held(), IsEmpty());

  const std::string after = State();
  const auto again = Import(rows, how);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->added_count() + again->changed_count() + again->leaving_count(), 0);
  EXPECT_EQ(State(), after);
}

}  // namespace
}  // namespace cortado::profile
