#include "services/profile/invitations.h"

#include <optional>
#include <string>

#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::testing::HasSubstr;

class InvitationsTest : public ProfileFixture {
 protected:
  // Creates a person who can be reached by mail.
  void Reachable(const std::string& id) {
    v1::CreatePersonRequest request;
    request.set_person_id(id);
    request.set_request_id(RequestId());
    request.mutable_person()->set_display_name(id);
    request.mutable_person()->set_email(id + "@example.com");
    ASSERT_TRUE(SyncWait(profile_.people().Create(Hr(), request)).ok());
  }
  void Join(const std::string& id) {
    v1::Offer offer;
    offer.set_coffee(true);
    ASSERT_TRUE(Offer(id, offer).ok());
  }
  void Leave(const std::string& id) {
    v1::Person person = *Get(Hr(), id);
    person.set_active(false);
    ASSERT_TRUE(Update(Hr(), person, {"active"}).ok());
  }
  v1::InvitePeopleResponse Invite(const v1::InvitePeopleRequest& request) {
    const auto invited = SyncWait(profile_.invitations().Invite(Hr(), request));
    EXPECT_TRUE(invited.ok()) << invited.status();
    return *invited;
  }
  v1::InvitePeopleRequest Everybody() {
    v1::InvitePeopleRequest request;
    request.set_request_id(RequestId());
    return request;
  }
  v1::InvitationCounts Counts() {
    return *SyncWait(profile_.invitations().Count(Hr(), v1::GetInvitationCountsRequest()));
  }
  // How many events of invitations there are.
  int Events() {
    const std::string all = Ask({"XRANGE", "cortado:{acme}:profile:events", "-", "+"});
    int count = 0;
    for (size_t at = all.find("person.invited"); at != std::string::npos; at = all.find("person.invited", at + 1)) {
      ++count;
    }
    return count;
  }
};

TEST_F(InvitationsTest, EverybodyIsInvitedOnceEver) {
  for (const char* id : {"a", "b", "c"}) Reachable(id);
  EXPECT_EQ(Invite(Everybody()).invited_count(), 3);
  EXPECT_EQ(Get(As("a"), "a")->join_state(), v1::JOIN_STATE_INVITED);
  Reachable("d");
  const v1::InvitePeopleResponse again = Invite(Everybody());
  EXPECT_EQ(again.invited_count(), 1);
  EXPECT_EQ(again.invited_before_count(), 3);
  EXPECT_EQ(Events(), 4);
}

TEST_F(InvitationsTest, ARepeatOfTheRequestInvitesNobodyAndCountsTheSame) {
  for (const char* id : {"a", "b"}) Reachable(id);
  const v1::InvitePeopleRequest request = Everybody();
  EXPECT_EQ(Invite(request).invited_count(), 2);
  EXPECT_EQ(Invite(request).invited_count(), 2);
  EXPECT_EQ(Events(), 2);
}

TEST_F(InvitationsTest, LookingAheadInvitesNobody) {
  Reachable("a");
  v1::InvitePeopleRequest request = Everybody();
  request.set_validate_only(true);
  EXPECT_EQ(Invite(request).invited_count(), 1);
  EXPECT_EQ(Get(As("a"), "a")->join_state(), v1::JOIN_STATE_IMPORTED);
  EXPECT_EQ(Events(), 0);
}

TEST_F(InvitationsTest, WhoeverJoinedOrLeftOrCannotBeReachedHearsNothing) {
  for (const char* id : {"joined", "left", "fresh"}) Reachable(id);
  ASSERT_TRUE(Create("silent").ok());
  Join("joined");
  Leave("left");
  const v1::InvitePeopleResponse invited = Invite(Everybody());
  // Who joined is not HR's to learn: they count as invited.
  EXPECT_EQ(invited.invited_count(), 2);
  EXPECT_EQ(invited.unreachable_count(), 2);
  EXPECT_EQ(Events(), 1);
  EXPECT_EQ(Get(As("joined"), "joined")->join_state(), v1::JOIN_STATE_JOINED);
}

TEST_F(InvitationsTest, ThoseNamedAreInvitedAndNobodyElse) {
  for (const char* id : {"a", "b"}) Reachable(id);
  v1::InvitePeopleRequest request = Everybody();
  request.add_people("people/a");
  request.add_people("people/a");
  request.add_people("people/nobody");
  const v1::InvitePeopleResponse invited = Invite(request);
  EXPECT_EQ(invited.invited_count(), 1);
  EXPECT_EQ(invited.unreachable_count(), 1);
  EXPECT_EQ(Get(As("b"), "b")->join_state(), v1::JOIN_STATE_IMPORTED);
}

TEST_F(InvitationsTest, CountsHowFarPeopleHaveComeIn) {
  for (int i = 0; i < 12; ++i) Reachable("p" + std::to_string(i));
  EXPECT_EQ(Counts().joined_count(), 0);
  Invite(Everybody());
  for (int i = 0; i < 6; ++i) Join("p" + std::to_string(i));
  const v1::InvitationCounts counts = Counts();
  EXPECT_EQ(counts.people_count(), 12);
  EXPECT_EQ(counts.invited_count(), 12);
  EXPECT_EQ(counts.joined_count(), 6);
  EXPECT_EQ(counts.filled_count(), 0);
  EXPECT_TRUE(counts.has_last_invite_time());
}

TEST_F(InvitationsTest, SmallCountsAreHidden) {
  for (int i = 0; i < 12; ++i) Reachable("p" + std::to_string(i));
  for (int i = 0; i < 3; ++i) Join("p" + std::to_string(i));
  EXPECT_FALSE(Counts().has_joined_count());
  EXPECT_FALSE(Counts().has_filled_count());
}

TEST(ShownCountTest, IsHiddenWhereItOrWhatItLeavesIsFew) {
  EXPECT_EQ(Shown(0, 100), std::optional<int64_t>(0));
  EXPECT_EQ(Shown(100, 100), std::optional<int64_t>(100));
  for (int64_t count = 1; count < 5; ++count) {
    EXPECT_EQ(Shown(count, 100), std::nullopt);
    EXPECT_EQ(Shown(100 - count, 100), std::nullopt);
  }
  EXPECT_EQ(Shown(5, 10), std::optional<int64_t>(5));
}

}  // namespace
}  // namespace cortado::profile
