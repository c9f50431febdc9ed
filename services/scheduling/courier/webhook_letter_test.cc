#include "services/scheduling/courier/webhook_letter.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/courier/event_table.h"

namespace cortado::scheduling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

api::v1::Event Accepted() {
  api::v1::Event event;
  event.set_id("1780000000000-0");
  event.set_kind("request.accepted");
  event.set_subject("requests/r1");
  event.mutable_time()->set_seconds(1'780'000'000);
  event.mutable_time()->set_nanos(123'456'789);
  auto& attributes = *event.mutable_attributes();
  attributes["requester"] = "ada";
  attributes["mentor"] = "bo";
  attributes["match"] = "matches/m1";
  attributes["start"] = "1780003600";
  return event;
}

TEST(WebhookLetterTest, TheBodyNamesThingsAndNobody) {
  EXPECT_EQ(WebhookBody("acme", Accepted()),
            absl::StrCat(R"({"id":")", WebhookEventId("acme", Accepted()),
                         R"(","kind":"request.accepted","subject":"requests/r1","time":"2026-05-28T20:26:40.123Z",)"
                         R"("organization":"acme","attributes":{"match":"matches/m1"}})"));
}

TEST(WebhookLetterTest, AnEventKeepsItsIdAndSharesItWithNoOther) {
  const std::string id = WebhookEventId("acme", Accepted());
  EXPECT_THAT(id, MatchesRegex("[0-9a-f]{24}"));
  EXPECT_EQ(id, WebhookEventId("acme", Accepted()));
  EXPECT_NE(id, WebhookEventId("other", Accepted()));
  api::v1::Event later = Accepted();
  later.set_id("1780000000000-1");
  EXPECT_NE(id, WebhookEventId("acme", later));
}

// The digest was computed with another program: printf 1780000000.'{"a":1}' | openssl dgst -sha256 -hmac whsec-test
TEST(WebhookLetterTest, TheSignatureIsThatOfOtherPrograms) {
  EXPECT_EQ(WebhookSignature("whsec-test", absl::FromUnixSeconds(1'780'000'000), R"({"a":1})"),
            "v1=6bedff98c7b7730823ea320e0620075d479e422dd226a0af23cfb5276244f3a1");
}

TEST(WebhookLetterTest, TheHeadersSayWhichEventWhenAndWhoSentIt) {
  const absl::Time now = absl::FromUnixSeconds(1'780'000'000);
  EXPECT_THAT(WebhookHeaders("whsec-test", "e1", now, "{}"),
              ElementsAre("Content-Type: application/json", "Cortado-Event-Id: e1", "Cortado-Timestamp: 1780000000",
                          absl::StrCat("Cortado-Signature: ", WebhookSignature("whsec-test", now, "{}"))));
}

TEST(WebhookLetterTest, EverySecretIsNewAndLong) {
  EXPECT_THAT(NewWebhookSecret(), MatchesRegex("whsec-[A-Za-z0-9_-]{43}"));
  EXPECT_NE(NewWebhookSecret(), NewWebhookSecret());
}

// Ours, and the big list of naughty strings where it is at hand.
std::vector<std::string> NaughtyStrings() {
  std::vector<std::string> naughty = {"\"},\"organization\":\"other\"",
                                      "\r\nCortado-Signature: v1=0",
                                      std::string("\0x", 2),
                                      "\xff\xfe",
                                      "\xc3",
                                      "\u202eevil",
                                      "👩‍👩‍👧",
                                      "</script><script>alert(1)</script>",
                                      "${jndi:ldap://x}",
                                      "'; DROP TABLE events; --"};
  std::ifstream list("../shared/data/adversarial/blns/blns.txt");
  for (std::string line; std::getline(list, line);) {
    if (!line.empty() && line.front() != '#') naughty.push_back(line);
  }
  return naughty;
}

TEST(WebhookLetterTest, NaughtyStringsStayInsideTheirField) {
  for (const std::string& text : NaughtyStrings()) {
    api::v1::Event event = Accepted();
    event.set_subject(text);
    (*event.mutable_attributes())["match"] = text;
    const std::string body = WebhookBody("acme", event);
    const nlohmann::json read = nlohmann::json::parse(body, nullptr, false);
    ASSERT_TRUE(read.is_object()) << body;
    EXPECT_THAT(read, SizeIs(6)) << body;
    EXPECT_EQ(read["organization"], "acme");
    EXPECT_EQ(read["kind"], "request.accepted");
    EXPECT_THAT(body, Not(HasSubstr("\n")));
  }
}

std::string Page(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(EventsPageTest, NamesEveryKindOfEvent) {
  const std::string page = Page("docs/events.md");
  for (const std::string& kind : EventKinds()) EXPECT_THAT(page, HasSubstr(absl::StrCat("| `", kind, "` |"))) << kind;
  EXPECT_THAT(page, HasSubstr(kTestKind));
}

TEST(EventsPageTest, NamesEveryKindOfNotification) {
  const std::string page = Page("docs/events.md");
  const auto* kinds = v1::NotificationKind_descriptor();
  for (int i = 1; i < kinds->value_count(); ++i) {
    const std::string name = kinds->value(i)->name().substr(sizeof("NOTIFICATION_KIND_") - 1);
    EXPECT_THAT(page, HasSubstr(absl::StrCat(" ", name, " "))) << name;
  }
}

}  // namespace
}  // namespace cortado::scheduling
