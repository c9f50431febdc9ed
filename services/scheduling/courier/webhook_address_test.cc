// Where webhooks may lead, and where never: on a real Redis and real HTTP servers.
#include <fstream>

#include "services/scheduling/courier/testing/webhook_fixture.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::Answer;
using cortado::testing::FailsWith;
using cortado::testing::Redirect;
using cortado::testing::RefusesField;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class WebhookAddressTest : public WebhookFixture {};

TEST_F(WebhookAddressTest, ARedirectIsNotFollowed) {
  Receiver inside;
  HttpServer redirecting([&](const std::string&) { return Redirect(inside.Url()); });
  const v1::Webhook webhook = Make(absl::StrCat("http://127.0.0.1:", redirecting.Port(), "/"));
  const absl::StatusOr<v1::TestWebhookResponse> answer = Test(webhook.name());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status(), 302);
  EXPECT_THAT(answer->problem(), Not(IsEmpty()));
  EXPECT_EQ(inside.Calls(), 0);
}

TEST_F(WebhookAddressTest, AnAnswerOfAnyLengthIsAnAnswer) {
  HttpServer talkative([](const std::string&) { return Answer(std::string(10 << 20, 'x')); });
  const v1::Webhook webhook = Make(absl::StrCat("http://127.0.0.1:", talkative.Port(), "/"));
  const absl::StatusOr<v1::TestWebhookResponse> answer = Test(webhook.name());
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->problem(), "");
}

// As the service is outside of --dev.
class WebhookOutsideTest : public WebhookFixture {
 protected:
  WebhookOutsideTest() : WebhookFixture(http::AddressRule{}) {}
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

TEST_F(WebhookAddressTest, OverTlsTheHostMustProveWhoItIs) {
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

}  // namespace
}  // namespace cortado::scheduling
