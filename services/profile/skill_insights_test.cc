// What is learned from everybody's skills: gaps with teachers and directions, related skills, derived roles.
#include "common/status/error.h"
#include "services/profile/testing/skill_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using Code = absl::StatusCode;

class SkillInsightsTest : public SkillFixture {
 protected:
  // Brings somebody in with a title and skills; HR adds skills that are missing.
  void Add(const std::string& id, const std::string& title, const Levels& held, const Levels& wanted = {}) {
    v1::CreatePersonRequest request;
    request.set_person_id(id);
    request.set_request_id(RequestId());
    v1::Person& person = *request.mutable_person();
    person.set_display_name("The " + id);
    person.set_title(title);
    AddSkills(person, held, wanted);
    ASSERT_THAT(SyncWait(profile_.people().Create(Hr(), request)), IsOk());
  }
  void Mentors(const std::string& id) {
    v1::Offer offer;
    offer.set_mentor(true);
    ASSERT_THAT(Offer(id, offer), IsOk());
  }
  absl::StatusOr<v1::SkillGap> Gap(const std::string& other = "", const std::string& role = "") {
    v1::GetSkillGapRequest request;
    request.set_person("people/ada");
    request.set_other_person(other);
    request.set_role(role);
    return SyncWait(profile_.skill_gaps().Get(As("ada"), request));
  }
  absl::StatusOr<v1::DeriveRolesResponse> Derive(v1::DeriveRolesRequest request) {
    request.set_request_id(RequestId());
    return SyncWait(profile_.derived_roles().Run(Hr(), request));
  }
  // Six people of each of two titles, who share one skill.
  void AddTwoTitles() {
    for (int i = 0; i < 6; ++i) {
      Add(absl::StrCat("data", i), "Data engineer", {{"English", 3}, {"SQL", 4}, {"Spark", 3}, {"Airflow", 2}});
      Add(absl::StrCat("web", i), "Web developer", {{"English", 3}, {"React", 4}, {"CSS", 0}, {"TypeScript", 3}});
    }
  }
};

TEST_F(SkillInsightsTest, CountsWhoCouldTeachWhatIsMissing) {
  Add("ada", "Engineer", {{"SQL", 2}}, {{"SQL", 4}, {"Rust", 3}});
  Add("ben", "Engineer", {{"SQL", 4}, {"Rust", 2}});
  Add("eva", "Engineer", {{"SQL", 0}, {"Rust", 5}});
  Add("kim", "Engineer", {{"SQL", 5}});
  Mentors("ben");
  Mentors("eva");
  const auto gap = Gap();
  ASSERT_THAT(gap, IsOk());
  ASSERT_EQ(gap->items_size(), 2);
  EXPECT_EQ(gap->items(0).display_name(), "Rust");
  EXPECT_EQ(gap->items(0).teacher_count(), 1);
  EXPECT_EQ(gap->items(0).missing_levels(), 3);
  EXPECT_EQ(gap->items(1).teacher_count(), 2);
}

TEST_F(SkillInsightsTest, WhoPausesOrLeavesTeachesNobody) {
  Add("ada", "Engineer", {}, {{"Rust", 3}});
  Add("ben", "Engineer", {{"Rust", 5}});
  v1::Offer offer;
  offer.set_mentor(true);
  offer.mutable_pause_end_time()->set_seconds(absl::ToUnixSeconds(clock_.Now() + absl::Hours(1)));
  ASSERT_THAT(Offer("ben", offer), IsOk());
  EXPECT_EQ(Gap()->items(0).teacher_count(), 0);
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(Gap()->items(0).teacher_count(), 1);
  ASSERT_THAT(Delete("ben"), IsOk());
  EXPECT_EQ(Gap()->items(0).teacher_count(), 0);
}

TEST_F(SkillInsightsTest, MeasuresAgainstAnotherPerson) {
  Add("ada", "Engineer", {{"SQL", 2}, {"Go", 0}, {"CSS", 3}});
  Add("ben", "Engineer", {{"SQL", 4}, {"Go", 3}, {"CSS", 3}, {"Rust", 0}});
  const auto gap = Gap("people/ben");
  ASSERT_THAT(gap, IsOk());
  EXPECT_EQ(gap->compared_with(), "people/ben");
  ASSERT_EQ(gap->items_size(), 2);
  EXPECT_EQ(gap->items(0).display_name(), "Rust");
  EXPECT_EQ(gap->items(0).wanted_level(), 0);
  EXPECT_EQ(gap->items(1).missing_levels(), 2);
  ASSERT_EQ(gap->unclear_size(), 1);
  EXPECT_EQ(gap->unclear(0).display_name(), "Go");
  EXPECT_EQ(gap->met_count(), 1);
  EXPECT_THAT(Gap("people/nobody"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Gap("people/ben", "roles/any"), RefusesField("other_person"));
}

TEST_F(SkillInsightsTest, WhoLacksNothingIsShownWhereOthersWent) {
  AddTwoTitles();
  Add("ada", "Engineer", {{"SQL", 3}}, {{"SQL", 1}});
  for (int i = 0; i < 6; ++i) {
    const std::string id = absl::StrCat("data", i);
    v1::Person person = *Get(As(id), id);
    for (const char* role : {"Engineer", "Data engineer"}) {
      v1::JourneyStep& step = *person.add_journey();
      step.set_role(role);
      step.set_confirmed(i < 5);
    }
    ASSERT_THAT(Update(As(id), person, {"journey"}), IsOk());
  }
  const auto gap = Gap();
  ASSERT_THAT(gap, IsOk());
  EXPECT_EQ(gap->items_size(), 0);
  EXPECT_EQ(gap->met_count(), 1);
  ASSERT_GE(gap->directions_size(), 3);
  EXPECT_EQ(gap->directions(0).role().display_name(), "Data engineer");
  EXPECT_EQ(gap->directions(0).role().people_count(), 5);
  EXPECT_EQ(gap->directions(0).role().role(), "");
  EXPECT_THAT(gap->directions(1).skill().goes_with(), ElementsAre("SQL"));
  EXPECT_EQ(gap->directions(1).skill().people_count(), 6);
}

TEST_F(SkillInsightsTest, AStepThatFewTookOrThatIsADraftIsNoDirection) {
  Add("ada", "Engineer", {{"SQL", 3}});
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat("p", i);
    Add(id, "Data engineer", {});
    v1::Person person = *Get(As(id), id);
    for (const char* role : {"Engineer", "Data engineer"}) {
      v1::JourneyStep& step = *person.add_journey();
      step.set_role(role);
      step.set_confirmed(i > 0);
    }
    ASSERT_THAT(Update(As(id), person, {"journey"}), IsOk());
  }
  EXPECT_EQ(Gap()->directions_size(), 0);
}

