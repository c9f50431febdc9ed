#include "common/http/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/testing/http_server.h"

namespace cortado::http {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::HttpServer;
using testing::Redirect;
using testing::TlsIdentity;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kDenied = absl::StatusCode::kPermissionDenied;
constexpr absl::StatusCode kUnavailable = absl::StatusCode::kUnavailable;

FetchOptions Local() { return {.addresses = {.allow_loopback = true}}; }

// A resolver that knows one answer.
auto To(std::vector<std::string> texts) {
  return [texts](const std::string&) -> absl::StatusOr<std::vector<IpAddress>> {
    std::vector<IpAddress> addresses;
    for (const std::string& text : texts) addresses.push_back(*IpAddress::Parse(text));
    return addresses;
  };
}

std::string At(const HttpServer& server, absl::string_view path, absl::string_view host = "127.0.0.1") {
  return absl::StrCat("http://", host, ":", server.Port(), path);
}

TEST(UrlTest, IsTakenApart) {
  const Url url = *ParseUrl("HTTPS://Login.Example:8443/a/../keys?x=1#part");
  EXPECT_TRUE(url.secure);
  EXPECT_EQ(url.host, "login.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_THAT(url.text, HasSubstr("/keys?x=1"));
  EXPECT_EQ(url.text.find('#'), std::string::npos);
  EXPECT_EQ(ParseUrl("https://login.example")->port, 443);
  EXPECT_EQ(ParseUrl("https://[2001:db8::1]/x")->host, "2001:db8::1");
}

TEST(UrlTest, IsRefusedUnlessItIsPlainHttpOrHttps) {
  for (const std::string& text :
       {std::string(), std::string("login.example"), std::string("/keys"), std::string("ftp://login.example/"),
        std::string("file:///etc/passwd"), std::string("gopher://login.example:6379/_FLUSHALL"),
        std::string("https://"), std::string("https:///keys"), std::string("https://ada@login.example/"),
        std::string("https://ada:pw@login.example/"), std::string("https://127.0.0.1\\@login.example/"),
        std::string("https://login.example/a b"), std::string("https://login.example/\r\nHost: x"),
        std::string("https://login.example:99999/"), std::string("https://l\xc3\xb6gin.example/"),
        std::string("https://login.example/") + std::string(2048, 'a'), std::string("https://[::1"),
        std::string("javascript:alert(1)")}) {
    EXPECT_EQ(ParseUrl(text).status().code(), kInvalid) << text;
  }
}

TEST(FetchTest, GetsWhatTheHostAnswers) {
  HttpServer server([](const std::string& path) { return Answer("you asked for " + path); });
  const Response response = *Get(At(server, "/keys?x=1"), Local());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "you asked for /keys?x=1");
}

TEST(FetchTest, AnErrorOfTheHostIsAnAnswer) {
  HttpServer server([](const std::string&) { return "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"; });
  EXPECT_EQ(Get(At(server, "/"), Local())->status, 404);
  EXPECT_EQ(GetBody(At(server, "/"), Local()).status().code(), kUnavailable);
}

TEST(FetchTest, CallsThisMachineOnlyWhenAllowed) {
  HttpServer server([](const std::string&) { return Answer("inside"); });
  const std::string port = absl::StrCat(":", server.Port(), "/");
  for (const char* host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "localhost",
                           "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"}) {
    EXPECT_EQ(Get(absl::StrCat("https://", host, port), {}).status().code(), kDenied) << host;
    EXPECT_EQ(Get(absl::StrCat("http://", host, port), {}).status().code(), kInvalid) << host;
  }
  EXPECT_EQ(server.Calls(), 0);
}

TEST(FetchTest, CallsWithoutTlsNobodyButThisMachine) {
  FetchOptions options = Local();
  options.resolve = To({"93.184.216.34"});
  EXPECT_EQ(Get("http://login.example/", options).status().code(), kInvalid);
}

TEST(FetchTest, RefusesANameThatLeadsInsideEvenIfOnlyPartly) {
  for (const char* inside : {"10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"}) {
    FetchOptions options;
    options.resolve = To({"93.184.216.34", inside});
    EXPECT_EQ(Get("https://login.example/", options).status().code(), kDenied) << inside;
  }
}

