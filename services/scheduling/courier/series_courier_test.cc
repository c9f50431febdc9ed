// What people hear of a series, and of somebody who does not come.
#include "services/scheduling/courier/testing/courier_fixture.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::IsOk;
using cortado::testing::ReceivedMail;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class SeriesCourierTest : public CourierTest {
 protected:
  // Ada asks Bo for four weeks, and everybody is told.
  v1::Series Booked() {
    const absl::StatusOr<v1::Series> series = site_.Send("ada", site_.AskingWeekly("bo", Utc("2026-06-10 12:00"), 4));
    EXPECT_THAT(series, IsOk());
    Tell("series.booked", *series);
    return *series;
  }
  void Tell(const std::string& kind, const v1::Series& series) {
    const std::string start = absl::StrCat(series.chats(0).start_time().seconds());
    const std::string end = absl::StrCat(series.chats(0).end_time().seconds());
    Happens(kind, series.name(),
            {{"people", "ada,bo"}, {"start", start}, {"end", end}, {"count", "4"}, {"by", "people/ada"}});
    Collect();
    Drain();
  }
};

TEST_F(SeriesCourierTest, OneMailWithOneInvitationForAll) {
  Booked();
  const std::vector<ReceivedMail> mails = mail_server_.WaitForMails(2, kLimit);
  ASSERT_THAT(mails, SizeIs(2));
  for (const ReceivedMail& mail : mails) {
    EXPECT_THAT(mail.Part("text/calendar").text, HasSubstr("RRULE:FREQ=WEEKLY;COUNT=4"));
    EXPECT_THAT(mail.Part("text/calendar").text, HasSubstr("METHOD:REQUEST"));
  }
  const std::vector<v1::Notification> inbox = InboxOf("bo");
  ASSERT_THAT(inbox, SizeIs(1));
  EXPECT_THAT(inbox[0].text().text(), HasSubstr("4 Chats mit Ada Lovelace: alles gebucht, das erste Mal"));
}

TEST_F(SeriesCourierTest, ACancelledOneLeavesTheCalendars) {
  const v1::Series series = Booked();
  mail_server_.WaitForMails(2, kLimit);
  const absl::StatusOr<v1::Series> cancelled = site_.Cancel("ada", series);
  ASSERT_THAT(cancelled, IsOk());
  Tell("series.cancelled", *cancelled);
  const std::vector<ReceivedMail> mails = mail_server_.WaitForMails(4, kLimit);
  ASSERT_THAT(mails, SizeIs(4));
  EXPECT_THAT(mails[3].Part("text/calendar").text, HasSubstr("METHOD:CANCEL"));
  EXPECT_THAT(mails[3].Part("text/calendar").text, Not(HasSubstr("SEQUENCE:0")));
}

TEST_F(SeriesCourierTest, WhoDeclinesLosesItFromTheirCalendarAndTheHostHears) {
  site_.Tell({Colleague("cy").Named("Cy").At("cy@example.com").Speaks("en")});
  const absl::StatusOr<v1::Chat> chat = site_.Send("ada", site_.Asking({"bo", "cy"}, Utc("2026-06-10 12:00")));
  ASSERT_THAT(chat, IsOk());
  ASSERT_THAT(site_.Respond("bo", *chat, v1::Attendee::RESPONSE_DECLINED), IsOk());
  Happens("chat.declined", chat->name(), {{"host", "people/ada"}, {"by", "bo"}});
  Collect();
  Drain();
  const std::vector<ReceivedMail> mails = mail_server_.WaitForMails(2, kLimit);
  ASSERT_THAT(mails, SizeIs(2));
  for (const ReceivedMail& mail : mails) {
    if (mail.recipients.at(0) == "bo@example.com") {
      EXPECT_THAT(mail.Part("text/calendar").text, HasSubstr("METHOD:CANCEL"));
    } else {
      EXPECT_EQ(mail.recipients.at(0), "ada@example.com");
      EXPECT_THAT(mail.Part("text/plain").text, HasSubstr("Bo Ågren cannot come to your chat"));
      EXPECT_THAT(mail.types, Not(::testing::Contains(HasSubstr("text/calendar"))));
    }
  }
}

}  // namespace
}  // namespace cortado::scheduling
