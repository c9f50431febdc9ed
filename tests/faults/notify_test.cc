// What people are told, while mail fails three times in ten and the program is killed: everything arrives, each thing
// once by its name, and nobody waits for the mail server. CORTADO_TEST_SCALE multiplies the people.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/mail_server.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "cortado/dev/v1/dev_service.grpc.pb.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/scheduling/v1/notification_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "tests/faults/running_cortado.h"

namespace cortado::testing {
namespace {

using MatchingStub = matching::v1::MatchingService::Stub;
using NotificationStub = scheduling::v1::NotificationService::Stub;
using DevStub = dev::v1::DevService::Stub;
using scheduling::v1::Delivery;
using scheduling::v1::Notification;

constexpr absl::Duration kUntilThere = absl::Minutes(2);
constexpr absl::Duration kStep = absl::Seconds(30);
// Twelve hours: a mail that failed n times in a row waits up to 30 s * 2^n, at most an hour.
constexpr int kMostSteps = 1440;

std::vector<std::string> MailFlags(const MailServer& server) {
  return {absl::StrCat("--smtp=127.0.0.1:", server.Port()), "--smtp_security=none", "--mail_from=cortado@example.com"};
}

class NotifyTest : public ::testing::Test {
 protected:
  std::string PersonAt(int i) const { return absl::StrCat("p", i % people_); }
  // A token by the clock of the program, which has been moved.
  Caller As(const std::string& person, std::vector<std::string> roles = {"EMPLOYEE"}) const {
    auth::Claims claims;
    claims.organization = cortado_.organization();
    claims.subject = person;
    claims.roles = std::move(roles);
    claims.issued_at = absl::Now() + kStep * steps_;
    claims.expires = claims.issued_at + absl::Hours(1);
    return {auth::Mint(key_, claims)};
  }
  // Sends until there is an answer, as a client would, with the same request id; the server may be away.
  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> Insist(Stub& stub,
                                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                  const std::string& person, const Request& request) {
    const absl::Time limit = absl::Now() + kUntilThere;
    for (;;) {
      absl::StatusOr<Response> answer = Ask(stub, method, As(person), request);
      const bool away = absl::IsUnavailable(answer.status()) || absl::IsDeadlineExceeded(answer.status());
      if (!away || absl::Now() > limit) return answer;
    }
  }
  std::vector<Notification> InboxOf(const std::string& person) {
    scheduling::v1::ListNotificationsRequest list;
    list.set_parent("people/" + person);
    list.set_page_size(1000);
    const auto inbox = Insist(*notifications_, &NotificationStub::ListNotifications, person, list);
    if (!inbox.ok()) return {};
    return {inbox->notifications().begin(), inbox->notifications().end()};
  }
  // Half a minute passes for everybody: what failed may be tried again.
  void Pass() {
    dev::v1::AdvanceClockRequest advance;
    advance.mutable_step()->set_seconds(absl::ToInt64Seconds(kStep));
    advance.set_request_id(absl::StrCat("advance-", steps_ + 1));
    EXPECT_THAT(Ask(*dev_, &DevStub::AdvanceClock, As("operator", {"OPERATOR"}), advance), IsOk());
    ++steps_;
  }

