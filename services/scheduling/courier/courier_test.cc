// Events become notifications, and those become mail, each once.
#include <thread>

#include "common/store/freeze.h"
#include "services/scheduling/courier/testing/courier_fixture.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::IsOk;
using cortado::testing::ReceivedMail;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(CourierTest, TheOneAskedGetsAMailInTheirLanguage) {
  Asks("r1", "How did you get into data?\nAda");
  EXPECT_EQ(Collect(), 1);
  EXPECT_EQ(SendMail(), 1);
  const std::vector<ReceivedMail> mails = mail_server_.WaitForMails(1, kLimit);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(mails[0].recipients, ElementsAre("bo@example.com"));
  EXPECT_EQ(mails[0].to_name, "Bo Ågren");
  EXPECT_EQ(mails[0].headers.at("Subject"), "Ada Lovelace möchte sich mit dir auf einen Kaffee treffen.");
  EXPECT_THAT(mails[0].Part("text/plain").text, HasSubstr("How did you get into data?"));
  EXPECT_THAT(mails[0].Part("text/plain").text, HasSubstr("Mi 10. Juni 2026, 12:00"));
  EXPECT_THAT(mails[0].Part("text/html").text, HasSubstr("Hallo Bo"));
  ASSERT_THAT(InboxOf("bo"), SizeIs(1));
  EXPECT_EQ(InboxOf("bo")[0].deliveries(0).state(), v1::Delivery::STATE_DELIVERED);
  EXPECT_THAT(InboxOf("ada"), IsEmpty());
}

TEST_F(CourierTest, WhatIsToldTwiceIsOneNotification) {
  Asks("r1");
  EXPECT_EQ(Collect(), 1);
  ASSERT_THAT(SyncWait(store_.SavePosition(System(), "matching", "0-0")), IsOk());
  EXPECT_EQ(Collect(), 1);
  EXPECT_THAT(InboxOf("bo"), SizeIs(1));
  Drain();
  EXPECT_THAT(mail_server_.Mails(), SizeIs(1));
}

TEST_F(CourierTest, ManyEventsAreToldInOneStepAndInOrder) {
  const auto revision = [this] { return std::stoll(site_.server.Ask({"GET", "cortado:{acme}:scheduling:rev"})); };
  for (int i = 0; i < 60; ++i) Asks(absl::StrCat("r", i));
  const int64_t before = revision();
  EXPECT_EQ(Collect(), 60);
  EXPECT_EQ(revision(), before + 1);
  const std::vector<v1::Notification> inbox = InboxOf("bo");
  ASSERT_THAT(inbox, SizeIs(60));
  Drain();
  const std::vector<ReceivedMail> mails = mail_server_.WaitForMails(60, kLimit);
  EXPECT_THAT(mails, SizeIs(60));
}

TEST_F(CourierTest, OfEventsPartlyToldBeforeTheOthersAreTold) {
  Asks("r1");
  Asks("r2");
  EXPECT_EQ(Collect(), 2);
  Drain();
  ASSERT_THAT(SyncWait(store_.SavePosition(System(), "matching", "1-1")), IsOk());
  Asks("r3");
  EXPECT_EQ(Collect(), 2);
  EXPECT_THAT(InboxOf("bo"), SizeIs(3));
  Drain();
  EXPECT_THAT(mail_server_.WaitForMails(3, kLimit), SizeIs(3));
}

TEST_F(CourierTest, AChatBookedAndCancelledReachesEveryCalendar) {
  const absl::StatusOr<v1::Chat> chat = site_.Book("ada", "bo", "2026-06-10 12:00");
  ASSERT_THAT(chat, IsOk());
  const std::string start = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-10 12:00")));
  const std::string end = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-10 12:30")));
  Happens("chat.booked", chat->name(), {{"people", "ada,bo"}, {"start", start}, {"end", end}, {"by", "ada"}});
  Collect();
  Drain();
  std::vector<ReceivedMail> mails = mail_server_.WaitForMails(2, kLimit);
  ASSERT_THAT(mails, SizeIs(2));
  std::string uid;
  for (const ReceivedMail& mail : mails) {
    EXPECT_EQ(mail.Part("text/calendar").method, "REQUEST");
    const std::string calendar = mail.Part("text/calendar").text;
    uid = calendar.substr(calendar.find("\r\nUID:"), 30);
  }
  ASSERT_THAT(site_.Cancel("bo", *chat), IsOk());
  Happens("chat.cancelled", chat->name(), {{"people", "ada,bo"}, {"start", start}, {"end", end}, {"by", "bo"}});
  Collect();
  Drain();
  mails = mail_server_.WaitForMails(4, kLimit);
  ASSERT_THAT(mails, SizeIs(4));
  for (size_t i = 2; i < 4; ++i) {
    EXPECT_EQ(mails[i].Part("text/calendar").method, "CANCEL");
    EXPECT_THAT(mails[i].Part("text/calendar").text, HasSubstr(uid));
    EXPECT_THAT(mails[i].Part("text/calendar").text, HasSubstr("SEQUENCE:1"));
  }
  // Whoever booked hears nothing but their calendar: the other one is told in words, each in their own.
  EXPECT_EQ(InboxOf("bo")[1].text().text(),
            "Dein Chat mit Ada Lovelace ist gebucht: Mittwoch, 10. Juni 2026, 12:00–12:30 Uhr (UTC).");
}

