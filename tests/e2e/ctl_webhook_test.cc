// Notifications, webhooks and dead letters from the command line, over the real services and a real receiver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/testing/http_server.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPeople[] =
    "id,display_name,email,title,department,location,time_zone,languages,skills_held,skills_wanted,offer,offer_places\n"
    "ada,Ada Okafor,ada@example.org,Engineer,Platform,Berlin,Europe/Berlin,en,Go:2,Rust:3,mentee,\n"
    "ben,Ben Ota,ben@example.org,Engineer,Operations,Berlin,Europe/Berlin,en,Rust:5,,mentor,4\n";

std::string Signature(const std::string& secret, const HttpRequest& request) {
  const std::string text = absl::StrCat(request.headers.at("cortado-timestamp"), ".", request.body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return "v1=" + absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

class CtlWebhookTest : public ::testing::Test {
 protected:
  CtlWebhookTest() {
    const Said said = Ctl({"people", "import", installation_.File("people.csv", kPeople)});
    EXPECT_EQ(said.code, 0) << said.err;
  }
  Said Ctl(const std::vector<std::string>& arguments) { return installation_.Ctl(arguments); }
  json Json(const std::vector<std::string>& arguments) { return installation_.Json(arguments); }
  std::string Url() const { return absl::StrCat("http://127.0.0.1:", receiver_.Port(), "/hook"); }

  // Waits for at most 20 s until so many came in.
  std::vector<HttpRequest> Await(size_t count) {
    std::unique_lock lock(mutex_);
    heard_.wait_for(lock, std::chrono::seconds(20), [&] { return got_.size() >= count; });
    return got_;
  }
  void AnswerWith(int status) {
    std::lock_guard lock(mutex_);
    status_ = status;
  }

  std::mutex mutex_;
  std::condition_variable heard_;
  std::vector<HttpRequest> got_;  // Guarded by mutex_.
  int status_ = 200;              // Guarded by mutex_.
  HttpServer receiver_{[this](const HttpRequest& request) {
    std::lock_guard lock(mutex_);
    got_.push_back(request);
    heard_.notify_all();
    return absl::StrCat("HTTP/1.1 ", status_, " X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }};
  CtlInstallation installation_;
};

TEST_F(CtlWebhookTest, ARequestReachesItsPersonAndTheCompanysOwnSystems) {
  const json webhook = Json({"webhook", "create", Url(), "--event", "request.created"});
  const std::string secret = webhook["secret"];
  const std::string name = webhook["name"];
  EXPECT_THAT(secret, HasSubstr("whsec-"));
  EXPECT_EQ(Json({"webhook", "test", name})["status"], 200);
  EXPECT_THAT(Ctl({"webhook", "test", name}).out, HasSubstr("all is well"));
  ASSERT_EQ(Await(2).size(), 2u);
  const std::string request = Json({"match", "request", "ben", "--message", "Coffee?", "--as", "ada"})["name"];
  const std::vector<HttpRequest> got = Await(3);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[2].headers.at("cortado-signature"), Signature(secret, got[2]));
  const json body = json::parse(got[2].body);
  EXPECT_EQ(body["kind"], "request.created");
  EXPECT_EQ(body["subject"], request);
  EXPECT_EQ(body["attributes"], json::object());
  EXPECT_THAT(got[2].body, Not(HasSubstr("Coffee")));
  const json told = Json({"notification", "list", "--as", "ben"});
  ASSERT_EQ(told["notifications"].size(), 1u) << told;
  EXPECT_EQ(told["notifications"][0]["subject"], request);
  EXPECT_THAT(Ctl({"notification", "list", "--as", "ben"}).out, HasSubstr("Ada Okafor"));
  EXPECT_EQ(Json({"notification", "list", "--as", "ada"})["notifications"].size(), 0u);
  const Said list = Ctl({"webhook", "list"});
  EXPECT_THAT(list.out, HasSubstr(Url()));
  EXPECT_THAT(list.out, HasSubstr("request.created"));
  EXPECT_THAT(list.out, Not(HasSubstr(secret)));
  EXPECT_EQ(Ctl({"webhook", "delete", name}).code, 0);
  EXPECT_THAT(Ctl({"webhook", "list"}).out, HasSubstr("There is no webhook."));
  EXPECT_EQ(Ctl({"webhook", "delete", name}).code, 1);
}

TEST_F(CtlWebhookTest, WhatAReceiverWantsNoMoreIsADeadLetterThatIsTriedAgain) {
  AnswerWith(410);
  Json({"webhook", "create", Url()});
  Json({"match", "request", "ben", "--message", "Coffee?", "--as", "ada"});
  ASSERT_EQ(Await(1).size(), 1u);
  json dead;
  do {
    dead = Json({"dead-letter", "list"});
  } while (dead["deadLetters"].empty());
  EXPECT_THAT(Ctl({"dead-letter", "list"}).out, HasSubstr("status 410"));
  AnswerWith(200);
  EXPECT_EQ(Ctl({"dead-letter", "retry", dead["deadLetters"][0]["name"]}).code, 0);
  ASSERT_EQ(Await(2).size(), 2u);
  EXPECT_THAT(Ctl({"dead-letter", "list"}).out, HasSubstr("Everything arrived"));
  EXPECT_EQ(Ctl({"dead-letter", "retry", "webhook-none-n-none"}).code, 1);
}

TEST_F(CtlWebhookTest, AnAddressInsideIsRefusedAndTheRefusalSaysWhatToDo) {
  const Said refused = Ctl({"webhook", "create", "https://10.0.0.1/hook"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("ADDRESS_REFUSED"));
  EXPECT_THAT(refused.err, HasSubstr("--webhook_private_network"));
  const Said german = Ctl({"webhook", "create", "https://10.0.0.1/hook", "--language", "de"});
  EXPECT_THAT(german.err, HasSubstr("An diese Adresse"));
}

TEST_F(CtlWebhookTest, PreferencesAreShownAndChanged) {
  const json before = Json({"notification", "preferences", "--as", "ada"});
  EXPECT_EQ(before["digest"], false);
  const json after = Json({"notification", "preferences", "--channel", "mail", "--digest", "--as", "ada"});
  EXPECT_EQ(after["channel"], "CHANNEL_MAIL");
  EXPECT_EQ(after["digest"], true);
  EXPECT_EQ(Json({"notification", "preferences", "--no-digest", "--as", "ada"})["channel"], "CHANNEL_MAIL");
  EXPECT_THAT(Ctl({"notification", "preferences", "--as", "ada"}).out, HasSubstr("working hours"));
  EXPECT_EQ(Ctl({"notification", "preferences", "--channel", "pigeon", "--as", "ada"}).code, 1);
}

TEST_F(CtlWebhookTest, AWatchTellsWhatHappensFromNowOn) {
  const std::string out = installation_.root() + "/watched";
  Process watch({BinDirectory() + "/cortadoctl", "notification", "watch", "--count", "1", "--as", "ben"},
                {{"CORTADO_DATA", installation_.data()}}, out);
  EXPECT_THAT(WaitForLine(out, absl::Seconds(20)), HasSubstr("Waiting"));
  const std::string request = Json({"match", "request", "ben", "--message", "Coffee?", "--as", "ada"})["name"];
  EXPECT_EQ(watch.Wait(absl::Seconds(20)), 0);
  EXPECT_THAT(installation_.Read(out), HasSubstr("Ada Okafor"));
  EXPECT_THAT(installation_.Read(out), HasSubstr(request));
}

}  // namespace
}  // namespace cortado::testing
