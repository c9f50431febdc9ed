// Offers, times, destinations, gaps, roles, skills and organisations.
#include "common/status/error.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class PartsTest : public ProfileFixture {
 protected:
  void SetUp() override { ASSERT_THAT(Create("ada"), IsOk()); }

  v1::SkillGap Gap(const std::string& role = "") {
    v1::GetSkillGapRequest request;
    request.set_person("people/ada");
    request.set_role(role);
    const auto gap = SyncWait(profile_.skill_gaps().Get(As("ada"), request));
    EXPECT_THAT(gap, IsOk());
    return gap.value_or(v1::SkillGap());
  }
  absl::StatusOr<v1::Time> GetTime(rpc::Call call) {
    v1::GetTimeRequest request;
    request.set_name("people/ada/time");
    return SyncWait(profile_.offers().GetTime(call, request));
  }
  absl::StatusOr<v1::Time> UpdateTime(v1::Time time, const std::vector<std::string>& paths) {
    v1::UpdateTimeRequest request;
    *request.mutable_time() = std::move(time);
    request.mutable_time()->set_name("people/ada/time");
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(RequestId());
    return SyncWait(profile_.offers().UpdateTime(As("ada"), request));
  }
};

TEST_F(PartsTest, AnOfferNeverWrittenReadsAsEmpty) {
  v1::GetOfferRequest request;
  request.set_name("people/ada/offer");
  const auto offer = SyncWait(profile_.offers().GetOffer(As("ada"), request));
  ASSERT_THAT(offer, IsOk());
  EXPECT_FALSE(offer->mentor());
  EXPECT_EQ(offer->etag(), "");
}

TEST_F(PartsTest, TheFirstOfferIsJoiningAndLeavesThePersonsEtagAlone) {
  const std::string before = Get(As("ada"), "ada")->etag();
  v1::Offer offer;
  offer.set_mentor(true);
  ASSERT_THAT(Offer("ada", offer), IsOk());
  EXPECT_EQ(Get(As("ada"), "ada")->join_state(), v1::JOIN_STATE_JOINED);
  EXPECT_EQ(Get(As("ada"), "ada")->etag(), before);
}

