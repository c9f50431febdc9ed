// Leaving by absence: whoever HR knew and no longer lists.
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/profile/testing/profile_wire.h"
#include "services/profile/testing/survey.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::Ask;
using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::HasSubstr;
using Code = absl::StatusCode;

class ImportLeaversTest : public WireFixture {
 protected:
  static v1::ImportPeopleRequest Leavers(int percent = 0) {
    v1::ImportPeopleRequest how;
    how.set_deactivate_absent(true);
    how.set_max_leaving_percent(percent);
    return how;
  }
  static std::vector<v1::ImportRow> People(int count) {
    std::vector<v1::ImportRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back(Row(absl::StrCat("p", i), i == 0 ? "" : "p0"));
    return rows;
  }
};

TEST_F(ImportLeaversTest, WhoeverIsMissingLeavesOnlyWhereThatIsAskedFor) {
  ASSERT_THAT(Import(People(40)), IsOk());
  ASSERT_THAT(Import(People(39)), IsOk());
  EXPECT_TRUE(Get(Hr(), "p39")->active());
  const auto run = Import(People(39), Leavers());
  ASSERT_THAT(run, IsOk());
  EXPECT_EQ(run->leaving_count(), 1);
  EXPECT_FALSE(Get(Hr(), "p39")->active());
  EXPECT_EQ(Import(People(39), Leavers())->leaving_count(), 0);
}

TEST_F(ImportLeaversTest, LeavingByAbsenceDoesWhatLeavingByHandDoes) {
  ASSERT_THAT(Import(People(40)), IsOk());
  redis_.Ask({"HSET", "cortado:{acme}:profile:person:p39", "slack", "T1/U1 x"});
  ASSERT_THAT(Import(People(39), Leavers()), IsOk());
  EXPECT_EQ(redis_.Ask({"HMGET", "cortado:{acme}:profile:person:p39", "inactive", "leaves"}), "1\n1");
  EXPECT_EQ(redis_.Ask({"HEXISTS", "cortado:{acme}:profile:person:p39", "slack"}), "0");
  EXPECT_EQ(Get(Hr(), "p39")->manager(), "people/p0");
}

TEST_F(ImportLeaversTest, PeopleWhomHrNeverKnewStay) {
  v1::CreatePersonRequest create;
  create.set_person_id("guest");
  create.mutable_person()->set_display_name("Guest");
  create.set_request_id("create-guest");
  ASSERT_THAT(Ask(*stub_, &Stub::CreatePerson, Hr(), create), IsOk());
  ASSERT_THAT(Import(People(40)), IsOk());
  EXPECT_EQ(Import(People(40), Leavers())->leaving_count(), 0);
  EXPECT_TRUE(Get(Hr(), "guest")->active());
}

TEST_F(ImportLeaversTest, TooManyAreRefusedWithBothNumbersAndNobodyLeaves) {
  ASSERT_THAT(Import(People(40)), IsOk());
  const auto refused = Import(People(37), Leavers());
  EXPECT_THAT(refused, FailsWith(Code::kFailedPrecondition, "TOO_MANY_LEAVING"));
  EXPECT_EQ(MetadataOf(refused.status(), "leaving"), "3");
  EXPECT_EQ(MetadataOf(refused.status(), "active"), "40");
  EXPECT_TRUE(Get(Hr(), "p39")->active());
  EXPECT_EQ(Import(People(37), Leavers(8))->leaving_count(), 3);
}

TEST_F(ImportLeaversTest, TheShareIsOfThoseWhoWereThereBefore) {
  ASSERT_THAT(Import(People(40)), IsOk());
  std::vector<v1::ImportRow> rows = People(100);
  rows.erase(rows.begin() + 30, rows.begin() + 34);
  EXPECT_THAT(Import(rows, Leavers()), FailsWith(Code::kFailedPrecondition, "TOO_MANY_LEAVING"));
}

TEST_F(ImportLeaversTest, ADryRunTellsWhoWouldLeaveAndThatTheyAreTooMany) {
  ASSERT_THAT(Import(People(40)), IsOk());
  v1::ImportPeopleRequest how = Leavers();
  how.set_validate_only(true);
  const auto dry = Import(People(37), how);
  ASSERT_THAT(dry, IsOk());
  EXPECT_EQ(dry->leaving_count(), 3);
  EXPECT_EQ(dry->changes(0).kind(), v1::PersonChange::KIND_LEAVING);
  EXPECT_EQ(dry->changes(0).display_name(), "The p37");
  ASSERT_EQ(dry->errors_size(), 1);
  EXPECT_THAT(dry->errors(0).problem(), HasSubstr("3 of 40"));
  EXPECT_TRUE(Get(Hr(), "p39")->active());
}

TEST_F(ImportLeaversTest, SomebodyWhoseRowComesBackIsActiveAgain) {
  ASSERT_THAT(Import(People(40)), IsOk());
  ASSERT_THAT(Import(People(39), Leavers()), IsOk());
  v1::ImportPeopleRequest how;
  how.set_show_changes(true);
  const auto back = Import(People(40), how);
  ASSERT_EQ(back->changes_size(), 1);
  EXPECT_EQ(back->changes(0).fields(0).field(), "active");
  EXPECT_TRUE(Get(Hr(), "p39")->active());
}

TEST_F(ImportLeaversTest, AnEmptyFileMakesNobodyLeave) {
  ASSERT_THAT(Import(People(3)), IsOk());
  EXPECT_EQ(Import({}, Leavers(100))->leaving_count(), 0);
}

TEST_F(ImportLeaversTest, ThoseWithAWrongRowHaveNotLeft) {
  ASSERT_THAT(Import(People(40)), IsOk());
  std::vector<v1::ImportRow> rows = People(40);
  rows[39].mutable_person()->set_time_zone("Mars/Base");
  rows[38].mutable_person()->set_email("no address");
  v1::ImportPeopleRequest how = Leavers();
  how.set_validate_only(true);
  const auto dry = Import(rows, how);
  EXPECT_EQ(dry->leaving_count(), 0);
  EXPECT_EQ(dry->error_count(), 2);
}

}  // namespace
}  // namespace cortado::profile
