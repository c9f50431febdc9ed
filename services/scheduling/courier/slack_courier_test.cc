// What goes out by Slack, what goes by mail instead, and what people prefer.
#include "services/scheduling/courier/testing/courier_fixture.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class SlackCourierTest : public CourierTest {
 protected:
  SlackCourierTest() {
    profile::v1::PersonSnapshot bo = Bo().snapshot();
    bo.mutable_person()->set_slack_user("U1");
    PeopleProjection::Page page = site_.PageOf({});
    *page.add_changes()->mutable_person() = bo;
    EXPECT_THAT(SyncWait(site_.projection.Apply("acme", page, false)), IsOk());
    start_ = ChangesFor(Bot(), "")->resume_token();
  }
  std::string start_;
};

TEST_F(SlackCourierTest, TheBotFetchesItAndNoMailGoes) {
  Asks("r1");
  Collect();
  EXPECT_THAT(ChangesFor(Bot(), start_)->notifications(), IsEmpty());  // Not due yet: nobody handed it on.
  Drain();
  const auto changes = ChangesFor(Bot(), start_);
  ASSERT_THAT(changes, IsOk());
  ASSERT_THAT(changes->notifications(), SizeIs(1));
  EXPECT_EQ(changes->notifications(0).text().text(), "Ada Lovelace möchte sich mit dir auf einen Kaffee treffen.");
  EXPECT_THAT(Mark(changes->notifications(0).name(), /*failed=*/false), IsOk());
  EXPECT_THAT(Mark(changes->notifications(0).name(), /*failed=*/false), IsOk());
  EXPECT_THAT(ChangesFor(Bot(), start_)->notifications(), IsEmpty());
  EXPECT_THAT(ChangesFor(Bot(), "")->notifications(), IsEmpty());
  site_.clock.Advance(absl::Hours(1));
  Drain();
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
  EXPECT_EQ(InboxOf("bo")[0].deliveries(0).reference(), "C1:1234.5678");
}

TEST_F(SlackCourierTest, ABotThatComesBackFindsWhatWaits) {
  Asks("r1");
  Collect();
  Drain();
  EXPECT_THAT(ChangesFor(Bot(), "")->notifications(), SizeIs(1));
}

TEST_F(SlackCourierTest, WhatANightHeldBackComesInTheOrderInWhichItHappened) {
  site_.clock.Set(Utc("2026-06-08 19:00"));
  std::vector<std::string> asked;
  for (int i = 0; i < 12; ++i) {
    asked.push_back(absl::StrCat("requests/r", i));
    Asks(absl::StrCat("r", i));
    site_.clock.Advance(absl::Minutes(1));
    Collect();
  }
  Drain();
  EXPECT_THAT(ChangesFor(Bot(), start_)->notifications(), IsEmpty());
  site_.clock.Set(Utc("2026-06-09 10:00"));
  Drain();
  std::vector<std::string> told;
  const auto changes = ChangesFor(Bot(), start_);
  ASSERT_THAT(changes, IsOk());
  for (const v1::Notification& one : changes->notifications()) told.push_back(one.subject());
  EXPECT_EQ(told, asked);
}

TEST_F(SlackCourierTest, WhatNobodyFetchedGoesByMailAfterTenMinutes) {
  Asks("r1");
  Collect();
  Drain();
  site_.clock.Advance(absl::Minutes(9));
  Drain();
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
  site_.clock.Advance(absl::Minutes(1));
  Drain();
  Drain();
  EXPECT_THAT(mail_server_.WaitForMails(1, kLimit), SizeIs(1));
  EXPECT_THAT(ChangesFor(Bot(), start_)->notifications(), IsEmpty());
  // It is out; a bot that comes late changes nothing.
  EXPECT_THAT(Mark(InboxOf("bo")[0].name(), /*failed=*/true), IsOk());
  Drain();
  EXPECT_THAT(mail_server_.Mails(), SizeIs(1));
}

TEST_F(SlackCourierTest, WhatSlackRefusesGoesByMailAtOnce) {
  Asks("r1");
  Collect();
  Drain();
  ASSERT_THAT(Mark(InboxOf("bo")[0].name(), /*failed=*/true), IsOk());
  Drain();
  EXPECT_THAT(mail_server_.WaitForMails(1, kLimit), SizeIs(1));
}

TEST_F(SlackCourierTest, WhoeverPrefersMailGetsMail) {
  v1::NotificationPreferences wanted;
  wanted.set_channel(v1::CHANNEL_MAIL);
  const v1::NotificationPreferences written = Prefer("bo", wanted);
  EXPECT_NE(written.etag(), "");
  Asks("r1");
  Collect();
  Drain();
  EXPECT_THAT(mail_server_.WaitForMails(1, kLimit), SizeIs(1));
  EXPECT_THAT(ChangesFor(Bot(), start_)->notifications(), IsEmpty());
}

TEST_F(SlackCourierTest, ATokenIsItsOwnersAlone) {
  EXPECT_THAT(ChangesFor(site_.As("bo"), start_), FailsWith(Code::kOutOfRange, "RESYNC_REQUIRED"));
  const std::string bos = ChangesFor(site_.As("bo"), "")->resume_token();
  EXPECT_THAT(ChangesFor(site_.As("ada"), bos), FailsWith(Code::kOutOfRange, "RESYNC_REQUIRED"));
  Asks("r1");
  Collect();
  EXPECT_THAT(ChangesFor(site_.As("bo"), bos)->notifications(), SizeIs(1));
  const std::string adas = ChangesFor(site_.As("ada"), "")->resume_token();
  Asks("r2");
  Collect();
  EXPECT_THAT(ChangesFor(site_.As("ada"), adas)->notifications(), IsEmpty());
}

TEST_F(SlackCourierTest, NobodySetsOrReadsPreferencesOfOthers) {
  v1::GetNotificationPreferencesRequest get;
  get.set_name("people/bo/notificationPreferences");
  EXPECT_THAT(SyncWait(notifications_.GetPreferences(site_.As("ada"), get)),
              FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  v1::UpdateNotificationPreferencesRequest update;
  update.mutable_preferences()->set_name("people/bo/notificationPreferences");
  update.mutable_update_mask()->add_paths("digest");
  update.set_request_id("request-1");
  EXPECT_THAT(SyncWait(notifications_.UpdatePreferences(site_.As("ada"), update)),
              FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  // An etag that is not the one read.
  update.mutable_preferences()->set_etag("17");
  EXPECT_THAT(SyncWait(notifications_.UpdatePreferences(site_.As("bo"), update)),
              FailsWith(Code::kAborted, "ETAG_MISMATCH"));
}

}  // namespace
}  // namespace cortado::scheduling
