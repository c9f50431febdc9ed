// What people say of groups they belong to: nobody else reads it, nothing but what is asked is kept.
#include <string>
#include <utility>
#include <vector>

#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

class GroupsTest : public ProfileFixture {
 protected:
  void SetUp() override {
    v1::CreateOrganizationRequest request;
    request.mutable_organization()->set_display_name("Acme");
    request.set_request_id(RequestId());
    const auto made = SyncWait(profile_.organizations().Create(CallOf("cortado", {api::v1::ROLE_SERVICE}), request));
    ASSERT_THAT(made, IsOk());
    organization_ = made->name().substr(made->name().find('/') + 1);
    v1::CreatePersonRequest create;
    create.set_person_id("ada");
    create.set_request_id(RequestId());
    create.mutable_person()->set_display_name("Ada");
    ASSERT_THAT(SyncWait(profile_.people().Create(Hr(), create)), IsOk());
    ASSERT_THAT(Ask({{"age", {"under 30", "30 and more"}}, {"care", {"yes", "no"}}}), IsOk());
  }
  rpc::Call Hr() { return CallOf("hr", {api::v1::ROLE_HR_ADMIN}, organization_); }
  rpc::Call Ada() { return CallOf("ada", {api::v1::ROLE_EMPLOYEE}, organization_); }

  absl::Status Ask(const std::vector<std::pair<std::string, std::vector<std::string>>>& questions) {
    v1::UpdateOrganizationRequest request;
    request.mutable_organization()->set_etag(
        SyncWait(profile_.organizations().Get(Hr(), v1::GetOrganizationRequest()))->etag());
    for (const auto& [id, choices] : questions) {
      v1::GroupQuestion& question = *request.mutable_organization()->add_group_questions();
      question.set_id(id);
      question.set_question("What of " + id + "?");
      for (const std::string& choice : choices) question.add_choices(choice);
    }
    request.mutable_update_mask()->add_paths("group_questions");
    request.set_request_id(RequestId());
    return SyncWait(profile_.organizations().Update(Hr(), request)).status();
  }
  absl::StatusOr<v1::Groups> Read(rpc::Call call) {
    v1::GetGroupsRequest request;
    request.set_name("people/ada/groups");
    return SyncWait(profile_.group_answers().Get(std::move(call), request));
  }
  absl::StatusOr<v1::Groups> Say(const std::vector<std::pair<std::string, std::string>>& answers,
                                 const std::string& etag) {
    v1::UpdateGroupsRequest request;
    request.mutable_groups()->set_name("people/ada/groups");
    request.mutable_groups()->set_etag(etag);
    for (const auto& [question, choice] : answers) {
      v1::GroupAnswer& answer = *request.mutable_groups()->add_answers();
      answer.set_question(question);
      answer.set_choice(choice);
    }
    request.set_request_id(RequestId());
    return SyncWait(profile_.group_answers().Update(Ada(), request));
  }
  absl::StatusOr<v1::Groups> SayNow(const std::vector<std::pair<std::string, std::string>>& answers) {
    return Say(answers, Read(Ada())->etag());
  }
  // The choices that are kept, each behind its question.
  std::vector<std::string> Said() {
    std::vector<std::string> said;
    const v1::Groups groups = Read(Ada()).value_or(v1::Groups());
    for (const v1::GroupAnswer& answer : groups.answers()) said.push_back(answer.question() + "=" + answer.choice());
    return said;
  }
  void RunJob() { ASSERT_THAT(SyncWait(profile_.group_answers().RemoveUnasked(Hr())), IsOk()); }

  std::string organization_;
};

TEST_F(GroupsTest, OnlyTheirOwnerReadsAndWritesThem) {
  ASSERT_THAT(SayNow({{"age", "under 30"}}), IsOk());
  EXPECT_THAT(Said(), ::testing::ElementsAre("age=under 30"));
  const auto denied = FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED");
  EXPECT_THAT(Read(Hr()), denied);
  EXPECT_THAT(Read(CallOf("bob", {api::v1::ROLE_EMPLOYEE}, organization_)), denied);
  EXPECT_THAT(Read(CallOf("ada", {api::v1::ROLE_HR_ADMIN}, organization_)), denied);
}

