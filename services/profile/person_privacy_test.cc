// The promises of product rules 2 and 1.5 about what others see of a person.
#include "common/status/error.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class PersonPrivacyTest : public ProfileFixture {
 protected:
  void SetUp() override {
    ASSERT_THAT(Create("boss"), IsOk());
    ASSERT_THAT(Create("ada", "boss"), IsOk());
    ASSERT_THAT(Create("bo"), IsOk());
  }
  v1::Destination Wish(v1::Audience audience) {
    v1::Destination destination;
    destination.set_kind(v1::DESTINATION_KIND_SIDEWAYS);
    destination.set_audience(audience);
    return destination;
  }
  absl::Status Block(const std::string& owner, const std::string& other) {
    v1::BlockPersonRequest request;
    request.set_parent("people/" + owner);
    request.mutable_block()->set_person("people/" + other);
    request.set_request_id(RequestId());
    return SyncWait(profile_.blocks().Block(As(owner), request)).status();
  }
  std::vector<v1::Block> BlocksOf(const std::string& owner) {
    v1::ListBlocksRequest request;
    request.set_parent("people/" + owner);
    const auto response = SyncWait(profile_.blocks().List(As(owner), request));
    return {response->blocks().begin(), response->blocks().end()};
  }
  v1::Offer OfferSeenBy(rpc::Call viewer) {
    v1::GetOfferRequest request;
    request.set_name("people/ada/offer");
    v1::Offer offer = *SyncWait(profile_.offers().GetOffer(viewer, request));
    Show(viewer, offer);
    return offer;
  }
};

TEST_F(PersonPrivacyTest, AnUnconfirmedStepIsItsOwnersAlone) {
  v1::Person ada = *Get(As("ada"), "ada");
  ada.add_journey()->set_role("Manager");
  ada.add_journey()->set_role("Engineer");
  ada.mutable_journey(1)->set_confirmed(true);
  ASSERT_THAT(Update(As("ada"), ada, {"journey"}), IsOk());
  EXPECT_THAT(Get(As("ada"), "ada")->journey(), SizeIs(2));
  EXPECT_THAT(Get(AsService(), "ada")->journey(), SizeIs(2));
  EXPECT_THAT(Get(As("bo"), "ada")->journey(), SizeIs(1));
  EXPECT_THAT(Get(Hr(), "ada")->journey(), SizeIs(1));
}

TEST_F(PersonPrivacyTest, AnInterestIsShownToItsAudience) {
  v1::Person ada = *Get(As("ada"), "ada");
  ada.add_interests()->set_topic("chess");
  ada.add_interests()->set_topic("a secret");
  ada.mutable_interests(1)->set_audience(v1::AUDIENCE_ONLY_ME);
  ASSERT_THAT(Update(As("ada"), ada, {"interests"}), IsOk());
  EXPECT_THAT(Get(As("ada"), "ada")->interests(), SizeIs(2));
  EXPECT_THAT(Get(As("bo"), "ada")->interests(), SizeIs(1));
}

TEST_F(PersonPrivacyTest, AnAudienceThatWouldBeShownToNobodyIsRefusedByItsPath) {
  for (const v1::Audience audience : {v1::AUDIENCE_PEOPLE_I_ASK, v1::AUDIENCE_MY_MANAGER}) {
    v1::Person ada = *Get(As("ada"), "ada");
    ada.clear_interests();
    ada.add_interests()->set_topic("tea");
    ada.add_interests()->set_topic("chess");
    ada.mutable_interests(1)->set_audience(audience);
    const auto interests = Update(As("ada"), ada, {"interests"});
    EXPECT_THAT(interests, FailsWith(Code::kInvalidArgument, "FIELD_INVALID"));
    EXPECT_EQ(FieldsOf(interests.status()), "person.interests[1].audience");
    ada.clear_journey();
    ada.add_journey()->set_role("Cook");
    ada.mutable_journey(0)->set_audience(audience);
    const auto journey = Update(As("ada"), ada, {"journey"});
    EXPECT_THAT(journey, FailsWith(Code::kInvalidArgument, "FIELD_INVALID"));
    EXPECT_EQ(FieldsOf(journey.status()), "person.journey[0].audience");
  }
}

TEST_F(PersonPrivacyTest, HrSeesFactsAndNoIntent) {
  ASSERT_THAT(Update(Hr(), *Get(Hr(), "ada"), {"title"}), IsOk());
  ASSERT_THAT(CreateSkill("Go"), IsOk());
  v1::Person ada = *Get(As("ada"), "ada");
  ada.add_skills_wanted()->set_skill("go");
  ASSERT_THAT(Update(As("ada"), ada, {"skills_wanted"}), IsOk());
  EXPECT_THAT(Get(Hr(), "ada")->skills_wanted(), IsEmpty());
  EXPECT_THAT(Get(As("bo"), "ada")->skills_wanted(), SizeIs(1));
}