TEST_F(PartsTest, AnOfferHasAnEtagOfItsOwn) {
  v1::Offer first = *Offer("ada", {});
  EXPECT_THAT(Offer("ada", {}), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
  EXPECT_THAT(Offer("ada", first), IsOk());
}

TEST_F(PartsTest, NobodyOffersForAnother) {
  v1::UpdateOfferRequest request;
  request.mutable_offer()->set_name("people/ada/offer");
  EXPECT_THAT(SyncWait(profile_.offers().UpdateOffer(As("bo"), request)),
              FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(PartsTest, ATimeNeverWrittenIsTheOfficeWeek) {
  const auto time = GetTime(As("ada"));
  ASSERT_THAT(time, IsOk());
  EXPECT_THAT(time->working_hours(), SizeIs(5));
  EXPECT_EQ(time->weekly_minutes(), 60);
  EXPECT_THAT(GetTime(AsService()), IsOk());
  EXPECT_THAT(GetTime(As("bo")), FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(PartsTest, TimeIsWrittenByFieldAndChecked) {
  v1::Time time;
  time.set_weekly_minutes(120);
  ASSERT_THAT(UpdateTime(time, {"weekly_minutes"}), IsOk());
  EXPECT_THAT(GetTime(As("ada"))->working_hours(), SizeIs(5));
  time = *GetTime(As("ada"));
  time.set_chat_minutes(5);
  EXPECT_THAT(UpdateTime(time, {"chat_minutes"}), RefusesField("time.chat_minutes"));
  time.mutable_working_hours(0)->clear_weekday();
  EXPECT_THAT(UpdateTime(time, {"working_hours"}), RefusesField("time.working_hours[0].weekday"));
}

TEST_F(PartsTest, TheNewestDestinationComesFirstAndCanBeTakenBack) {
  v1::Destination wish;
  wish.set_kind(v1::DESTINATION_KIND_NEXT_LEVEL);
  ASSERT_THAT(Say("ada", wish), IsOk());
  clock_.Advance(absl::Seconds(5));
  wish.set_kind(v1::DESTINATION_KIND_FEWER_HOURS);
  const v1::Destination newest = *Say("ada", wish);
  ASSERT_THAT(DestinationsOf("ada", As("ada")), SizeIs(2));
  EXPECT_EQ(DestinationsOf("ada", As("ada"))[0].name(), newest.name());
  v1::DeleteDestinationRequest request;
  request.set_name(newest.name());
  request.set_etag(newest.etag());
  request.set_request_id(RequestId());
  ASSERT_THAT(SyncWait(profile_.destinations().Delete(As("ada"), request)), IsOk());
  EXPECT_EQ(DestinationsOf("ada", As("ada"))[0].kind(), v1::DESTINATION_KIND_NEXT_LEVEL);
}

TEST_F(PartsTest, ADestinationNamesARoleThatIsThere) {
  v1::Destination wish;
  wish.set_kind(v1::DESTINATION_KIND_NEXT_LEVEL);
  wish.set_role("roles/astronaut");
  EXPECT_THAT(Say("ada", wish), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(PartsTest, TheGapIsWhatIsWantedAndNotHeld) {
  for (const char* name : {"Go", "Rust", "Kubernetes"}) ASSERT_THAT(CreateSkill(name), IsOk());
  v1::Person ada = *Get(As("ada"), "ada");
  ada.add_skills_held()->set_skill("golang");
  ada.add_skills_wanted()->set_skill("Go");
  ada.add_skills_wanted()->set_skill("Rust");
  ada.add_skills_wanted()->set_skill("k8s");
  ada.mutable_skills_wanted(2)->set_importance(5);
  ASSERT_THAT(Update(As("ada"), ada, {"skills_held", "skills_wanted"}), IsOk());
  const v1::SkillGap gap = Gap();
  ASSERT_EQ(gap.items_size(), 2);
  EXPECT_EQ(gap.items(0).skill(), "skills/kubernetes");
  EXPECT_EQ(gap.items(0).display_name(), "Kubernetes");
  EXPECT_EQ(gap.items(1).skill(), "skills/rust");
  EXPECT_EQ(gap.role(), "");
}

TEST_F(PartsTest, WhoWantsNothingNewIsMeasuredAgainstTheirDestination) {
  const v1::Role lead = *CreateRole("Team lead", {"Coaching"});
  v1::Destination wish;
  wish.set_kind(v1::DESTINATION_KIND_NEXT_LEVEL);
  wish.set_role(lead.name());
  ASSERT_THAT(Say("ada", wish), IsOk());
  const v1::SkillGap gap = Gap();
  EXPECT_EQ(gap.role(), "roles/team-lead");
  ASSERT_EQ(gap.items_size(), 1);
  EXPECT_EQ(gap.items(0).skill(), "skills/coaching");
}

TEST_F(PartsTest, ARoleIsMadeReadChangedListedAndRemoved) {
  v1::Role role = *CreateRole("Team lead", {"Coaching"});
  EXPECT_EQ(role.requirements(0).skill(), "skills/coaching");
  EXPECT_EQ(role.requirements(0).display_name(), "Coaching");
  EXPECT_THAT(CreateRole("Team Lead", {}), FailsWith(Code::kAlreadyExists, "ALREADY_TAKEN"));
  v1::UpdateRoleRequest update;
  *update.mutable_role() = role;
  update.mutable_role()->set_display_name("Lead of a team");
  update.mutable_update_mask()->add_paths("display_name");
  update.set_request_id(RequestId());
  const auto updated = SyncWait(profile_.roles().Update(Hr(), update));
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->name(), "roles/team-lead");
  v1::DeleteRoleRequest remove;
  remove.set_name(role.name());
  remove.set_etag(role.etag());
  remove.set_request_id(RequestId());
  EXPECT_THAT(SyncWait(profile_.roles().Delete(Hr(), remove)), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
  remove.set_etag(updated->etag());
  ASSERT_THAT(SyncWait(profile_.roles().Delete(Hr(), remove)), IsOk());
  EXPECT_THAT(SyncWait(profile_.roles().List(Hr(), {}))->roles(), IsEmpty());
}

TEST_F(PartsTest, ASkillIsKnownByAllItsNames) {
  ASSERT_THAT(CreateSkill("Our framework", {"OF"}), IsOk());
  ASSERT_THAT(CreateSkill("Graph (maths)"), IsOk());
  ASSERT_THAT(CreateSkill("Graph (charts)"), IsOk());
  v1::ResolveSkillsRequest request;
  for (const char* text : {"of", "OUR FRAMEWORK", "graph", "juggling"}) request.add_texts(text);
  const auto response = SyncWait(profile_.skills().Resolve(As("ada"), request));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->resolved(0).skill().name(), "skills/our-framework");
  EXPECT_EQ(response->resolved(1).skill().name(), "skills/our-framework");
  EXPECT_THAT(response->resolved(2).candidates(), SizeIs(2));
  EXPECT_FALSE(response->resolved(3).has_skill());
  EXPECT_THAT(CreateSkill("of"), FailsWith(Code::kAlreadyExists, "ALREADY_TAKEN"));
}

TEST_F(PartsTest, AnEmployeeNamesSkillsOfTheCatalogueAndHrMayAddToIt) {
  ASSERT_THAT(CreateSkill("Kubernetes"), IsOk());
  v1::Person ada = *Get(As("ada"), "ada");
  ada.add_skills_wanted()->set_skill("Kubernets");
  const auto refused = Update(As("ada"), ada, {"skills_wanted"});
  EXPECT_THAT(refused, FailsWith(Code::kInvalidArgument, "SKILL_UNKNOWN"));
  EXPECT_EQ(MetadataOf(refused.status(), "nearest"), "skills/kubernetes");
  EXPECT_EQ(FieldsOf(refused.status()), "person.skills_wanted[0].skill");
  EXPECT_THAT(CreateRole("Weaver", {"Weaving"}), IsOk());
  v1::ListSkillsRequest page;
  page.set_page_size(1);
  const auto first = SyncWait(profile_.skills().List(As("ada"), page));
  EXPECT_EQ(first->skills(0).name(), "skills/kubernetes");
  page.set_page_token(first->next_page_token());
  EXPECT_EQ(SyncWait(profile_.skills().List(As("ada"), page))->skills(0).name(), "skills/weaving");
}

TEST_F(PartsTest, ANameOfSeveralSkillsIsRefusedWithAllOfThem) {
  ASSERT_THAT(CreateSkill("Graph (maths)"), IsOk());
  ASSERT_THAT(CreateSkill("Graph (charts)"), IsOk());
  const auto refused = CreateRole("Plotter", {"graph"});
  EXPECT_THAT(refused, FailsWith(Code::kInvalidArgument, "SKILL_AMBIGUOUS"));
  EXPECT_EQ(MetadataOf(refused.status(), "skills"), "skills/graph-charts,skills/graph-maths");
  EXPECT_EQ(FieldsOf(refused.status()), "role.requirements[0].skill");
}

TEST_F(PartsTest, AGapIsForOneselfAndForServices) {
  v1::GetSkillGapRequest request;
  request.set_person("people/ada");
  EXPECT_THAT(SyncWait(profile_.skill_gaps().Get(As("bo"), request)),
              FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(SyncWait(profile_.skill_gaps().Get(AsService(), request)), IsOk());
  request.set_role("roles/astronaut");
  EXPECT_THAT(SyncWait(profile_.skill_gaps().Get(AsService(), request)),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(PartsTest, AnOrganizationIsMadeOnceForOneRequest) {
  const rpc::Call nobody = CallOf("allinone", {api::v1::ROLE_SERVICE}, "");
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Acme");
  request.set_request_id("first-organization");
  const auto first = SyncWait(profile_.organizations().Create(nobody, request));
  const auto again = SyncWait(profile_.organizations().Create(nobody, request));
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->name(), again->name());
  const std::string id = first->name().substr(14);
  EXPECT_EQ(SyncWait(profile_.organizations().Get(CallOf("ada", {api::v1::ROLE_EMPLOYEE}, id), {}))->display_name(),
            "Acme");
  EXPECT_THAT(SyncWait(profile_.organizations().Get(As("ada"), {})), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(PartsTest, ADestinationOfARoleThatIsNoneNamesTheFieldAndTheNearest) {
  ASSERT_THAT(CreateRole("Data analyst", {"SQL"}), IsOk());
  ASSERT_THAT(CreateRole("Baker", {"Baking"}), IsOk());
  v1::Destination wish;
  wish.set_kind(v1::DESTINATION_KIND_NEW_FIELD);
  wish.set_role("roles/data-analist");
  const auto refused = Say("ada", wish);
  EXPECT_THAT(refused, FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(FieldsOf(refused.status()), "destination.role");
  EXPECT_EQ(MetadataOf(refused.status(), "nearest"), "roles/data-analyst");
  EXPECT_THAT(DestinationsOf("ada", As("ada")), IsEmpty());
}

TEST_F(PartsTest, WeightsOfContextAloneAreRefused) {
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Acme");
  request.mutable_organization()->mutable_match_weights()->set_elsewhere(5);
  request.set_request_id("weights-of-context");
  const rpc::Call nobody = CallOf("allinone", {api::v1::ROLE_SERVICE}, "");
  EXPECT_THAT(SyncWait(profile_.organizations().Create(nobody, request)), RefusesField("organization.match_weights"));
  request.mutable_organization()->mutable_match_weights()->set_motives(1);
  const auto made = SyncWait(profile_.organizations().Create(nobody, request));
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->match_weights().motives(), 1);
}

}  // namespace
}  // namespace cortado::profile
