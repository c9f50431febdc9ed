// The courier on a real Redis and a real mail server: events become notifications, and those become mail and messages
// of the Slack bot, each once.
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/rpc/view.h"
#include "common/testing/mail_server.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/courier/collector.h"
#include "services/scheduling/courier/dispatcher.h"
#include "services/scheduling/courier/notifications.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::IsOk;
using cortado::testing::MailServer;
using cortado::testing::ReceivedMail;
using cortado::testing::Scaled;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Code = absl::StatusCode;

constexpr absl::Duration kLimit = absl::Seconds(20);

Colleague Ada() { return Colleague("ada").Named("Ada Lovelace").At("ada@example.com").Speaks("en"); }
Colleague Bo() { return Colleague("bo").Named("Bo Ågren").At("bo@example.com").Speaks("de"); }

class CourierTest : public ::testing::Test {
 protected:
  explicit CourierTest(std::vector<std::string> switches = {}) : mail_server_(std::move(switches)) {
    mail::SmtpServer server;
    server.host = "127.0.0.1";
    server.port = mail_server_.Port();
    server.security = mail::Security::kNone;
    MailRoom room;
    room.client = *mail::SmtpClient::New(server);
    room.from = {"Cortado", "cortado@example.com"};
    dispatcher_ = std::make_unique<Dispatcher>(
        store_, site_.people_store, site_.chat_store, room,
        [this](rpc::Call, std::string name) { return FindRequest(std::move(name)); }, site_.clock);
    collector_.AddSource({"matching", [this](rpc::Call, std::string after) { return Events(std::move(after)); }});
    site_.clock.Set(Utc("2026-06-08 10:00"));  // A Monday, at work.
    site_.Tell({Ada(), Bo()});
  }

  static rpc::Call System() { return rpc::InternalCall("acme", "courier", absl::Now() + absl::Seconds(60)); }
  rpc::Call Bot() const {
    auto info = std::make_shared<rpc::CallInfo>();
    info->organization = "acme";
    info->subject = "slack-bot";
    info->scope = "slack";
    info->method = "test";
    info->deadline = absl::Now() + absl::Seconds(20);
    return rpc::Call(std::move(info));
  }

  // What the matching service would have to tell.
  void Happens(const std::string& kind, const std::string& subject, std::map<std::string, std::string> attributes) {
    api::v1::Event event;
    event.set_id(absl::StrCat(events_.size() + 1, "-1"));
    event.set_kind(kind);
    event.set_subject(subject);
    *event.mutable_time() = WriteInstant(site_.clock.Now());
    event.mutable_attributes()->insert(attributes.begin(), attributes.end());
    events_.push_back(std::move(event));
  }
  // Ada asks Bo.
  void Asks(const std::string& id, const std::string& message = "") {
    matching::v1::Request& request = requests_["requests/" + id];
    request.set_name("requests/" + id);
    request.set_message(message);
    request.set_state(matching::v1::Request::STATE_OPEN);
    *request.add_proposed_times() = WriteInstant(Utc("2026-06-10 12:00"));
    Happens("request.created", "requests/" + id, {{"requester", "ada"}, {"mentor", "bo"}});
  }

  int Collect() {
    int count = 0;
    for (;;) {
      const absl::StatusOr<int> taken = SyncWait(collector_.Collect(System()));
      EXPECT_THAT(taken, IsOk());
      if (!taken.ok() || *taken == 0) return count;
      count += *taken;
    }
  }
  int SendMail() {
    const absl::StatusOr<int> sent = SyncWait(dispatcher_->SendMail(System()));
    EXPECT_THAT(sent, IsOk());
    return sent.value_or(0);
  }
  int HandToSlack() {
    const absl::StatusOr<int> handed = SyncWait(dispatcher_->HandToSlack(System()));
    EXPECT_THAT(handed, IsOk());
    return handed.value_or(0);
  }
  // Everything that is due now, as often as it is.
  void Drain() {
    while (HandToSlack() + SendMail() > 0) {
    }
  }

  std::vector<v1::Notification> InboxOf(const std::string& person) {
    v1::ListNotificationsRequest request;
    request.set_parent("people/" + person);
    const auto response = SyncWait(notifications_.List(site_.As(person), request));
    EXPECT_THAT(response, IsOk());
    return {response->notifications().begin(), response->notifications().end()};
  }
  absl::StatusOr<v1::ListNotificationChangesResponse> ChangesFor(const rpc::Call& call, const std::string& token) {
    v1::ListNotificationChangesRequest request;
    request.set_resume_token(token);
    return SyncWait(notifications_.ListChanges(call, request));
  }
  absl::StatusOr<v1::Notification> Mark(const std::string& name, bool failed) {
    v1::MarkDeliveredRequest request;
    request.set_name(name);
    if (!failed) request.set_reference("C1:1234.5678");
    request.set_failed(failed);
    request.set_request_id(absl::StrCat("request-", ++site_.serial));
    return SyncWait(notifications_.MarkDelivered(Bot(), request));
  }
  v1::NotificationPreferences Prefer(const std::string& person, v1::NotificationPreferences wanted) {
    v1::UpdateNotificationPreferencesRequest request;
    wanted.set_name("people/" + person + "/notificationPreferences");
    *request.mutable_preferences() = wanted;
    for (const char* path : {"channel", "digest", "any_time"}) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(absl::StrCat("request-", ++site_.serial));
    const auto written = SyncWait(notifications_.UpdatePreferences(site_.As(person), request));
    EXPECT_THAT(written, IsOk());
    return *written;
  }

  MailServer mail_server_;
  Site site_;
  redis::Subscriber wake_ups_{site_.server.address(), site_.store.Channel(), site_.loop};
  NotificationStore store_{site_.store, site_.client};
  Notifications notifications_{
      {store_, site_.people_store, site_.store, site_.client, wake_ups_, site_.clock, /*has_mail=*/true}};
  Collector collector_{store_, site_.people_store, site_.projection, site_.clock};
  std::unique_ptr<Dispatcher> dispatcher_;
  std::vector<api::v1::Event> events_;
  std::map<std::string, matching::v1::Request> requests_;

 private:
  Task<absl::StatusOr<std::vector<api::v1::Event>>> Events(std::string after) {
    std::vector<api::v1::Event> behind;
    for (size_t i = 0; i < events_.size(); ++i) {
      if (after.empty() || i >= std::stoul(after)) behind.push_back(events_[i]);
    }
    co_return behind;
  }
  Task<absl::StatusOr<matching::v1::Request>> FindRequest(std::string name) {
    const auto found = requests_.find(name);
    if (found == requests_.end()) co_return NotFound();
    co_return found->second;
  }
};

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

TEST_F(CourierTest, ARequestAnsweredMeanwhileIsNotMailed) {
  Asks("r1");
  Collect();
  requests_["requests/r1"].set_state(matching::v1::Request::STATE_CLOSED);
  Drain();
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
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

// Slack.

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

// What goes wrong.

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
  Dispatcher away(
      store_, site_.people_store, site_.chat_store, room,
      [this](rpc::Call, std::string name) -> Task<absl::StatusOr<matching::v1::Request>> { co_return requests_[name]; },
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

TEST_F(CourierTest, WhatIsOlderThanNinetyDaysIsForgotten) {
  Asks("r1");
  Collect();
  Drain();
  site_.clock.Advance(absl::Hours(24));
  Asks("r2");
  Collect();
  Drain();
  const auto forget = [&] { return *SyncWait(store_.Forget(System(), site_.clock.Now() - kNotificationsKept, 50)); };
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