TEST_F(PersonPrivacyTest, HowFarSomebodyHasComeInIsNobodysBusiness) {
  EXPECT_EQ(Get(As("ada"), "ada")->join_state(), v1::JOIN_STATE_IMPORTED);
  EXPECT_EQ(Get(As("bo"), "ada")->join_state(), v1::JOIN_STATE_UNSPECIFIED);
  EXPECT_EQ(Get(Hr(), "ada")->join_state(), v1::JOIN_STATE_UNSPECIFIED);
}

TEST_F(PersonPrivacyTest, ADestinationIsShownToItsAudienceAlone) {
  ASSERT_THAT(Say("ada", Wish(v1::AUDIENCE_EVERYONE)), IsOk());
  EXPECT_THAT(DestinationsOf("ada", As("bo")), SizeIs(1));
  clock_.Advance(absl::Seconds(1));
  ASSERT_THAT(Say("ada", Wish(v1::AUDIENCE_ONLY_ME)), IsOk());
  EXPECT_THAT(DestinationsOf("ada", As("bo")), IsEmpty());
  EXPECT_THAT(DestinationsOf("ada", As("boss")), IsEmpty());
  EXPECT_THAT(DestinationsOf("ada", As("ada")), SizeIs(2));
}

TEST_F(PersonPrivacyTest, MyManagerIsTheManagerOfThatDay) {
  ASSERT_THAT(Say("ada", Wish(v1::AUDIENCE_MY_MANAGER)), IsOk());
  EXPECT_THAT(DestinationsOf("ada", As("boss")), SizeIs(1));
  v1::Person ada = *Get(Hr(), "ada");
  ada.set_manager("people/bo");
  ASSERT_THAT(Update(Hr(), ada, {"manager"}), IsOk());
  EXPECT_THAT(DestinationsOf("ada", As("bo")), IsEmpty());
  EXPECT_THAT(DestinationsOf("ada", As("boss")), IsEmpty());
}

TEST_F(PersonPrivacyTest, APauseAndAClosedDoorAreSeenByTheirOwnerAlone) {
  v1::Offer offer;
  offer.set_mentor(true);
  offer.set_booking(v1::BOOKING_CLOSED);
  offer.mutable_pause_end_time()->set_seconds(1'900'000'000);
  ASSERT_THAT(Offer("ada", offer), IsOk());
  EXPECT_TRUE(OfferSeenBy(As("ada")).has_pause_end_time());
  EXPECT_EQ(OfferSeenBy(As("ada")).booking(), v1::BOOKING_CLOSED);
  EXPECT_FALSE(OfferSeenBy(As("bo")).has_pause_end_time());
  EXPECT_EQ(OfferSeenBy(As("bo")).booking(), v1::BOOKING_UNSPECIFIED);
  EXPECT_TRUE(OfferSeenBy(As("bo")).mentor());
}

TEST_F(PersonPrivacyTest, BlocksAreKnownToTheirOwnerAlone) {
  ASSERT_THAT(Block("ada", "bo"), IsOk());
  EXPECT_THAT(BlocksOf("ada"), SizeIs(1));
  EXPECT_THAT(BlocksOf("bo"), IsEmpty());
  v1::ListBlocksRequest request;
  request.set_parent("people/ada");
  EXPECT_THAT(SyncWait(profile_.blocks().List(As("bo"), request)), FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(PersonPrivacyTest, TheAuditOfABlockNamesNoTarget) {
  ASSERT_THAT(Block("ada", "bo"), IsOk());
  const std::string entry = Ask({"XREVRANGE", "cortado:{acme}:profile:audit", "+", "-", "COUNT", "1"});
  EXPECT_THAT(entry, ::testing::HasSubstr("people/ada/blocks"));
  EXPECT_THAT(entry, ::testing::Not(::testing::HasSubstr("bo\n")));
  EXPECT_THAT(entry, ::testing::Not(::testing::HasSubstr("blocks/")));
}

TEST_F(PersonPrivacyTest, BlockingTwiceIsOneBlockAndEndsOnce) {
  ASSERT_THAT(Block("ada", "bo"), IsOk());
  ASSERT_THAT(Block("ada", "bo"), IsOk());
  EXPECT_THAT(BlocksOf("ada"), SizeIs(1));
  v1::UnblockPersonRequest request;
  request.set_name("people/ada/blocks/bo");
  request.set_request_id(RequestId());
  EXPECT_THAT(SyncWait(profile_.blocks().Unblock(As("ada"), request)), IsOk());
  request.set_request_id(RequestId());
  EXPECT_THAT(SyncWait(profile_.blocks().Unblock(As("ada"), request)),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(PersonPrivacyTest, NobodyBlocksThemselvesOrWhoIsNotThere) {
  EXPECT_THAT(Block("ada", "ada"), FailsWith(Code::kInvalidArgument, "BLOCK_SELF"));
  EXPECT_THAT(Block("ada", "nobody"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace cortado::profile