TEST_F(CourierTest, AnInvitationOvertakenByTheCancellationIsNotSent) {
  const absl::StatusOr<v1::Chat> chat = site_.Book("ada", "bo", "2026-06-10 12:00");
  Happens("chat.booked", chat->name(), {{"people", "ada,bo"}, {"by", "ada"}});
  Collect();
  ASSERT_THAT(site_.Cancel("ada", *chat), IsOk());
  Drain();
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
  EXPECT_EQ(InboxOf("bo")[0].deliveries(0).state(), v1::Delivery::STATE_DROPPED);
}

// Its words are made when it goes out: the time in them is the one in the invitation beside them.
TEST_F(CourierTest, AMailOvertakenByAMoveTellsTheTimeOfItsInvitation) {
  const absl::StatusOr<v1::Chat> chat = site_.Book("ada", "bo", "2026-06-10 12:00");
  const std::string start = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-10 12:00")));
  const std::string end = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-10 12:30")));
  Happens("chat.booked", chat->name(), {{"people", "ada,bo"}, {"start", start}, {"end", end}, {"by", "ada"}});
  Collect();
  ASSERT_THAT(site_.Send("ada", site_.Moving(*chat, Utc("2026-06-11 14:00"))), IsOk());
  Drain();
  for (const ReceivedMail& mail : mail_server_.WaitForMails(2, kLimit)) {
    EXPECT_THAT(mail.Part("text/calendar").text, HasSubstr("DTSTART:20260611T140000Z"));
    EXPECT_THAT(mail.Part("text/plain").text, HasSubstr("11"));
    EXPECT_THAT(mail.Part("text/plain").text, HasSubstr("14:00"));
    EXPECT_THAT(mail.Part("text/plain").text, Not(HasSubstr("12:00")));
  }
}

TEST_F(CourierTest, ARequestAnsweredMeanwhileIsNotMailed) {
  Asks("r1");
  Collect();
  requests_["requests/r1"].set_state(matching::v1::Request::STATE_CLOSED);
  Drain();
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
}

TEST_F(CourierTest, AMailOnItsWayWhenAFreezeBeganIsNotedWhenItEnds) {
  Asks("r1");
  ASSERT_EQ(Collect(), 1);
  while_composing_ = [this]() -> Task<void> {
    const absl::StatusOr<store::Freeze> freeze =
        co_await store::FreezeRecords(site_.store, site_.client, System(), "freeze-of-test", absl::Milliseconds(300));
    EXPECT_THAT(freeze, IsOk());
  };
  EXPECT_EQ(SendMail(), 1);
  while_composing_ = nullptr;
  site_.clock.Advance(2 * kDeliveryLease);
  Drain();
  EXPECT_EQ(InboxOf("bo")[0].deliveries(0).state(), v1::Delivery::STATE_DELIVERED);
  EXPECT_THAT(mail_server_.WaitForMails(1, kLimit), SizeIs(1)) << "once";
}

TEST_F(CourierTest, WhileFrozenNothingIsTakenToBeSent) {
  Asks("r1");
  ASSERT_EQ(Collect(), 1);
  ASSERT_THAT(SyncWait(store::FreezeRecords(site_.store, site_.client, System(), "freeze-of-test", absl::Minutes(1))),
              IsOk());
  EXPECT_EQ(cortado::ReasonOf(SyncWait(dispatcher_->SendMail(System())).status()), "ORGANIZATION_FROZEN");
  ASSERT_THAT(SyncWait(store::ThawRecords(site_.store, site_.client, System(), "freeze-of-test")), IsOk());
  EXPECT_EQ(SendMail(), 1);
}

TEST_F(CourierTest, AfterWorkItWaitsForTheMorning) {
  site_.clock.Set(Utc("2026-06-08 20:00"));
  Asks("r1");
  Collect();
  Drain();
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
  EXPECT_THAT(InboxOf("bo"), SizeIs(1));  // Whoever looks sees it.
  site_.clock.Set(Utc("2026-06-09 09:00"));
  Drain();
  EXPECT_THAT(mail_server_.WaitForMails(1, kLimit), SizeIs(1));
}

TEST_F(CourierTest, WhoeverLeftHearsOfNothing) {
  site_.Tell({Ada(), Bo().Left()});
  Asks("r1");
  Collect();
  Drain();
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
}

TEST_F(CourierTest, WhatIsOlderThanNinetyDaysIsForgotten) {
  Asks("r1");
  Collect();
  Drain();
  site_.clock.Advance(absl::Hours(24));
  Asks("r2");
  Collect();
  Drain();
  const auto forget = [&] { return *SyncWait(store_.Forget(System(), site_.clock.Now() - absl::Hours(90 * 24), 50)); };
  site_.clock.Advance(absl::Hours(24 * 89 - 1));
  EXPECT_EQ(forget(), 0);
  site_.clock.Advance(absl::Hours(2));
  EXPECT_EQ(forget(), 1);
  ASSERT_THAT(InboxOf("bo"), SizeIs(1));
  EXPECT_EQ(InboxOf("bo")[0].subject(), "requests/r2");
}

TEST_F(CourierTest, TwoAtOnceSendNothingTwice) {
  const int count = 40;
  for (int i = 0; i < count; ++i) Asks(absl::StrCat("r", i));
  Collect();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      while (SyncWait(dispatcher_->SendMail(System())).value_or(0) > 0) {
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(mail_server_.Mails(), SizeIs(count));
}

}  // namespace
}  // namespace cortado::scheduling
