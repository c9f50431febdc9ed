// Webhooks on a real Redis and a real HTTP server: what is sent, to whom never, and what becomes of what fails.
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/testing/http_server.h"
#include "common/testing/matchers.h"
#include "common/testing/process.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/courier/notifications.h"
#include "services/scheduling/courier/webhooks.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::Answer;
using cortado::testing::FailsWith;
using cortado::testing::HttpRequest;
using cortado::testing::HttpServer;
using cortado::testing::IsOk;
using cortado::testing::Redirect;
using cortado::testing::RefusesField;
using cortado::testing::TlsIdentity;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Code = absl::StatusCode;

// Longer than the first wait after a failure, with its spread.
constexpr absl::Duration kAfterOneFailure = absl::Seconds(40);

// HMAC-SHA256 by RFC 2104, from SHA-256 alone: nothing of what signs is used to verify.
std::string Hmac(std::string key, const std::string& text) {
  key.resize(64, '\0');
  std::string inner = key, outer = key;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return id::Sha256Hex(outer + id::Sha256(inner + text));
}

// An HTTP server that keeps what it was sent and answers what it is told to.
class Receiver {
 public:
  explicit Receiver(const TlsIdentity* identity = nullptr)
      : server_([this](const HttpRequest& request) { return Hear(request); }, identity) {}

  // Statuses to come; 200 behind them. 0: no answer.
  void AnswerWith(std::vector<int> statuses) {
    std::lock_guard lock(mutex_);
    statuses_ = std::move(statuses);
  }
  std::vector<HttpRequest> Got() {
    std::lock_guard lock(mutex_);
    return got_;
  }
  // Returns once it was sent `count`, or after 20 s.
  std::vector<HttpRequest> Await(size_t count) {
    std::unique_lock lock(mutex_);
    heard_.wait_for(lock, std::chrono::seconds(20), [&] { return got_.size() >= count; });
    return got_;
  }
  std::string Url(absl::string_view path = "/hook") { return absl::StrCat("http://127.0.0.1:", server_.Port(), path); }
  int Port() const { return server_.Port(); }
  int Calls() const { return server_.Calls(); }

