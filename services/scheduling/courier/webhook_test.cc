// Webhooks on a real Redis and a real HTTP server: what is sent, and what becomes of what fails.
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "common/testing/process.h"
#include "services/scheduling/courier/testing/webhook_fixture.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::RefusesField;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Code = absl::StatusCode;

// Longer than the first wait after a failure, with its spread.
constexpr absl::Duration kAfterOneFailure = absl::Seconds(40);

class WebhookTest : public WebhookFixture {};

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
