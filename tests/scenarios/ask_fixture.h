// For the journeys of asking and answering: three services over a real Redis, a real mail server, and people who hear
// of things at any time of the day.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/mail_server.h"
#include "common/testing/matchers.h"
#include "cortado/profile/v1/auth_service.grpc.pb.h"
#include "cortado/scheduling/v1/notification_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/courier/mail_flags.h"
#include "tests/testing/site.h"

namespace cortado::testing {

using AuthStub = profile::v1::AuthService::Stub;
using NotificationStub = scheduling::v1::NotificationService::Stub;

inline constexpr absl::Duration kArrivesWithin = absl::Seconds(30);
inline constexpr char kWeb[] = "https://cortado.example.com";

class AskFixture : public ::testing::Test {
 protected:
  AskFixture() {
    organization_ = site_.CreateOrganization("Acme");
    Join("ada", "Ada Lovelace", "en,de");
    Join("bo", "Bo Ågren", "de,en");
  }

  // Somebody who works at every hour, mentors three at once, and reads mail.
  void Join(const std::string& id, const std::string& name, const std::string& languages) {
    site_.CreatePerson(organization_, id, name, id + "@acme.example", languages);
    site_.Offer(organization_, id, 3, profile::v1::BOOKING_ASK_FIRST);
    profile::v1::UpdateTimeRequest time;
    time.mutable_time()->set_name(absl::StrCat("people/", id, "/time"));
    for (int day = 1; day <= 7; ++day) {
      profile::v1::DayHours& hours = *time.mutable_time()->add_working_hours();
      hours.set_weekday(day);
      hours.set_end_minute(1440);
    }
    time.mutable_time()->set_weekly_minutes(600);
    for (const char* path : {"working_hours", "weekly_minutes"}) time.mutable_update_mask()->add_paths(path);
    time.set_request_id(site_.NewRequestId());
    EXPECT_THAT(Ask(site_.profile(), &ProfileStub::UpdateTime, As(id), time), IsOk());
    AwaitNews(id);
  }
  // Returns when the matching service has heard of everything until now: it hears in order, so of somebody made last.
  void AwaitNews(const std::string& of) {
    const std::string last = absl::StrCat("last-", site_.NewRequestId());
    site_.CreatePerson(organization_, last, last);
    matching::v1::ExplainMatchRequest explain;
    explain.set_person("people/" + last);
    explain.set_mentor("people/" + of);
    const absl::Time limit = absl::Now() + kArrivesWithin;
    while (!Ask(site_.matching(), &MatchingStub::ExplainMatch, As(last), explain).ok()) {
      ASSERT_LT(absl::Now(), limit);
    }
  }

  Caller As(const std::string& id) const { return site_.As(organization_, id); }

  // A request of `requester` to `mentor` that only waits to be sent.
  matching::v1::RequestMatchRequest Asking(const std::string& mentor, const std::string& message = "") {
    matching::v1::RequestMatchRequest request;
    request.set_mentor("people/" + mentor);
    request.set_message(message);
    request.set_request_id(site_.NewRequestId());
    return request;
  }
  absl::StatusOr<matching::v1::Request> Send(const std::string& requester,
                                             const matching::v1::RequestMatchRequest& request) {
    return Ask(site_.matching(), &MatchingStub::RequestMatch, As(requester), request);
  }

  // The token for the link in a mail, which nothing but the mail holds.
  static std::string LinkIn(const ReceivedMail& mail) {
    const std::string text = mail.Part("text/plain").text;
    const std::string start = absl::StrCat(kWeb, "/answer/");
    const size_t at = text.find(start);
    if (at == std::string::npos) return "";
    const size_t from = at + start.size();
    return text.substr(from, text.find_first_of("\r\n ", from) - from);
  }
  absl::StatusOr<profile::v1::Tokens> Exchange(const std::string& link) {
    profile::v1::ExchangeTokenRequest request;
    request.set_answer_link(link);
    request.set_request_id(site_.NewRequestId());
    return testing::Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, request);
  }
  std::vector<ReceivedMail> MailsTo(const std::string& id, size_t all) {
    std::vector<ReceivedMail> theirs;
    for (ReceivedMail& mail : mail_server_.WaitForMails(all, kArrivesWithin)) {
      if (mail.recipients.at(0) == id + "@acme.example") theirs.push_back(std::move(mail));
    }
    return theirs;
  }

  MailServer mail_server_;
  Site site_{/*dev=*/true, [this](std::shared_ptr<const auth::KeyRing> keys) {
               mail::SmtpServer server;
               server.host = "127.0.0.1";
               server.port = mail_server_.Port();
               server.security = mail::Security::kNone;
               scheduling::MailRoom room;
               room.client = *mail::SmtpClient::New(server);
               room.from = {"Cortado", "cortado@example.com"};
               room.answer_url = scheduling::AnswerUrls(kWeb, std::move(keys), RealClock());
               return room;
             }};
  std::unique_ptr<AuthStub> auth_ = profile::v1::AuthService::NewStub(site_.channel());
  std::string organization_;
};

}  // namespace cortado::testing