TEST_F(GroupsTest, TheyAreInNoAnswerAboutThePerson) {
  ASSERT_THAT(SayNow({{"age", "under 30"}}), IsOk());
  for (const rpc::Call& call : {Hr(), Ada()}) {
    const absl::StatusOr<v1::Person> person = Get(call, "ada");
    ASSERT_THAT(person, IsOk());
    EXPECT_THAT(person->DebugString(), Not(HasSubstr("under 30")));
  }
}

TEST_F(GroupsTest, TheFeedBringsThemToTheOtherServices) {
  ASSERT_THAT(SayNow({{"age", "under 30"}}), IsOk());
  v1::ListPeopleChangesRequest request;
  const auto changes =
      SyncWait(profile_.feed().List(CallOf("matching", {api::v1::ROLE_SERVICE}, organization_), request));
  ASSERT_THAT(changes, IsOk());
  EXPECT_THAT(changes->DebugString(), HasSubstr("under 30"));
}

TEST_F(GroupsTest, AnAnswerKeepsTheTimeItWasFirstSaid) {
  const auto first = SayNow({{"age", "under 30"}});
  ASSERT_THAT(first, IsOk());
  clock_.Advance(absl::Hours(1));
  const auto second = SayNow({{"care", "no"}, {"age", "under 30"}});
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->answers(1).create_time().seconds(), first->answers(0).create_time().seconds());
  EXPECT_EQ(second->answers(0).create_time().seconds(), first->answers(0).create_time().seconds() + 3600);
  // Another answer is said anew, and so is one that was taken back.
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(SayNow({{"age", "30 and more"}})->answers(0).create_time().seconds(),
            first->answers(0).create_time().seconds() + 7200);
}

TEST_F(GroupsTest, NothingIsLeftOfWhatIsTakenBack) {
  const auto said = SayNow({{"age", "under 30"}});
  ASSERT_THAT(said, IsOk());
  EXPECT_THAT(Say({}, "1"), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  ASSERT_THAT(Say({}, said->etag()), IsOk());
  EXPECT_EQ(ProfileFixture::Ask({"HEXISTS", "cortado:{" + organization_ + "}:profile:person:ada", "groups"}), "0");
  EXPECT_EQ(Read(Ada())->etag(), "");
  EXPECT_THAT(Say({}, said->etag()), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_THAT(Say({{"care", "yes"}}, ""), IsOk());
}

TEST_F(GroupsTest, WhatIsNotAskedCannotBeSaid) {
  EXPECT_THAT(SayNow({{"faith", "none"}}), FailsWith(absl::StatusCode::kFailedPrecondition, "QUESTION_NOT_ASKED"));
  EXPECT_TRUE(Said().empty());
}

TEST_F(GroupsTest, AnswersGoWithTheQuestionAtTheJobsSecondLook) {
  ASSERT_THAT(SayNow({{"age", "under 30"}, {"care", "no"}}), IsOk());
  RunJob();
  RunJob();
  EXPECT_EQ(Said().size(), 2);
  ASSERT_THAT(Ask({{"care", {"no", "yes"}}}), IsOk());
  // At the first look somebody may be writing who still knows the question.
  RunJob();
  EXPECT_EQ(Said().size(), 2);
  RunJob();
  EXPECT_THAT(Said(), ::testing::ElementsAre("care=no"));
}

TEST_F(GroupsTest, AChoiceThatIsWordedAnewIsAnotherOne) {
  ASSERT_THAT(SayNow({{"care", "no"}}), IsOk());
  ASSERT_THAT(Ask({{"care", {"not at the moment", "yes"}}}), IsOk());
  RunJob();
  RunJob();
  EXPECT_TRUE(Said().empty());
}

}  // namespace
}  // namespace cortado::profile
