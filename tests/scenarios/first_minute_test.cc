// The first minute: whoever is known by a title alone gives one answer, and hears of somebody or what to fill in.
#include <string>

#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::Duration kWithin = absl::Seconds(30);

class FirstMinuteTest : public ::testing::Test {
 protected:
  // Ada has a title and nothing else; Bo, who mentors, has gone a way and knows something.
  FirstMinuteTest() : acme_(site_.CreateOrganization("Acme")) {
    Import("ada", "Support lead", [](profile::v1::ImportRow&) {});
    Import("bo", "Data analyst", [](profile::v1::ImportRow& row) {
      row.mutable_person()->add_skills_held()->set_skill("SQL");
      row.mutable_person()->mutable_skills_held(0)->set_level(4);
      profile::v1::JourneyStep& step = *row.mutable_person()->add_journey();
      step.set_role("Support lead");
      step.set_from_year(2015);
      step.set_to_year(2019);
      step.set_confirmed(true);
      row.mutable_offer()->set_mentor(true);
      row.mutable_offer()->set_places(2);
    });
  }

  template <class Fill>
  void Import(const std::string& id, const std::string& title, Fill fill) {
    profile::v1::ImportPeopleRequest request;
    profile::v1::ImportRow& row = *request.add_rows();
    row.mutable_person()->set_external_id(id);
    row.mutable_person()->set_display_name(id);
    row.mutable_person()->set_title(title);
    row.mutable_person()->set_active(true);
    row.mutable_person()->add_languages("en");
    fill(row);
    grpc::ClientContext context;
    Prepare(context, site_.Hr(acme_));
    profile::v1::ImportPeopleResponse response;
    const auto writer = site_.profile().ImportPeople(&context, &response);
    writer->Write(request);
    writer->WritesDone();
    ASSERT_TRUE(writer->Finish().ok());
  }

  void Start(profile::v1::StartProfileRequest answers) {
    profile::v1::GetPersonRequest get;
    get.set_name("people/ada");
    answers.set_person("people/ada");
    answers.set_etag(Ask(site_.profile(), &ProfileStub::GetPerson, site_.As(acme_, "ada"), get)->etag());
    answers.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::StartProfile, site_.As(acme_, "ada"), answers), IsOk());
  }

  // What Ada is shown, as soon as it is `expected`: the answer is read by the other service a moment later.
  template <class Expected>
  matching::v1::SuggestRoleModelsResponse Suggested(Expected expected) {
    matching::v1::SuggestRoleModelsRequest request;
    request.set_person("people/ada");
    const absl::Time limit = absl::Now() + kWithin;
    for (;;) {
      auto found = Ask(site_.matching(), &MatchingStub::SuggestRoleModels, site_.As(acme_, "ada"), request);
      if ((found.ok() && expected(*found)) || absl::Now() > limit) {
        EXPECT_THAT(found, IsOk());
        return found.ok() ? *found : matching::v1::SuggestRoleModelsResponse();
      }
    }
  }
  matching::v1::SuggestRoleModelsResponse SuggestedSomebody() {
    return Suggested([](const auto& found) { return found.suggestions_size() > 0; });
  }
  matching::v1::SuggestRoleModelsResponse SuggestedWith(const std::string& note) {
    return Suggested([&note](const auto& found) { return found.note().code() == note; });
  }

  Site site_;
  const std::string acme_;
};

TEST_F(FirstMinuteTest, ATitleAndADestinationBringUpWhoWentThatWay) {
  profile::v1::StartProfileRequest answers;
  answers.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
  answers.mutable_destination()->set_text("Data analyst");
  Start(answers);
  const auto found = SuggestedSomebody();
  ASSERT_EQ(found.suggestions_size(), 1);
  EXPECT_EQ(found.suggestions(0).person().person(), "people/bo");
  EXPECT_THAT(found.suggestions(0).reason().text(), HasSubstr("Support lead"));
}

TEST_F(FirstMinuteTest, ATitleAndASkillToLearnBringUpWhoHasIt) {
  profile::v1::StartProfileRequest answers;
  answers.add_learn("sql");
  Start(answers);
  const auto found = SuggestedSomebody();
  ASSERT_EQ(found.suggestions_size(), 1);
  EXPECT_EQ(found.suggestions(0).person().person(), "people/bo");
}

TEST_F(FirstMinuteTest, ATitleAndMinutesAloneAreToldWhatToFillIn) {
  profile::v1::StartProfileRequest answers;
  answers.set_weekly_minutes(45);
  Start(answers);
  const auto found = SuggestedWith("suggest.nothing_to_go_by");
  EXPECT_THAT(found.suggestions(), IsEmpty());
  EXPECT_THAT(found.note().text(), HasSubstr("Add a destination, a skill you want"));
}

TEST_F(FirstMinuteTest, WhereNobodyHasItItIsSaidWhatToFillInAndNobodyIsCalledNear) {
  profile::v1::CreateSkillRequest skill;
  skill.mutable_skill()->set_display_name("Weaving");
  skill.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.profile(), &ProfileStub::CreateSkill, site_.Hr(acme_), skill), IsOk());
  profile::v1::StartProfileRequest answers;
  answers.add_learn("Weaving");
  Start(answers);
  const auto found = SuggestedWith("suggest.nobody_yet");
  EXPECT_THAT(found.suggestions(), IsEmpty());
  EXPECT_THAT(found.note().text(), HasSubstr("Add another skill you want"));
  EXPECT_THAT(found.note().text(), Not(HasSubstr("nearest")));
}

}  // namespace
}  // namespace cortado::testing