// DNS rebinding: the name is asked for once, and the connection goes to the address that was judged.
TEST(FetchTest, ConnectsToTheAddressThatWasJudged) {
  HttpServer server([](const std::string&) { return Answer("the judged one"); });
  FetchOptions options = Local();
  std::atomic<int> asked{0};
  options.resolve = [&](const std::string& host) -> absl::StatusOr<std::vector<IpAddress>> {
    EXPECT_EQ(host, "rebinding.example");
    ++asked;
    return std::vector<IpAddress>{*IpAddress::Parse("127.0.0.1")};
  };
  EXPECT_EQ(Get(At(server, "/", "rebinding.example"), options)->body, "the judged one");
  EXPECT_EQ(asked, 1);
}

TEST(FetchTest, JudgesTheNameAgainAfterARedirect) {
  HttpServer server([](const std::string&) { return Redirect("/next"); });
  FetchOptions options = Local();
  std::atomic<int> asked{0};
  options.resolve = [&](const std::string&) -> absl::StatusOr<std::vector<IpAddress>> {
    return std::vector<IpAddress>{*IpAddress::Parse(++asked == 1 ? "127.0.0.1" : "169.254.169.254")};
  };
  EXPECT_EQ(Get(At(server, "/", "rebinding.example"), options).status().code(), kDenied);
}

TEST(FetchTest, FollowsRedirectsWithinTheHost) {
  HttpServer server([](const std::string& path) { return path == "/new" ? Answer("moved") : Redirect("/new"); });
  EXPECT_EQ(Get(At(server, "/old"), Local())->body, "moved");
}

TEST(FetchTest, FollowsNoRedirectElsewhere) {
  for (const char* elsewhere :
       {"http://127.0.0.2:1/", "https://127.0.0.1/", "http://127.0.0.1:1/", "file:///etc/passwd",
        "http://login.example/", "//login.example/", "gopher://127.0.0.1/"}) {
    HttpServer server([&](const std::string&) { return Redirect(elsewhere); });
    EXPECT_EQ(Get(At(server, "/"), Local()).status().code(), kDenied) << elsewhere;
    EXPECT_EQ(server.Calls(), 1);
  }
}

TEST(FetchTest, EndsACircleOfRedirects) {
  HttpServer server([](const std::string&) { return Redirect("/again"); });
  EXPECT_EQ(Get(At(server, "/"), Local()).status().code(), kUnavailable);
  EXPECT_EQ(server.Calls(), 4);
}

TEST(FetchTest, TakesNoMoreThanTheLimit) {
  HttpServer server([](const std::string& path) {
    const std::string body(path == "/long" ? 1001 : 1000, 'x');
    // Without a length, so that only counting finds it out.
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body;
  });
  FetchOptions options = Local();
  options.max_size = 1000;
  EXPECT_EQ(Get(At(server, "/short"), options)->body.size(), 1000u);
  EXPECT_EQ(Get(At(server, "/long"), options).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(FetchTest, WaitsNoLongerThanTheLimit) {
  HttpServer server([](const std::string&) { return ""; });
  FetchOptions options = Local();
  options.timeout = absl::Milliseconds(100);
  const absl::Status status = Get(At(server, "/"), options).status();
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("in time"));
}

TEST(FetchTest, SaysWhenNobodyListens) {
  std::string url;
  {
    HttpServer server([](const std::string&) { return ""; });
    url = At(server, "/");
  }
  EXPECT_EQ(Get(url, Local()).status().code(), kUnavailable);
}

TEST(FetchTest, AsksNoProxyOfTheEnvironment) {
  HttpServer proxy([](const std::string&) { return Answer("by proxy"); });
  HttpServer server([](const std::string&) { return Answer("directly"); });
  setenv("http_proxy", At(proxy, "").c_str(), 1);
  setenv("all_proxy", At(proxy, "").c_str(), 1);
  EXPECT_EQ(Get(At(server, "/"), Local())->body, "directly");
  unsetenv("http_proxy");
  unsetenv("all_proxy");
  EXPECT_EQ(proxy.Calls(), 0);
}

TEST(FetchTest, PostsBodyAndHeadersAsTheyAre) {
  testing::HttpRequest got;
  HttpServer server([&](const testing::HttpRequest& request) {
    got = request;
    return Answer("thanks");
  });
  const std::string body("{\"a\": \"\0\xff\"}", 11);
  const Response response =
      *Post(At(server, "/hook?x=1"), {"X-One: 1", "Content-Type: application/json"}, body, Local());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "thanks");
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.path, "/hook?x=1");
  EXPECT_EQ(got.headers["x-one"], "1");
  EXPECT_EQ(got.headers["content-type"], "application/json");
  EXPECT_EQ(got.body, body);
}