  const int people_ = static_cast<int>(Scaled(8));
  MailServer mail_server_{{"--fail-rate", "0.3", "--lose-rate", "0.05", "--seed", "5"}};
  RunningCortado cortado_{"cortado_dev", MailFlags(mail_server_)};
  const auth::SigningKey key_ = *auth::SigningKey::LoadOrCreate(cortado_.data() + "/keys/token.pem");
  std::unique_ptr<MatchingStub> matching_ = matching::v1::MatchingService::NewStub(cortado_.Dial());
  std::unique_ptr<NotificationStub> notifications_ = scheduling::v1::NotificationService::NewStub(cortado_.Dial());
  std::unique_ptr<DevStub> dev_ = dev::v1::DevService::NewStub(cortado_.Dial());
  int steps_ = 0;
};

TEST_F(NotifyTest, EverythingArrivesOnceByItsNameThoughMailFailsAndTheProgramIsKilled) {
  for (int i = 0; i < people_; ++i) cortado_.AddPerson(PersonAt(i));
  // Everybody asks two others; every third request is declined. A kill comes in between.
  std::map<std::string, std::set<std::string>> told;  // Person -> "KIND SUBJECT" of all they must hear of.
  for (int i = 0; i < people_; ++i) {
    for (int step = 1; step <= 2; ++step) {
      matching::v1::RequestMatchRequest asking;
      asking.set_mentor("people/" + PersonAt(i + step));
      asking.set_request_id(absl::StrCat("asking-", i, "-", step));
      const auto request = Insist(*matching_, &MatchingStub::RequestMatch, PersonAt(i), asking);
      ASSERT_THAT(request, IsOk());
      told[PersonAt(i + step)].insert(
          absl::StrCat(scheduling::v1::NOTIFICATION_KIND_REQUEST_RECEIVED, " ", request->name()));
      if ((i + step) % 3 != 0) continue;
      matching::v1::DeclineMatchRequest decline;
      decline.set_request(request->name());
      decline.set_request_id(absl::StrCat("decline-", i, "-", step));
      ASSERT_THAT(Insist(*matching_, &MatchingStub::DeclineMatch, PersonAt(i + step), decline), IsOk());
      told[PersonAt(i)].insert(absl::StrCat(scheduling::v1::NOTIFICATION_KIND_REQUEST_CLOSED, " ", request->name()));
    }
    if (i % (people_ / 4) == 1) {
      cortado_.Kill();
      cortado_.Start();
    }
  }

  // Until every delivery is made, or needed no more because the request was declined.
  const absl::Time limit = absl::Now() + kUntilThere;
  int waiting = 1;
  size_t heard = 0, to_hear = 0;
  for (const auto& [person, things] : told) to_hear += things.size();
  while ((waiting > 0 || heard < to_hear) && absl::Now() < limit) {
    waiting = 0;
    heard = 0;
    for (int i = 0; i < people_; ++i) {
      for (const Notification& one : InboxOf(PersonAt(i))) {
        ++heard;
        for (const Delivery& delivery : one.deliveries()) {
          waiting += delivery.state() == Delivery::STATE_WAITING;
          EXPECT_NE(delivery.state(), Delivery::STATE_DEAD);
        }
      }
    }
    if (waiting > 0 && heard >= to_hear && steps_ < kMostSteps) Pass();
  }
  EXPECT_EQ(waiting, 0);

  std::map<std::string, std::set<std::string>> arrived;  // Address -> message ids.
  for (const ReceivedMail& mail : mail_server_.Mails()) {
    arrived[mail.recipients.at(0)].insert(mail.headers.at("Message-ID"));
  }
  for (const auto& [person, things] : told) {
    std::set<std::string> inbox;
    size_t delivered = 0;
    for (const Notification& one : InboxOf(person)) {
      EXPECT_TRUE(inbox.insert(absl::StrCat(one.kind(), " ", one.subject())).second) << "told twice";
      ASSERT_EQ(one.deliveries_size(), 1);
      delivered += one.deliveries(0).state() == Delivery::STATE_DELIVERED;
    }
    EXPECT_EQ(inbox, things) << person;
    // A try that was taken, its answer lost and the request declined before the next, arrived and counts as dropped.
    EXPECT_GE(arrived[person + "@acme.example"].size(), delivered) << person;
    EXPECT_LE(arrived[person + "@acme.example"].size(), things.size()) << person;
  }
}

// Nobody waits for the mail server: it stalls, and asking takes no longer than it does.
TEST(NotifyOutageTest, AnOutageOfMailBlocksNoRequest) {
  MailServer stalling({"--stall", "MAIL"});
  RunningCortado cortado("cortado_dev", MailFlags(stalling));
  constexpr int kPeople = 6;
  for (int i = 0; i < kPeople; ++i) cortado.AddPerson(absl::StrCat("p", i));
  auto stub = matching::v1::MatchingService::NewStub(cortado.Dial());
  for (int i = 0; i < kPeople; ++i) {
    matching::v1::RequestMatchRequest asking;
    asking.set_mentor(absl::StrCat("people/p", (i + 1) % kPeople));
    asking.set_request_id(absl::StrCat("asking-", i));
    Caller caller = cortado.As(absl::StrCat("p", i));
    const absl::Time began = absl::Now();
    absl::StatusOr<matching::v1::Request> request;
    do {  // The first calls find the view of the organisation loading.
      request = Ask(*stub, &MatchingStub::RequestMatch, caller, asking);
    } while (absl::IsUnavailable(request.status()) && absl::Now() - began < absl::Seconds(10));
    ASSERT_THAT(request, IsOk());
    matching::v1::AcceptMatchRequest accept;
    accept.set_request(request->name());
    accept.set_request_id(absl::StrCat("accept-", i));
    EXPECT_THAT(Ask(*stub, &MatchingStub::AcceptMatch, cortado.As(absl::StrCat("p", (i + 1) % kPeople)), accept),
                IsOk());
    EXPECT_LT(absl::Now() - began, absl::Seconds(10));
  }
  EXPECT_EQ(cortado.Stop(absl::Seconds(30)), 0);
}

}  // namespace
}  // namespace cortado::testing