 private:
  std::string Hear(const HttpRequest& request) {
    std::lock_guard lock(mutex_);
    got_.push_back(request);
    heard_.notify_all();
    const int status = statuses_.empty() ? 200 : statuses_.front();
    if (!statuses_.empty()) statuses_.erase(statuses_.begin());
    if (status == 0) return "";
    return absl::StrCat("HTTP/1.1 ", status, " X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }

  std::mutex mutex_;
  std::condition_variable heard_;
  std::vector<HttpRequest> got_;  // Guarded by mutex_.
  std::vector<int> statuses_;     // Guarded by mutex_.
  HttpServer server_;
};

// Whether the secret signs what was sent.
bool IsSigned(const HttpRequest& request, const std::string& secret) {
  const auto header = [&](const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? "" : found->second;
  };
  return header("cortado-signature") ==
         absl::StrCat("v1=", Hmac(secret, absl::StrCat(header("cortado-timestamp"), ".", request.body)));
}

class WebhookTest : public ::testing::Test {
 protected:
  explicit WebhookTest(http::AddressRule rule = {.allow_private = false, .allow_loopback = true}) {
    http::FetchOptions reach;
    reach.addresses = rule;
    reach.resolve = [this](const std::string& host) { return Resolve(host); };
    sender_ = std::make_unique<WebhookSender>(store_, reach, site_.clock);
    webhooks_ = std::make_unique<Webhooks>(store_, *sender_, site_.clock);
  }
  ~WebhookTest() override { sender_->Stop(); }

  static rpc::Call System() { return rpc::InternalCall("acme", "courier.webhooks", absl::Now() + absl::Minutes(3)); }
  rpc::Call Hr() const { return site_.As("hr"); }

  v1::CreateWebhookRequest Making(const std::string& url, std::vector<std::string> events = {}) {
    v1::CreateWebhookRequest request;
    request.mutable_webhook()->set_url(url);
    for (std::string& event : events) request.mutable_webhook()->add_events(std::move(event));
    request.set_request_id(absl::StrCat("making-", ++serial_));
    return request;
  }
  absl::StatusOr<v1::Webhook> Send(const v1::CreateWebhookRequest& request) {
    return SyncWait(webhooks_->Create(Hr(), request));
  }
  v1::Webhook Make(const std::string& url, std::vector<std::string> events = {}) {
    absl::StatusOr<v1::Webhook> made = Send(Making(url, std::move(events)));
    EXPECT_THAT(made, IsOk());
    return made.value_or(v1::Webhook());
  }
  std::vector<v1::Webhook> List() {
    const auto response = SyncWait(webhooks_->List(Hr(), {}));
    EXPECT_THAT(response, IsOk());
    return {response->webhooks().begin(), response->webhooks().end()};
  }
  absl::Status Delete(const std::string& name) {
    v1::DeleteWebhookRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("deleting-", ++serial_));
    return SyncWait(webhooks_->Delete(Hr(), request)).status();
  }
  absl::StatusOr<v1::TestWebhookResponse> Test(const std::string& name) {
    v1::TestWebhookRequest request;
    request.set_name(name);
    return SyncWait(webhooks_->Test(Hr(), request));
  }
  api::v1::Event Happened(const std::string& kind, const std::string& subject = "requests/r1") {
    api::v1::Event event;
    event.set_id(absl::StrCat(++serial_, "-1"));
    event.set_kind(kind);
    event.set_subject(subject);
    *event.mutable_time() = WriteInstant(site_.clock.Now());
    (*event.mutable_attributes())["requester"] = "grace";
    return event;
  }
  void Hear(const api::v1::Event& event) { EXPECT_THAT(SyncWait(sender_->Hear(System(), event)), IsOk()); }
  int Begin() {
    const absl::StatusOr<int> begun = SyncWait(sender_->SendDue(System()));
    EXPECT_THAT(begun, IsOk());
    return begun.value_or(0);
  }
  // One round to its end; returns to how many webhooks.
  int Round() {
    const int begun = Begin();
    sender_->WaitUntilIdle();
    return begun;
  }
  std::vector<v1::DeadLetter> DeadLetters(int page_size = 0) {
    v1::ListDeadLettersRequest request;
    request.set_page_size(page_size);
    std::vector<v1::DeadLetter> all;
    do {
      const auto response = SyncWait(notifications_.ListDead(Hr(), request));
      EXPECT_THAT(response, IsOk());
      if (!response.ok()) return all;
      all.insert(all.end(), response->dead_letters().begin(), response->dead_letters().end());
      request.set_page_token(response->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }
  absl::Status Retry(const std::string& name) {
    v1::RetryDeliveryRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("retrying-", ++serial_));
    return SyncWait(notifications_.Retry(Hr(), request)).status();
  }
  // What the resolver says of a host from now on.
  void Lead(const std::string& host, const std::string& address) {
    std::lock_guard lock(mutex_);
    names_[host] = address;
  }

  std::atomic<int> serial_{100};
  Site site_;
  WebhookStore store_{site_.store, site_.client};
  std::unique_ptr<WebhookSender> sender_;
  std::unique_ptr<Webhooks> webhooks_;

 private:
  absl::StatusOr<std::vector<http::IpAddress>> Resolve(const std::string& host) {
    std::lock_guard lock(mutex_);
    const auto found = names_.find(host);
    if (found == names_.end()) return absl::UnavailableError("the host has no address");
    return std::vector<http::IpAddress>{*http::IpAddress::Parse(found->second)};
  }

  std::mutex mutex_;
  std::map<std::string, std::string> names_;  // Guarded by mutex_.
  redis::Subscriber wake_ups_{site_.server.address(), site_.store.Channel(), site_.loop};
  NotificationStore notification_store_{site_.store, site_.client};

 protected:
  Notifications notifications_{{notification_store_, site_.people_store, site_.store, site_.client, wake_ups_,
                                site_.clock, /*has_mail=*/false, &store_}};
};

TEST_F(WebhookTest, IsToldAnEventOnceAndSigned) {
  Receiver receiver;
  const v1::Webhook webhook = Make(receiver.Url("/in?key=1"));
  const api::v1::Event event = Happened("request.accepted", "requests/r7");
  Hear(event);
  EXPECT_EQ(Round(), 1);
  Hear(event);  // After a crash the courier tells it again.
  EXPECT_EQ(Round(), 0);
  ASSERT_THAT(receiver.Got(), SizeIs(1));
  const HttpRequest request = receiver.Got().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/in?key=1");
  EXPECT_TRUE(IsSigned(request, webhook.secret()));
  EXPECT_FALSE(IsSigned(request, "whsec-another"));
  const nlohmann::json body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body["kind"], "request.accepted");
  EXPECT_EQ(body["subject"], "requests/r7");
  EXPECT_EQ(body["id"], request.headers.at("cortado-event-id"));
  EXPECT_THAT(request.body, Not(HasSubstr("grace")));
  ASSERT_THAT(List(), SizeIs(1));
  EXPECT_TRUE(List().front().has_deliver_time());
}

TEST_F(WebhookTest, HearsOnlyOfTheKindsItWants) {
  Receiver receiver;
  Make(receiver.Url(), {"request.accepted"});
  Hear(Happened("request.created"));
  Hear(Happened("session.stolen"));
  EXPECT_EQ(Round(), 0);
  Hear(Happened("request.accepted"));
  EXPECT_EQ(Round(), 1);
  EXPECT_THAT(receiver.Got(), SizeIs(1));
}

TEST_F(WebhookTest, WithoutAWishHearsOfEveryKindOfTheTableAndOfNoOther) {
  Receiver receiver;
  Make(receiver.Url());
  Hear(Happened("session.stolen"));
  EXPECT_EQ(Round(), 0);
  Hear(Happened("chat.booked", "chats/c1"));
  Hear(Happened("match.ended", "matches/m1"));
  EXPECT_EQ(Round(), 1);
  EXPECT_THAT(receiver.Got(), SizeIs(2));
}

TEST_F(WebhookTest, WhatFailedIsSentAgainWithTheSameIdAndANewTimestamp) {
  Receiver receiver;
  receiver.AnswerWith({500});
  const v1::Webhook webhook = Make(receiver.Url());
  Hear(Happened("request.accepted"));
  Round();
  ASSERT_THAT(receiver.Got(), SizeIs(1));
  EXPECT_EQ(List().front().problem(), "the host answered with status 500, not 2xx");
  EXPECT_EQ(Round(), 0) << "it waits";
  site_.clock.Advance(kAfterOneFailure);
  EXPECT_EQ(Round(), 1);
  const std::vector<HttpRequest> got = receiver.Got();
  ASSERT_THAT(got, SizeIs(2));
  EXPECT_EQ(got[0].headers.at("cortado-event-id"), got[1].headers.at("cortado-event-id"));
  EXPECT_NE(got[0].headers.at("cortado-timestamp"), got[1].headers.at("cortado-timestamp"));
  EXPECT_TRUE(IsSigned(got[1], webhook.secret()));
  EXPECT_EQ(List().front().problem(), "");
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

TEST_F(WebhookTest, OneEventThatIsRefusedHoldsUpNoOther) {
  Receiver receiver;
  receiver.AnswerWith({500});
  Make(receiver.Url());
  Hear(Happened("request.accepted", "requests/r1"));
  site_.clock.Advance(absl::Seconds(1));
  Hear(Happened("request.accepted", "requests/r2"));
  Round();
  ASSERT_THAT(receiver.Got(), SizeIs(2));
  EXPECT_THAT(receiver.Got()[1].body, HasSubstr("requests/r2"));
}

TEST_F(WebhookTest, AfterADayOfFailuresItIsADeadLetterThatCanBeTriedAgain) {
  Receiver receiver;
  receiver.AnswerWith(std::vector<int>(100, 503));
  const v1::Webhook webhook = Make(receiver.Url());
  Hear(Happened("request.accepted", "requests/r9"));
  const absl::Time begin = site_.clock.Now();
  while (site_.clock.Now() < begin + absl::Hours(23)) {
    Round();
    EXPECT_THAT(DeadLetters(), IsEmpty());
    site_.clock.Advance(absl::Minutes(30));
  }
  site_.clock.Advance(absl::Hours(2));
  Round();
  const std::vector<v1::DeadLetter> dead = DeadLetters();
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_EQ(dead[0].resource(), webhook.name());
  EXPECT_EQ(dead[0].channel(), v1::CHANNEL_UNSPECIFIED);
  EXPECT_EQ(dead[0].problem(), "the host answered with status 503, not 2xx");
  EXPECT_EQ(dead[0].attempts(), static_cast<int>(receiver.Got().size()));
  EXPECT_GT(dead[0].attempts(), 10);
  EXPECT_EQ(Round(), 0);
  receiver.AnswerWith({});
  EXPECT_THAT(Retry(dead[0].name()), IsOk());
  EXPECT_THAT(Retry(dead[0].name()), IsOk()) << "it is on its way already";
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_EQ(Round(), 1);
  EXPECT_THAT(receiver.Got().back().body, HasSubstr("requests/r9"));
  EXPECT_EQ(List().front().problem(), "");
}

TEST_F(WebhookTest, AReceiverThatIsGoneIsAskedOnce) {
  Receiver receiver;
  receiver.AnswerWith({410});
  Make(receiver.Url());
  Hear(Happened("request.accepted"));
  Round();
  site_.clock.Advance(kAfterOneFailure);
  EXPECT_EQ(Round(), 0);
  EXPECT_THAT(DeadLetters(), SizeIs(1));
}

TEST_F(WebhookTest, DeadLettersComeNewestFirstInPages) {
  Receiver receiver;
  receiver.AnswerWith(std::vector<int>(5, 410));
  Make(receiver.Url());
  for (int i = 0; i < 5; ++i) {
    Hear(Happened("request.accepted"));
    Round();
    site_.clock.Advance(absl::Seconds(1));
  }
  const std::vector<v1::DeadLetter> dead = DeadLetters(/*page_size=*/2);
  ASSERT_THAT(dead, SizeIs(5));
  for (size_t i = 1; i < dead.size(); ++i) {
    EXPECT_GT(dead[i - 1].create_time().seconds(), dead[i].create_time().seconds());
  }
}

TEST_F(WebhookTest, WhatIsNoDeadLetterCannotBeTriedAgain) {
  Receiver receiver;
  const v1::Webhook webhook = Make(receiver.Url());
  const std::string id = webhook.name().substr(sizeof("webhooks/") - 1);
  EXPECT_THAT(Retry(absl::StrCat("deadLetters/webhook-", id, "-n-none")),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Retry("deadLetters/webhook-none-n-none"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(WebhookTest, OneThatStallsHoldsUpNobodyElse) {
  Receiver stalled, quick;
  stalled.AnswerWith(std::vector<int>(10, 0));
  Make(stalled.Url());
  Make(quick.Url());
  Hear(Happened("request.accepted"));
  EXPECT_EQ(Begin(), 2);
  EXPECT_THAT(stalled.Await(1), SizeIs(1));
  EXPECT_THAT(quick.Await(1), SizeIs(1));
  Hear(Happened("request.accepted"));
  // While the first still waits for its answer.
  while (Begin() == 0 && quick.Got().size() < 2) {
  }
  EXPECT_THAT(quick.Await(2), SizeIs(2));
  EXPECT_EQ(stalled.Calls(), 1);
}

TEST_F(WebhookTest, OneThatStaysSilentIsNotAskedForEveryEventAndGivenUpTogether) {
  int port = 0;
  { port = Receiver().Port(); }  // Nobody listens there any more.
  Make(absl::StrCat("http://127.0.0.1:", port, "/"));
  for (int i = 0; i < 3; ++i) Hear(Happened("request.accepted"));
  EXPECT_EQ(Round(), 1);
  EXPECT_EQ(Round(), 0) << "it rests";
  EXPECT_EQ(List().front().problem(), "the host cannot be reached");
  site_.clock.Advance(absl::Hours(25));
  EXPECT_EQ(Round(), 1);
  const std::vector<v1::DeadLetter> dead = DeadLetters();
  ASSERT_THAT(dead, SizeIs(3));
  EXPECT_EQ(dead[0].attempts() + dead[1].attempts() + dead[2].attempts(), 2);
}

TEST_F(WebhookTest, TheSecretIsToldOnceAndStandsNowhereElse) {
  Receiver receiver;
  const v1::CreateWebhookRequest request = Making(receiver.Url());
  const absl::StatusOr<v1::Webhook> made = Send(request);
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->secret(), HasSubstr("whsec-"));
  const absl::StatusOr<v1::Webhook> again = Send(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), made->name());
  EXPECT_EQ(again->secret(), "");
  ASSERT_THAT(List(), SizeIs(1));
  EXPECT_EQ(List().front().secret(), "");
  EXPECT_EQ(List().front().url(), receiver.Url());
  const auto run = [&](std::vector<std::string> command) {
    return *SyncWait(site_.client.Run("acme", std::move(command), redis::Use::kRead, absl::Now() + absl::Seconds(5)));
  };
  const redis::Reply keys = run({"KEYS", "*"});
  ASSERT_THAT(keys.elements, Not(IsEmpty()));
  for (const redis::Reply& key : keys.elements) {
    const redis::Reply stream = run({"XRANGE", key.text, "-", "+"});
    for (const redis::Reply& entry : stream.elements) {
      for (const redis::Reply& field : entry.elements.back().elements) {
        EXPECT_FALSE(absl::StrContains(field.text, made->secret())) << key.text;
      }
    }
  }
}

TEST_F(WebhookTest, ThereAreAtMostTwenty) {
  Receiver receiver;
  std::vector<v1::Webhook> made;
  for (int i = 0; i < 20; ++i) made.push_back(Make(receiver.Url()));
  EXPECT_THAT(Send(Making(receiver.Url())), FailsWith(Code::kFailedPrecondition, "TOO_MANY_WEBHOOKS"));
  EXPECT_THAT(List(), SizeIs(20));
  EXPECT_THAT(Delete(made.front().name()), IsOk());
  EXPECT_THAT(Send(Making(receiver.Url())), IsOk());
}

TEST_F(WebhookTest, WhatWaitedForADeletedOneIsDropped) {
  Receiver receiver;
  receiver.AnswerWith({410, 500});
  const v1::Webhook webhook = Make(receiver.Url());
  Hear(Happened("request.accepted"));
  Hear(Happened("request.accepted"));
  Round();
  const std::vector<v1::DeadLetter> dead = DeadLetters();
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_THAT(Delete(webhook.name()), IsOk());
  EXPECT_THAT(Delete(webhook.name()), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_THAT(Retry(dead[0].name()), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  site_.clock.Advance(kAfterOneFailure);
  EXPECT_EQ(Round(), 0);
  EXPECT_THAT(receiver.Got(), SizeIs(2));
}

TEST_F(WebhookTest, AKindThatDoesNotExistIsRefusedByName) {
  EXPECT_THAT(Send(Making("https://hooks.example/", {"request.accepted", "session.stolen"})),
              RefusesField("webhook.events[1]"));
}

TEST_F(WebhookTest, ATestSaysWhatCameBack) {
  Receiver receiver;
  receiver.AnswerWith({404});
  const v1::Webhook webhook = Make(receiver.Url());
  absl::StatusOr<v1::TestWebhookResponse> answer = Test(webhook.name());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status(), 404);
  EXPECT_THAT(answer->problem(), HasSubstr("404"));
  answer = Test(webhook.name());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->problem(), "");
  ASSERT_THAT(receiver.Got(), SizeIs(2));
  EXPECT_TRUE(IsSigned(receiver.Got()[1], webhook.secret()));
  EXPECT_EQ(nlohmann::json::parse(receiver.Got()[1].body)["kind"], "webhook.test");
  EXPECT_THAT(Test("webhooks/none"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(WebhookTest, ARedirectIsNotFollowed) {
  Receiver inside;
  HttpServer redirecting([&](const std::string&) { return Redirect(inside.Url()); });
  const v1::Webhook webhook = Make(absl::StrCat("http://127.0.0.1:", redirecting.Port(), "/"));
  const absl::StatusOr<v1::TestWebhookResponse> answer = Test(webhook.name());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status(), 302);
  EXPECT_THAT(answer->problem(), Not(IsEmpty()));
  EXPECT_EQ(inside.Calls(), 0);
}

TEST_F(WebhookTest, AnAnswerOfAnyLengthIsAnAnswer) {
  HttpServer talkative([](const std::string&) { return Answer(std::string(10 << 20, 'x')); });
  const v1::Webhook webhook = Make(absl::StrCat("http://127.0.0.1:", talkative.Port(), "/"));
  const absl::StatusOr<v1::TestWebhookResponse> answer = Test(webhook.name());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->problem(), "");
}

// As the service is outside of --dev.
class WebhookOutsideTest : public WebhookTest {
 protected:
  WebhookOutsideTest() : WebhookTest(http::AddressRule{}) {}
};

TEST_F(WebhookOutsideTest, AddressesInsideAreRefusedAndNothingIsKept) {
  Lead("public.example", "93.184.216.34");
  Lead("intranet.example", "10.1.2.3");
  Lead("localhost", "127.0.0.1");
  for (const char* url :
       {"http://127.0.0.1:8080/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://192.168.1.1/",
        "https://172.16.0.1/", "https://100.64.0.1/", "https://169.254.169.254/latest", "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/", "https://0.0.0.0/", "https://intranet.example/", "https://localhost/",
        "http://public.example/", "https://nowhere.example/", "https://ada@public.example/", "https://127.1/"}) {
    const absl::StatusOr<v1::Webhook> refused = Send(Making(url));
    EXPECT_THAT(refused, FailsWith(Code::kInvalidArgument, "ADDRESS_REFUSED")) << url;
    EXPECT_THAT(refused, RefusesField("webhook.url")) << url;
  }
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_THAT(Send(Making("https://public.example/")), IsOk());
}

TEST_F(WebhookOutsideTest, ANameThatLeadsInsideLaterIsNotCalled) {
  Receiver inside;
  Lead("hooks.example", "93.184.216.34");
  const v1::Webhook webhook = Make(absl::StrCat("https://hooks.example:", inside.Port(), "/"));
  Lead("hooks.example", "127.0.0.1");
  Hear(Happened("request.accepted"));
  EXPECT_EQ(Round(), 1);
  EXPECT_EQ(inside.Calls(), 0);
  EXPECT_THAT(List().front().problem(), HasSubstr("not one of the public internet"));
  const absl::StatusOr<v1::TestWebhookResponse> answer = Test(webhook.name());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status(), 0);
  EXPECT_EQ(inside.Calls(), 0);
}

TEST_F(WebhookTest, OverTlsTheHostMustProveWhoItIs) {
  const TlsIdentity identity("hooks.example"), impostor("other.example");
  Receiver receiver(&identity), other(&impostor);
  const std::string authorities = site_.server.directory() + "/authorities.pem";
  std::ofstream(authorities) << identity.Pem() << impostor.Pem();
  http::FetchOptions reach;
  reach.addresses.allow_loopback = true;
  reach.ca_file = authorities;
  reach.resolve = [](const std::string&) -> absl::StatusOr<std::vector<http::IpAddress>> {
    return std::vector<http::IpAddress>{*http::IpAddress::Parse("127.0.0.1")};
  };
  WebhookSender sender(store_, reach, site_.clock);
  v1::Webhook webhook;
  webhook.set_secret("whsec-s");
  webhook.set_url(absl::StrCat("https://hooks.example:", receiver.Port(), "/"));
  EXPECT_EQ(SyncWait(sender.Send(System(), webhook, "e1", "{}", false)).status, 200);
  ASSERT_THAT(receiver.Got(), SizeIs(1));
  EXPECT_TRUE(IsSigned(receiver.Got().front(), "whsec-s"));
  webhook.set_url(absl::StrCat("https://hooks.example:", other.Port(), "/"));
  const WebhookSender::Answer refused = SyncWait(sender.Send(System(), webhook, "e1", "{}", false));
  EXPECT_EQ(refused.status, 0);
  EXPECT_EQ(refused.problem, "the host does not prove by TLS who it is");
  EXPECT_THAT(other.Got(), IsEmpty());
}

// The example of docs/events.md, as it stands there, on what was really sent.
TEST_F(WebhookTest, TheExampleOfTheDocumentationVerifiesWhatIsSent) {
  Receiver receiver;
  const v1::Webhook webhook = Make(receiver.Url());
  Hear(Happened("request.accepted"));
  Round();
  ASSERT_THAT(receiver.Got(), SizeIs(1));
  const HttpRequest request = receiver.Got().front();
  std::ifstream file("docs/events.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const size_t begin = page.find("```python\n") + 10;
  ASSERT_NE(page.find("```python\n"), std::string::npos);
  const std::string script = site_.server.directory() + "/example.py";
  const auto hex = [](const std::string& text) { return absl::BytesToHexString(text); };
  std::ofstream(script) << page.substr(begin, page.find("```", begin) - begin) << "\nheaders = {'Cortado-Timestamp': '"
                        << request.headers.at("cortado-timestamp") << "', 'Cortado-Signature': '"
                        << request.headers.at("cortado-signature") << "'}\n"
                        << "body = bytes.fromhex('" << hex(request.body) << "')\n"
                        << "now = int(headers['Cortado-Timestamp'])\n"
                        << "assert is_from_cortado('" << webhook.secret() << "', headers, body, now)\n"
                        << "assert not is_from_cortado('" << webhook.secret() << "', headers, body + b' ', now)\n"
                        << "assert not is_from_cortado('whsec-other', headers, body, now)\n"
                        << "assert not is_from_cortado('" << webhook.secret() << "', headers, body, now + 3600)\n";
  cortado::testing::Process python({"/usr/bin/python3", script});
  EXPECT_EQ(python.Wait(absl::Seconds(20)), 0);
}

}  // namespace
}  // namespace cortado::scheduling