TEST(FetchTest, FollowsNoRedirectOfAPost) {
  HttpServer server([](const std::string& path) { return path == "/" ? Redirect("/next") : Answer("next"); });
  EXPECT_EQ(Post(At(server, "/"), {}, "x", Local())->status, 302);
  EXPECT_EQ(server.Calls(), 1);
}

TEST(FetchTest, ReadsOnlySoMuchOfTheAnswerToAPost) {
  HttpServer server([](const std::string&) { return Answer(std::string(1 << 20, 'x')); });
  FetchOptions options = Local();
  options.max_size = 1000;
  const absl::StatusOr<Response> response = Post(At(server, "/"), {}, "x", options);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_LE(response->body.size(), options.max_size);
}

TEST(FetchTest, BreaksOffWhenItsCallerStops) {
  HttpServer server([](const std::string&) { return ""; });
  FetchOptions options = Local();
  options.timeout = absl::Minutes(5);
  options.cancelled = [] { return true; };
  EXPECT_EQ(Post(At(server, "/"), {}, "x", options).status().code(), kUnavailable);
}

TEST(FetchTest, TheReachOfAnAddressIsKnownWithoutACall) {
  FetchOptions options;
  options.resolve = To({"10.0.0.1"});
  EXPECT_EQ(CheckReach("https://intranet.example/", options).code(), kDenied);
  EXPECT_EQ(CheckReach("https://127.0.0.1/", options).code(), kDenied);
  EXPECT_EQ(CheckReach("http://public.example/", options).code(), kInvalid);
  options.resolve = To({"93.184.216.34", "10.0.0.1"});
  EXPECT_EQ(CheckReach("https://halfway.example/", options).code(), kDenied);
  options.resolve = To({"93.184.216.34"});
  EXPECT_TRUE(CheckReach("https://public.example/", options).ok());
}

// A host with a certificate, and a file that trusts it.
class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    std::ofstream(file_) << identity_.Pem();
    options_.ca_file = file_;
    options_.resolve = To({"127.0.0.1"});
  }
  ~TlsTest() override { unlink(file_.c_str()); }

  std::string Url(absl::string_view host) const { return absl::StrCat("https://", host, ":", server_.Port(), "/"); }

  const TlsIdentity identity_{"login.example"};
  const HttpServer server_{[](const std::string&) { return Answer("proven"); }, &identity_};
  const std::string file_ = absl::StrCat(::testing::TempDir(), "/cortado-ca-", getpid(), ".pem");
  FetchOptions options_ = Local();
};

TEST_F(TlsTest, AHostIsBelievedWithACertificateOfAnAuthorityWeTrust) {
  EXPECT_EQ(Get(Url("login.example"), options_)->body, "proven");
}

TEST_F(TlsTest, AHostIsNotBelievedWithoutOne) {
  options_.ca_file.clear();
  const absl::Status status = Get(Url("login.example"), options_).status();
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("by TLS"));
}

TEST_F(TlsTest, AHostIsNotBelievedUnderAnotherName) {
  EXPECT_THAT(std::string(Get(Url("other.example"), options_).status().message()), HasSubstr("by TLS"));
}

TEST_F(TlsTest, AMissingFileOfAuthoritiesTrustsNobody) {
  options_.ca_file = "/nowhere/ca.pem";
  EXPECT_EQ(Get(Url("login.example"), options_).status().code(), kUnavailable);
}

}  // namespace
}  // namespace cortado::http
