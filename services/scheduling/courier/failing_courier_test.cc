// Mail that is refused, fails, is lost on the way, or finds no server at all.
#include <set>

#include "common/testing/scale.h"
#include "services/scheduling/courier/testing/courier_fixture.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::IsOk;
using cortado::testing::ReceivedMail;
using cortado::testing::Scaled;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class RefusingCourierTest : public CourierTest {
 protected:
  RefusingCourierTest() : CourierTest({"--refuse", "bo@example.com"}) {}
};

TEST_F(RefusingCourierTest, WhatIsRefusedForGoodIsADeadLetterAndCanBeTriedAnew) {
  Asks("r1");
  Collect();
  Drain();
  const auto dead = SyncWait(notifications_.ListDead(System(), {}));
  ASSERT_THAT(dead, IsOk());
  ASSERT_THAT(dead->dead_letters(), SizeIs(1));
  EXPECT_EQ(dead->dead_letters(0).channel(), v1::CHANNEL_MAIL);
  EXPECT_EQ(dead->dead_letters(0).resource(), InboxOf("bo")[0].name());
  EXPECT_EQ(dead->dead_letters(0).attempts(), 1);
  EXPECT_THAT(dead->dead_letters(0).problem(), Not(HasSubstr("@")));
  EXPECT_NE(dead->dead_letters(0).problem(), "");
  v1::RetryDeliveryRequest retry;
  retry.set_name(dead->dead_letters(0).name());
  retry.set_request_id("request-1");
  EXPECT_THAT(SyncWait(notifications_.Retry(System(), retry)), IsOk());
  EXPECT_THAT(SyncWait(notifications_.ListDead(System(), {}))->dead_letters(), IsEmpty());
  EXPECT_EQ(SendMail(), 1);  // And is refused again.
  EXPECT_THAT(SyncWait(notifications_.ListDead(System(), {}))->dead_letters(), SizeIs(1));
  retry.set_name("deadLetters/mail-nobody-n-0123");
  EXPECT_THAT(SyncWait(notifications_.Retry(System(), retry)), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

class FailingCourierTest : public CourierTest {
 protected:
  FailingCourierTest() : CourierTest({"--fail-rate", "0.3", "--lose-rate", "0.1", "--seed", "11"}) {}
};

// Issue: with 30 % of deliveries failing, everything arrives at least once and, by its name, exactly once.
TEST_F(FailingCourierTest, EverythingArrivesInTheEndOnceByItsName) {
  const int count = static_cast<int>(Scaled(60));
  for (int i = 0; i < count; ++i) Asks(absl::StrCat("r", i));
  EXPECT_EQ(Collect(), count);
  std::set<std::string> arrived;
  // Every other try fails, and tries are an hour apart in the end: of a day's worth, which is given up only then, one
  // succeeds.
  for (int step = 0; step < 600 && static_cast<int>(arrived.size()) < count; ++step) {
    Drain();
    for (const ReceivedMail& mail : mail_server_.Mails()) arrived.insert(mail.headers.at("Message-ID"));
    site_.clock.Advance(absl::Minutes(2));
  }
  EXPECT_EQ(static_cast<int>(arrived.size()), count);
  EXPECT_THAT(SyncWait(notifications_.ListDead(System(), {}))->dead_letters(), IsEmpty());
  v1::ListNotificationsRequest all;
  all.set_parent("people/bo");
  all.set_page_size(1000);
  const auto inbox = SyncWait(notifications_.List(site_.As("bo"), all));
  ASSERT_THAT(inbox, IsOk());
  for (const v1::Notification& one : inbox->notifications()) EXPECT_EQ(one.deliveries_size(), 1);
}

TEST_F(FailingCourierTest, AnOutageOfADayIsADeadLetter) {
  mail::SmtpServer nowhere;
  nowhere.host = "127.0.0.1";
  nowhere.port = 1;
  nowhere.security = mail::Security::kNone;
  MailRoom room;
  room.client = *mail::SmtpClient::New(nowhere);
  room.from = {"Cortado", "cortado@example.com"};
  Dispatcher away(store_, site_.people_store, site_.chat_store, site_.series_store, room, Matching(), site_.loop,
                  site_.clock);
  Asks("r1");
  Collect();
  int tries = 0;
  for (int step = 0; step < 200; ++step) {
    tries += *SyncWait(away.SendMail(System()));
    site_.clock.Advance(absl::Minutes(10));
  }
  EXPECT_GT(tries, 20);
  EXPECT_LT(tries, 60);
  EXPECT_THAT(SyncWait(notifications_.ListDead(System(), {}))->dead_letters(), SizeIs(1));
}

}  // namespace
}  // namespace cortado::scheduling
