#include "clients/ctl/person_update.h"

#include <string>

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(PersonUpdateTest, ReadsColumnsAsAFileHasThem) {
  const auto request = ParsePersonUpdate({"title=Staff engineer", "skills_held=Go:4;SQL", "Years Experience=12"});
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->person().title(), "Staff engineer");
  EXPECT_THAT(request->person().skills_held(), SizeIs(2));
  EXPECT_EQ(request->person().skills_held(0).level(), 4);
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("title", "skills_held", "years_experience"));
}

TEST(PersonUpdateTest, AnEmptyValueEmptiesTheField) {
  const auto request = ParsePersonUpdate({"title=", "time_zone="});
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->person().title(), "");
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("title", "time_zone"));
}

TEST(PersonUpdateTest, AValueMayHoldEqualsSigns) {
  EXPECT_EQ(ParsePersonUpdate({"title=a=b"})->person().title(), "a=b");
}

TEST(PersonUpdateTest, TheManagerIsAPerson) {
  const auto request = ParsePersonUpdate({"manager=P7"});
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->person().manager(), "people/p7");
  EXPECT_THAT(request->update_mask().paths(), ElementsAre("manager"));
}

TEST(PersonUpdateTest, AListWrittenAnewKeepsWhoMaySeeWhatStays) {
  profile::v1::Person before;
  profile::v1::Interest& chess = *before.add_interests();
  chess.set_topic("Chess");
  chess.set_audience(profile::v1::AUDIENCE_ONLY_ME);
  profile::v1::JourneyStep& step = *before.add_journey();
  step.set_role("Cook");
  step.set_move(profile::v1::MOVE_KIND_START);
  step.set_audience(profile::v1::AUDIENCE_ONLY_ME);
  auto request = ParsePersonUpdate({"interests=Running;Chess;Tea@only_me", "journey=Cook|Kitchen|2001;Waiter;Cook"});
  ASSERT_THAT(request, IsOk());
  KeepAudiences(before, *request->mutable_person());
  const profile::v1::Person& after = request->person();
  EXPECT_EQ(after.interests(0).audience(), profile::v1::AUDIENCE_UNSPECIFIED);
  EXPECT_EQ(after.interests(1).audience(), profile::v1::AUDIENCE_ONLY_ME);
  EXPECT_EQ(after.interests(2).audience(), profile::v1::AUDIENCE_ONLY_ME);
  EXPECT_EQ(after.journey(0).audience(), profile::v1::AUDIENCE_ONLY_ME);
  EXPECT_EQ(after.journey(1).audience(), profile::v1::AUDIENCE_UNSPECIFIED);
  EXPECT_EQ(after.journey(2).audience(), profile::v1::AUDIENCE_UNSPECIFIED) << "one step lends its audience once";
}

TEST(PersonUpdateTest, AnAudienceThatIsSaidOpensWhatWasClosed) {
  profile::v1::Person before;
  before.add_interests()->set_topic("Chess");
  before.mutable_interests(0)->set_audience(profile::v1::AUDIENCE_ONLY_ME);
  auto request = ParsePersonUpdate({"interests=Chess@everyone"});
  ASSERT_THAT(request, IsOk());
  KeepAudiences(before, *request->mutable_person());
  EXPECT_EQ(request->person().interests(0).audience(), profile::v1::AUDIENCE_EVERYONE);
}

struct Refused {
  const char* name;
  std::vector<std::string> assignments;
  const char* because;
};

class RefusedUpdateTest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedUpdateTest, SaysWhatToWriteInstead) {
  const auto request = ParsePersonUpdate(GetParam().assignments);
  EXPECT_TRUE(absl::IsInvalidArgument(request.status()));
  EXPECT_THAT(request.status().message(), HasSubstr(GetParam().because));
}

INSTANTIATE_TEST_SUITE_P(PersonUpdateTest, RefusedUpdateTest,
                         ::testing::Values(Refused{"NoEqualsSign", {"title"}, "COLUMN=VALUE"},
                                           Refused{"UnknownColumn", {"shoe_size=44"}, "cannot be changed here"},
                                           Refused{
                                               "ColumnOfAnotherResource", {"offer=mentor"}, "cannot be changed here"},
                                           Refused{"BadValue", {"time_zone=Mars"}, "IANA"},
                                           Refused{"Twice", {"title=a", "title=b"}, "given twice"}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace cortado::ctl