TEST_F(SkillInsightsTest, ListsWhatGoesWithASkillAndHowManySaySo) {
  AddTwoTitles();
  v1::ListRelatedSkillsRequest request;
  request.set_skill("skills/sql");
  const auto related = SyncWait(profile_.skill_relations().List(As("ada"), request));
  ASSERT_THAT(related, IsOk());
  EXPECT_EQ(related->holder_count(), 6);
  ASSERT_EQ(related->skills_size(), 2);
  EXPECT_EQ(related->skills(0).display_name(), "Airflow");
  EXPECT_EQ(related->skills(0).both_count(), 6);
  request.set_skill("skills/nothing");
  EXPECT_THAT(SyncWait(profile_.skill_relations().List(As("ada"), request)),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(SkillInsightsTest, DerivesWhatATitleTakesAndKeepsWhatWasEdited) {
  AddTwoTitles();
  v1::DeriveRolesRequest request;
  request.set_min_people(5);
  request.set_validate_only(true);
  ASSERT_THAT(Derive(request), IsOk());
  EXPECT_THAT(GetRole("roles/data-engineer"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  request.set_validate_only(false);
  const auto derived = Derive(request);
  ASSERT_THAT(derived, IsOk());
  ASSERT_EQ(derived->roles_size(), 2);
  const v1::DerivedRole& data = derived->roles(0);
  EXPECT_EQ(data.people_count(), 6);
  EXPECT_EQ(data.role().requirements_size(), 3);
  EXPECT_EQ(data.evidence(0).lift(), 200);
  EXPECT_EQ(data.role().origin(), v1::ROLE_ORIGIN_DERIVED);
  EXPECT_NE(data.role().etag(), "");
  v1::Role edited = data.role();
  edited.add_aliases("Pipeline engineer");
  ASSERT_THAT(UpdateRole(edited, "aliases"), IsOk());
  EXPECT_EQ(Derive(request)->kept(), 1);
}

TEST_F(SkillInsightsTest, DerivesOnlyOfTitlesThatEnoughPeopleHave) {
  AddTwoTitles();
  v1::DeriveRolesRequest request;
  EXPECT_EQ(Derive(request)->roles_size(), 0);
  request.set_min_people(5);
  request.add_titles("web DEVELOPER");
  EXPECT_EQ(Derive(request)->roles_size(), 1);
  request.set_min_people(4);
  EXPECT_THAT(Derive(request), RefusesField("min_people"));
}

TEST_F(SkillInsightsTest, ComparesTwoRoles) {
  v1::ImportCatalogRequest import;
  for (const char* skill : {"SQL", "Spark", "React", "Git", "Docker"}) import.add_skills()->set_display_name(skill);
  AddRole(import, "From", {{"SQL", 2}, {"React", 3}, {"Git", 3}, {"Docker", 4}});
  AddRole(import, "To", {{"SQL", 4}, {"Spark", 3}, {"Git", 0}, {"Docker", 2}});
  ASSERT_THAT(Import(import), IsOk());
  v1::GetCrossingRequest request;
  request.set_from_role("roles/from");
  request.set_to_role("roles/to");
  const auto crossing = SyncWait(profile_.roles().GetCrossing(As("ada"), request));
  ASSERT_THAT(crossing, IsOk());
  EXPECT_EQ(crossing->added(0).display_name(), "Spark");
  EXPECT_EQ(crossing->raised(0).display_name(), "SQL");
  EXPECT_EQ(crossing->same(0).display_name(), "Git");
  EXPECT_EQ(crossing->lowered(0).display_name(), "Docker");
  EXPECT_EQ(crossing->dropped(0).display_name(), "React");
  request.set_to_role("roles/nowhere");
  EXPECT_THAT(SyncWait(profile_.roles().GetCrossing(As("ada"), request)),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace cortado::profile
