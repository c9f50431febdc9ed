#include <string>

#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FirstAnswersTest : public ProfileFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Create("grace").ok());
    ASSERT_TRUE(Create("ada", "grace").ok());
    for (const char* name : {"Kubernetes", "SQL", "Node.js"}) ASSERT_TRUE(CreateSkill(name).ok());
  }

  v1::StartProfileRequest Answers() {
    v1::StartProfileRequest request;
    request.set_person("people/ada");
    request.set_etag(Get(As("ada"), "ada")->etag());
    request.mutable_destination()->set_kind(v1::DESTINATION_KIND_SIDEWAYS);
    request.mutable_destination()->set_text("Data engineer");
    request.add_learn("k8s");
    request.set_weekly_minutes(45);
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::StartProfileResponse> Write(const v1::StartProfileRequest& request,
                                                 const std::string& as = "ada") {
    return SyncWait(profile_.first_answers().Write(As(as), request));
  }
  absl::StatusOr<v1::ManagerNote> Draft(const std::string& id, const std::string& as) {
    v1::DraftManagerNoteRequest request;
    request.set_person("people/" + id);
    return SyncWait(profile_.manager_notes().Draft(As(as), request));
  }
};

TEST_F(FirstAnswersTest, ThreeAnswersAreWrittenAtOnceAndThePersonHasJoined) {
  const auto written = Write(Answers());
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->person().join_state(), v1::JOIN_STATE_JOINED);
  ASSERT_EQ(written->person().skills_wanted_size(), 1);
  EXPECT_EQ(written->person().skills_wanted(0).skill(), "skills/kubernetes");
  EXPECT_EQ(written->destination().text(), "Data engineer");
  EXPECT_EQ(written->time().weekly_minutes(), 45);
  EXPECT_EQ(written->time().working_hours_size(), 5);
  EXPECT_EQ(written->unsettled_size(), 0);
  v1::GetOfferRequest get;
  get.set_name("people/ada/offer");
  EXPECT_TRUE(SyncWait(profile_.offers().GetOffer(As("ada"), get))->mentee());
}

TEST_F(FirstAnswersTest, WordsThatMeanNoSkillForCertainAreReturnedAndNotWritten) {
  v1::StartProfileRequest request = Answers();
  request.add_learn("Kubernets");
  request.add_learn("the art of tea");
  const auto written = Write(request);
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->person().skills_wanted_size(), 1);
  ASSERT_EQ(written->unsettled_size(), 2);
  EXPECT_EQ(written->unsettled(0).text(), "Kubernets");
  ASSERT_EQ(written->unsettled(0).candidates_size(), 1);
  EXPECT_EQ(written->unsettled(0).candidates(0).name(), "skills/kubernetes");
  EXPECT_EQ(written->unsettled(1).candidates_size(), 0);
}

TEST_F(FirstAnswersTest, ARepeatOfTheRequestWritesNothingAndAnswersTheSame) {
  const v1::StartProfileRequest request = Answers();
  const auto first = Write(request);
  const auto second = Write(request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  EXPECT_EQ(DestinationsOf("ada", As("ada")).size(), 1u);
}

TEST_F(FirstAnswersTest, WhatIsNotAnsweredStaysAsItIs) {
  ASSERT_TRUE(Write(Answers()).ok());
  v1::StartProfileRequest request;
  request.set_person("people/ada");
  request.set_etag(Get(As("ada"), "ada")->etag());
  request.add_learn("SQL");
  request.set_request_id(RequestId());
  const auto written = Write(request);
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->time().weekly_minutes(), 45);
  EXPECT_FALSE(written->has_destination());
  EXPECT_EQ(written->person().skills_wanted_size(), 2);
  EXPECT_EQ(DestinationsOf("ada", As("ada")).size(), 1u);
}

TEST_F(FirstAnswersTest, AnEtagOfBeforeChangesNothing) {
  v1::StartProfileRequest request = Answers();
  ASSERT_TRUE(Write(request).ok());
  request.set_request_id(RequestId());
  EXPECT_EQ(Write(request).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(DestinationsOf("ada", As("ada")).size(), 1u);
}

TEST_F(FirstAnswersTest, ARoleThatDoesNotExistIsNotFoundAndChangesNothing) {
  v1::StartProfileRequest request = Answers();
  request.mutable_destination()->set_role("roles/nowhere");
  EXPECT_EQ(Write(request).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get(As("ada"), "ada")->join_state(), v1::JOIN_STATE_IMPORTED);
}

TEST_F(FirstAnswersTest, NobodyAnswersForSomebodyElse) {
  EXPECT_EQ(Write(Answers(), "grace").status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(FirstAnswersTest, WhatPeopleWithTheTitleListIsThereToChooseFrom) {
  for (int i = 0; i < 6; ++i) {
    v1::CreatePersonRequest request;
    request.set_request_id(RequestId());
    request.mutable_person()->set_display_name("Colleague");
    request.mutable_person()->set_title("Data engineer");
    request.mutable_person()->add_skills_held()->set_skill("SQL");
    if (i < 4) request.mutable_person()->add_skills_held()->set_skill("Kubernetes");
    request.mutable_person()->add_skills_wanted()->set_skill("Node.js");
    ASSERT_THAT(SyncWait(profile_.people().Create(Hr(), request)), testing::IsOk());
  }
  v1::SuggestProfileRequest request;
  request.set_person("people/ada");
  request.set_title("data engineer");
  const auto suggested = SyncWait(profile_.profile_suggestions().Suggest(As("ada"), request));
  ASSERT_THAT(suggested, testing::IsOk());
  EXPECT_EQ(suggested->people_count(), 6);
  ASSERT_EQ(suggested->skills_held_size(), 1) << "four of six are too few to tell";
  EXPECT_EQ(suggested->skills_held(0).skill(), "skills/sql");
  EXPECT_EQ(suggested->skills_held(0).percent(), 100);
  ASSERT_EQ(suggested->skills_wanted_size(), 1);
  EXPECT_EQ(suggested->skills_wanted(0).display_name(), "Node.js");
  request.set_title("Astronaut");
  EXPECT_EQ(SyncWait(profile_.profile_suggestions().Suggest(As("ada"), request))->skills_held_size(), 0);
}

TEST_F(FirstAnswersTest, ANoteForOnesManagerIsMadeFromWhatOneSaid) {
  EXPECT_EQ(Draft("ada", "ada").status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Write(Answers()).ok());
  const auto note = Draft("ada", "ada");
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->manager(), "people/grace");
  EXPECT_THAT(note->body(), HasSubstr("Hello The grace,"));
  EXPECT_THAT(note->body(), HasSubstr("Data engineer"));
  EXPECT_THAT(note->body(), HasSubstr("Kubernetes"));
  EXPECT_EQ(profile_.censuses().held_count(), 0u) << "everybody was read for one person";
  EXPECT_EQ(Draft("ada", "grace").status().code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace cortado::profile
