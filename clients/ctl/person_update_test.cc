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
