#include "services/scheduling/people_projection.h"

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr char kTuesday[] = "2026-06-09 10:00";
constexpr char kThursday[] = "2026-06-11 10:00";

v1::Chat::State StateOf(Site& site, const v1::Chat& chat) { return site.Get("ada", chat.name())->state(); }

std::vector<std::string> Kept(Site& site) { return *SyncWait(site.people_store.ListIds(site.As("ada"))); }

TEST(PeopleProjectionTest, ALeaversFutureChatsAreCancelled) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat with_grace = *site.Book("ada", "grace", kTuesday);
  const v1::Chat with_eve = *site.Book("ada", "eve", kThursday);
  site.Tell({Colleague("grace").Left()});
  EXPECT_EQ(StateOf(site, with_grace), v1::Chat::STATE_CANCELLED);
  EXPECT_EQ(StateOf(site, with_eve), v1::Chat::STATE_BOOKED);
  EXPECT_THAT(site.Book("ada", "eve", kTuesday), IsOk());
}

TEST(PeopleProjectionTest, WhatHasBegunStays) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTuesday);
  site.clock.Set(Utc(kTuesday));
  site.Tell({Colleague("grace").Left()});
  EXPECT_EQ(StateOf(site, chat), v1::Chat::STATE_BOOKED);
}

TEST(PeopleProjectionTest, APauseCancelsTheChatsWithinIt) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat within = *site.Book("ada", "grace", kTuesday);
  const v1::Chat after = *site.Book("ada", "grace", kThursday);
  site.Tell({Colleague("grace").PausedUntil(Utc("2026-06-10 00:00"))});
  EXPECT_EQ(StateOf(site, within), v1::Chat::STATE_CANCELLED);
  EXPECT_EQ(StateOf(site, after), v1::Chat::STATE_BOOKED);
}

TEST(PeopleProjectionTest, ABlockCancelsTheChatsOfTheTwo) {
  Site site({Colleague("ada"), Colleague("grace"), Colleague("eve")});
  const v1::Chat with_grace = *site.Book("ada", "grace", kTuesday);
  const v1::Chat with_eve = *site.Book("ada", "eve", kThursday);
  site.Tell({Colleague("grace").Blocks("ada")});
  EXPECT_EQ(StateOf(site, with_grace), v1::Chat::STATE_CANCELLED);
  EXPECT_EQ(StateOf(site, with_eve), v1::Chat::STATE_BOOKED);
}

