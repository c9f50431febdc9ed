// Skills that change their names, and two that become one: over a real store.
#include "absl/strings/match.h"
#include "common/status/error.h"
#include "services/profile/testing/skill_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Code = absl::StatusCode;

class SkillMergesTest : public SkillFixture {
 protected:
  v1::Skill Skill(const std::string& name, const std::vector<std::string>& aliases = {}) {
    const auto skill = CreateSkill(name, aliases);
    EXPECT_THAT(skill, IsOk());
    return skill.value_or(v1::Skill());
  }
  absl::StatusOr<v1::Skill> Change(v1::Skill skill, const std::vector<std::string>& paths) {
    v1::UpdateSkillRequest request;
    *request.mutable_skill() = std::move(skill);
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(RequestId());
    return SyncWait(profile_.skill_merges().Update(Hr(), request));
  }
  v1::MergeSkillsRequest MergeRequest(const v1::Skill& skill, const v1::Skill& into) {
    v1::MergeSkillsRequest request;
    request.set_skill(skill.name());
    request.set_into(into.name());
    request.set_etag(skill.etag());
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::MergeSkillsResponse> Merge(const v1::MergeSkillsRequest& request,
                                                absl::Duration within = absl::Seconds(10)) {
    return SyncWait(profile_.skill_merges().Merge(CallOf("hr", {api::v1::ROLE_HR_ADMIN}, "acme", within), request));
  }
  // Lets a person hold and want skills at a level.
  void Give(const std::string& id, const Levels& held, const Levels& wanted = {}) {
    v1::Person person = *Get(As(id), id);
    AddSkills(person, held, wanted);
    ASSERT_THAT(Update(As(id), person, {"skills_held", "skills_wanted"}), IsOk());
  }
  std::vector<std::string> HeldBy(const std::string& id) {
    std::vector<std::string> held;
    const auto person = Get(As(id), id);
    for (const v1::HeldSkill& skill : person->skills_held()) {
      held.push_back(absl::StrCat(skill.skill(), ":", skill.level()));
    }
    return held;
  }
};

TEST_F(SkillMergesTest, ASkillTakesNewNamesAndKeepsItsOwnName) {
  v1::Skill skill = Skill("Postgres");
  skill.set_display_name("PostgreSQL");
  skill.add_aliases("Elephant");
  const auto changed = Change(skill, {"display_name", "aliases"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->name(), skill.name());
  EXPECT_NE(changed->etag(), skill.etag());
  EXPECT_THAT(Meanings("elephant"), ElementsAre(skill.name()));
  EXPECT_THAT(Change(skill, {"display_name"}), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
}

TEST_F(SkillMergesTest, ANameOfAnotherSkillIsRefused) {
  Skill("Kubernetes", {"k8s"});
  v1::Skill skill = Skill("Docker");
  skill.add_aliases("K8S");
  EXPECT_THAT(Change(skill, {"aliases"}), FailsWith(Code::kAlreadyExists, "ALREADY_TAKEN"));
  EXPECT_THAT(Change(skill, {"name"}), RefusesField("update_mask"));
}

TEST_F(SkillMergesTest, ARepeatOfAnUpdateAnswersAsTheFirstTime) {
  v1::UpdateSkillRequest request;
  *request.mutable_skill() = Skill("Docker");
  request.mutable_skill()->set_display_name("Docker Engine");
  request.mutable_update_mask()->add_paths("display_name");
  request.set_request_id(RequestId());
  const auto first = SyncWait(profile_.skills().Update(Hr(), request));
  const auto again = SyncWait(profile_.skills().Update(Hr(), request));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->etag(), first->etag());
}

TEST_F(SkillMergesTest, ANewNameReachesWhoeverHoldsACopy) {
  v1::Skill skill = Skill("Postgres");
  for (const char* id : {"ada", "ben"}) ASSERT_THAT(Create(id), IsOk());
  Give("ada", {{"Postgres", 3}});
  ASSERT_THAT(CreateRole("Database administrator", {skill.name()}), IsOk());
  const std::string ben = Get(As("ben"), "ben")->etag();
  skill.set_display_name("PostgreSQL");
  ASSERT_THAT(Change(skill, {"display_name"}), IsOk());
  jobs::Fence fence;
  ASSERT_THAT(SyncWait(profile_.skill_merges().Run(Hr(), fence)), IsOk());
  EXPECT_EQ(Get(As("ada"), "ada")->skills_held(0).display_name(), "PostgreSQL");
  EXPECT_THAT(HeldBy("ada"), ElementsAre("skills/postgres:3"));
  EXPECT_EQ(Get(As("ben"), "ben")->etag(), ben);
  EXPECT_EQ(GetRole("roles/database-administrator")->requirements(0).display_name(), "PostgreSQL");
  // Nothing is left to do, and the skill is still there.
  const std::string revision = Get(As("ada"), "ada")->etag();
  clock_.Advance(SkillMerges::kLook);
  ASSERT_THAT(SyncWait(profile_.skill_merges().Run(Hr(), fence)), IsOk());
  EXPECT_EQ(Get(As("ada"), "ada")->etag(), revision);
  EXPECT_THAT(Meanings("PostgreSQL"), ElementsAre(skill.name()));
}

TEST_F(SkillMergesTest, EverybodyAndEveryRoleHasTheOtherSkillThen) {
  const v1::Skill from = Skill("ReactJS framework", {"reactive js"}), into = Skill("React");
  for (const char* id : {"ada", "ben", "eva"}) ASSERT_THAT(Create(id), IsOk());
  Give("ada", {{"ReactJS framework", 4}, {"React", 2}});
  Give("ben", {}, {{"ReactJS framework", 3}});
  Give("eva", {{"React", 1}});
  ASSERT_THAT(CreateRole("Front-end developer", {from.name()}), IsOk());
  const std::string eva = Get(As("eva"), "eva")->etag();
  const std::string token = Changes(Changes(Changes("")->resume_token())->resume_token())->resume_token();

  const auto merged = Merge(MergeRequest(from, into));
  ASSERT_THAT(merged, IsOk());
  EXPECT_EQ(merged->people_count(), 2);
  EXPECT_EQ(merged->role_count(), 1);
  EXPECT_THAT(merged->skill().aliases(), ElementsAre("ReactJS framework", "reactive js"));
  EXPECT_THAT(HeldBy("ada"), ElementsAre("skills/react:4"));
  EXPECT_EQ(Get(As("ben"), "ben")->skills_wanted(0).skill(), "skills/react");
  EXPECT_EQ(Get(As("eva"), "eva")->etag(), eva);
  EXPECT_THAT(Meanings("reactive js"), ElementsAre("skills/react"));

  std::vector<std::string> people;
  bool told = false;
  const auto changes = Changes(token);
  for (const v1::PeopleChange& change : changes->changes()) {
    if (change.has_person()) people.push_back(change.person().person().name());
    told = told || change.deleted_skill() == from.name();
  }
  EXPECT_THAT(people, ElementsAre("people/ada", "people/ben"));
  EXPECT_TRUE(told);
}

TEST_F(SkillMergesTest, WhoNamesTheOldSkillMeansTheOtherOneFromThenOn) {
  const v1::Skill from = Skill("Golang language"), into = Skill("Go");
  ASSERT_THAT(Create("ada"), IsOk());
  ASSERT_THAT(Merge(MergeRequest(from, into)), IsOk());
  Give("ada", {{from.name(), 3}});
  EXPECT_THAT(HeldBy("ada"), ElementsAre("skills/go:3"));
}

TEST_F(SkillMergesTest, AMergeOfAMergedSkillFollowsBoth) {
  const v1::Skill first = Skill("First"), second = Skill("Second"), third = Skill("Third");
  ASSERT_THAT(Create("ada"), IsOk());
  ASSERT_THAT(Merge(MergeRequest(first, second)), IsOk());
  v1::MergeSkillsRequest next = MergeRequest(second, third);
  EXPECT_THAT(Merge(next), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
  v1::ListSkillsRequest list;
  const auto skills = SyncWait(profile_.skills().List(Hr(), list));
  for (const v1::Skill& skill : skills->skills()) {
    if (skill.name() == second.name()) next.set_etag(skill.etag());
  }
  next.set_request_id(RequestId());
  ASSERT_THAT(Merge(next), IsOk());
  Give("ada", {{first.name(), 2}});
  EXPECT_THAT(HeldBy("ada"), ElementsAre("skills/third:2"));
}

TEST_F(SkillMergesTest, OneCutShortGoesOnWhenItIsAskedForAgain) {
  const v1::Skill from = Skill("Old"), into = Skill("New");
  ASSERT_THAT(Create("ada"), IsOk());
  Give("ada", {{"Old", 3}});
  // The first half alone, as of a server that stopped behind it.
  SkillWrite half;
  half.version = SyncWait(profile_.skills().View(Hr())).value()->version;
  half.skills.push_back(into);
  half.skills[0].add_aliases("Old");
  ASSERT_THAT(SyncWait(profile_.skills().store().BeginMerge(Hr(), "old", half)), IsOk());
  EXPECT_THAT(Meanings("old"), ElementsAre(into.name()));
  EXPECT_THAT(HeldBy("ada"), ElementsAre("skills/old:3"));
  const auto merged = Merge(MergeRequest(from, into));
  ASSERT_THAT(merged, IsOk());
  EXPECT_EQ(merged->people_count(), 1);
  EXPECT_THAT(HeldBy("ada"), ElementsAre("skills/new:3"));
  EXPECT_EQ(Merge(MergeRequest(from, into))->people_count(), 1);
}

TEST_F(SkillMergesTest, OneCutShortGoesOnByItselfAndLooksAgainLater) {
  const v1::Skill from = Skill("Old"), into = Skill("New");
  for (const char* id : {"ada", "ben"}) ASSERT_THAT(Create(id), IsOk());
  Give("ada", {{"Old", 3}});
  EXPECT_FALSE(Merge(MergeRequest(from, into), absl::Milliseconds(-1)).ok());
  SkillWrite half;
  half.version = SyncWait(profile_.skills().View(Hr())).value()->version;
  half.skills.push_back(into);
  ASSERT_THAT(SyncWait(profile_.skills().store().BeginMerge(Hr(), "old", half)), IsOk());
  jobs::Fence fence;
  ASSERT_THAT(SyncWait(profile_.skill_merges().Run(Hr(), fence)), IsOk());
  EXPECT_THAT(HeldBy("ada"), ElementsAre("skills/new:3"));

  // A write that had read the catalogue before the merge.
  PersonStore people(profile_.skills().store().store());
  PersonWrite late;
  late.id = "ben";
  late.before = *SyncWait(people.Find(Hr(), "ben"));
  late.after = *late.before;
  late.after.add_skills_held()->set_skill("skills/old");
  late.event = "person.updated";
  ASSERT_THAT(SyncWait(people.Put(Hr(), late)), IsOk());
  ASSERT_THAT(SyncWait(profile_.skill_merges().Run(Hr(), fence)), IsOk());
  EXPECT_THAT(HeldBy("ben"), ElementsAre("skills/old:0"));
  clock_.Advance(SkillMerges::kLook);
  ASSERT_THAT(SyncWait(profile_.skill_merges().Run(Hr(), fence)), IsOk());
  EXPECT_THAT(HeldBy("ben"), ElementsAre("skills/new:0"));
}

TEST_F(SkillMergesTest, TheAuditNamesWhoWasRewritten) {
  const v1::Skill from = Skill("Old"), into = Skill("New");
  ASSERT_THAT(Create("ada"), IsOk());
  Give("ada", {{"Old", 3}});
  ASSERT_THAT(Merge(MergeRequest(from, into)), IsOk());
  const std::string entries = Ask({"XRANGE", "cortado:{acme}:profile:audit", "-", "+"});
  EXPECT_TRUE(absl::StrContains(entries, "skills/old")) << entries;
}

TEST_F(SkillMergesTest, ASkillIsNotMergedIntoItselfOrIntoNothing) {
  const v1::Skill skill = Skill("Old");
  EXPECT_THAT(Merge(MergeRequest(skill, skill)), RefusesField("into"));
  v1::MergeSkillsRequest nowhere = MergeRequest(skill, skill);
  nowhere.set_into("skills/nowhere");
  EXPECT_THAT(Merge(nowhere), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace cortado::profile