TEST(PeopleProjectionTest, SomebodyDeletedIsForgottenAndTheirChatsAreCancelled) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTuesday);
  site.TellGone("grace");
  EXPECT_EQ(StateOf(site, chat), v1::Chat::STATE_CANCELLED);
  EXPECT_THAT(Kept(site), ElementsAre("ada"));
  EXPECT_THAT(site.Book("ada", "grace", kThursday), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST(PeopleProjectionTest, ANewSnapshotForgetsWhoIsNotInIt) {
  Site site({Colleague("ada"), Colleague("grace")});
  const v1::Chat chat = *site.Book("ada", "grace", kTuesday);
  site.Tell({Colleague("ada"), Colleague("eve")}, /*restart=*/true);
  EXPECT_THAT(Kept(site), UnorderedElementsAre("ada", "eve"));
  EXPECT_EQ(StateOf(site, chat), v1::Chat::STATE_CANCELLED);
}

TEST(PeopleProjectionTest, ASnapshotOfSeveralPagesForgetsNobodyInBetween) {
  Site site({Colleague("ada"), Colleague("grace")});
  PeopleProjection::Page first = site.PageOf({Colleague("eve")});
  first.set_snapshot_complete(false);
  ASSERT_THAT(SyncWait(site.projection.Apply("acme", first, true)), IsOk());
  EXPECT_THAT(Kept(site), UnorderedElementsAre("ada", "grace", "eve"));
  ASSERT_THAT(SyncWait(site.projection.Apply("acme", site.PageOf({Colleague("ada")}), false)), IsOk());
  EXPECT_THAT(Kept(site), UnorderedElementsAre("ada", "eve"));
}

TEST(PeopleProjectionTest, TheTokenIsRememberedOnlyOnceTheSnapshotIsComplete) {
  Site site;
  PeopleProjection::Page page = site.PageOf({Colleague("eve")});
  page.set_snapshot_complete(false);
  page.set_resume_token("half");
  ASSERT_THAT(SyncWait(site.projection.Apply("other", page, true)), IsOk());
  const rpc::Call call = rpc::InternalCall("other", "test", absl::Now() + absl::Seconds(5));
  EXPECT_EQ(*SyncWait(site.people_store.FindToken(call)), std::nullopt);
  page.set_snapshot_complete(true);
  page.set_resume_token("whole");
  ASSERT_THAT(SyncWait(site.projection.Apply("other", page, false)), IsOk());
  EXPECT_EQ(*SyncWait(site.people_store.FindToken(call)), "whole");
}

TEST(PeopleProjectionTest, WhoeverAsksBeforeTheFirstSnapshotIsToldToTryAgain) {
  Site site;
  const rpc::Call call = rpc::InternalCall("other", "test", absl::Now() + absl::Milliseconds(300));
  EXPECT_THAT(SyncWait(site.projection.WaitUntilReady(call)), FailsWith(absl::StatusCode::kUnavailable, "TRY_AGAIN"));
}

TEST(PeopleProjectionTest, WhatIsToldAgainWithoutChangeIsNotWritten) {
  Site site({Colleague("ada"), Colleague("grace")});
  const std::string key = "cortado:{acme}:scheduling:person:ada";
  const std::string before = site.server.Ask({"GET", key});
  site.Tell({Colleague("ada")});
  EXPECT_EQ(site.server.Ask({"GET", key}), before);
  site.Tell({Colleague("ada").Named("Ada")});
  EXPECT_NE(site.server.Ask({"GET", key}), before);
}

TEST(PeopleProjectionTest, SkillsInterestsAndDestinationsAreNotKept) {
  profile::v1::PersonSnapshot told = Colleague("ada").snapshot();
  told.mutable_person()->add_skills_held()->set_display_name("planted-skill");
  told.mutable_person()->add_interests()->set_topic("planted-interest");
  told.mutable_person()->add_journey()->set_role("planted-step");
  told.mutable_destination()->set_text("planted-destination");
  EXPECT_THAT(Keep(told).SerializeAsString(), ::testing::Not(::testing::HasSubstr("planted")));
}

// A feed that is there, pauses, and is followed: pages come in order, a lost token starts a new snapshot.
TEST(PeopleProjectionTest, AFeedIsFollowedFromTheFirstCallOn) {
  Site site;
  std::atomic<int> asked{0};
  site.projection.Start(
      [&](std::string organization, std::string token, absl::Duration) -> Task<absl::StatusOr<PeopleProjection::Page>> {
        EXPECT_EQ(organization, "other");
        const int turn = asked.fetch_add(1);
        if (turn > 1) co_await site.loop.Sleep(absl::Milliseconds(20));
        EXPECT_EQ(token.empty(), turn == 0);
        PeopleProjection::Page page;
        if (turn == 0) *page.add_changes()->mutable_person() = Colleague("ada").snapshot();
        if (turn == 1) *page.add_changes()->mutable_person() = Colleague("grace").snapshot();
        page.set_snapshot_complete(turn >= 1);
        page.set_resume_token(absl::StrCat("t", turn));
        co_return page;
      });
  const rpc::Call call = rpc::InternalCall("other", "test", absl::Now() + absl::Seconds(5));
  ASSERT_THAT(SyncWait(site.projection.WaitUntilReady(call)), IsOk());
  EXPECT_THAT(*SyncWait(site.people_store.ListIds(call)), UnorderedElementsAre("ada", "grace"));
  const rpc::Call directory = rpc::InternalCall("directory", "test", absl::Now() + absl::Seconds(5));
  EXPECT_THAT(*SyncWait(site.people_store.ListOrganizations(directory)), ElementsAre("other"));
  site.projection.Stop();
}

}  // namespace
}  // namespace cortado::scheduling
