#include "common/mail/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace cortado::mail {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

Message Hello() {
  Message message;
  message.from = {"Cortado", "cortado@example.com"};
  message.to = {"Grace Hopper", "grace@example.com"};
  message.subject = "Ada says yes";
  message.text = "See you.\n";
  message.message_id = "n1@acme.cortado.invalid";
  message.date = absl::FromUnixSeconds(1766448000);
  return message;
}

Calendar Request() { return {"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", "REQUEST"}; }

TEST(MessageTest, IsWrittenAsTheStandardHasIt) {
  EXPECT_EQ(*FormatMessage(Hello()),
            "Date: Tue, 23 Dec 2025 00:00:00 +0000\r\n"
            "From: \"Cortado\"\r\n <cortado@example.com>\r\n"
            "To: \"Grace Hopper\"\r\n <grace@example.com>\r\n"
            "Subject: Ada says yes\r\n"
            "Message-ID: <n1@acme.cortado.invalid>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "See you.\r\n");
}

TEST(MessageTest, ARepeatIsTheSameMessage) {
  Message message = Hello();
  message.calendar = Request();
  EXPECT_EQ(*FormatMessage(message), *FormatMessage(message));
}

struct Injection {
  const char* field;
  std::function<void(Message&, const std::string&)> put;
};
const Injection kInjections[] = {
    {"from", [](Message& m, const std::string& text) { m.from.name = text; }},
    {"from address", [](Message& m, const std::string& text) { m.from.address = text; }},
    {"to", [](Message& m, const std::string& text) { m.to.name = text; }},
    {"to address", [](Message& m, const std::string& text) { m.to.address = text; }},
    {"reply-to",
     [](Message& m, const std::string& text) {
       m.reply_to = {text, "a@b"};
     }},
    {"reply-to address",
     [](Message& m, const std::string& text) {
       m.reply_to = {"", text};
     }},
    {"subject", [](Message& m, const std::string& text) { m.subject = text; }},
    {"message id", [](Message& m, const std::string& text) { m.message_id = text; }},
    {"in reply to", [](Message& m, const std::string& text) { m.in_reply_to = text; }},
    {"references",
     [](Message& m, const std::string& text) {
       m.references = {"a@b", text};
     }},
    {"unsubscribe", [](Message& m, const std::string& text) { m.list_unsubscribe = text; }},
    {"header",
     [](Message& m, const std::string& text) {
       m.headers = {{"X-Kind", text}};
     }},
    {"header name",
     [](Message& m, const std::string& text) {
       m.headers = {{text, "x"}};
     }},
    {"method",
     [](Message& m, const std::string& text) {
       m.calendar = Calendar{Request().text, text};
     }},
};

TEST(MessageTest, NoFieldCanBeginAHeaderOfItsOwn) {
  for (const Injection& injection : kInjections) {
    for (const std::string& evil :
         {std::string("a\r\nBcc: eve@example.com"), std::string("https://a@b\nBcc: e@x"), std::string("a@b\rBcc: e@x"),
          std::string("a\0b", 3), std::string("\r\n\r\nbody"), std::string("a@b\r\n"), std::string("a\x7F")}) {
      Message message = Hello();
      injection.put(message, evil);
      EXPECT_EQ(FormatMessage(message).status().code(), kInvalid) << injection.field;
    }
  }
}

TEST(MessageTest, HeadersOfOurOwnCannotBeGivenTwice) {
  for (const char* name : {"Bcc", "to", "Content-Type", "MIME-Version", "Subject", "", "X Kind", "X:"}) {
    Message message = Hello();
    message.headers = {{name, "x"}};
    EXPECT_EQ(FormatMessage(message).status().code(), kInvalid) << name;
  }
}

TEST(MessageTest, ThreadAndOriginStandInItsHeaders) {
  Message message = Hello();
  message.in_reply_to = "n2@x";
  message.references = {"n1@x", "n2@x"};
  message.list_unsubscribe = "https://cortado.example/mail";
  message.headers = {{"X-Cortado-Kind", "match.accepted"}};
  const std::string bytes = *FormatMessage(message);
  EXPECT_THAT(bytes, HasSubstr("\r\nIn-Reply-To: <n2@x>\r\nReferences: <n1@x>\r\n <n2@x>\r\n"));
  EXPECT_THAT(bytes, HasSubstr("\r\nList-Unsubscribe: <https://cortado.example/mail>\r\n"));
  EXPECT_THAT(bytes, HasSubstr("\r\nX-Cortado-Kind: match.accepted\r\n"));
}

TEST(MessageTest, APersonsWordsMayBeMarkedAsSuch) {
  Message message = Hello();
  message.auto_generated = false;
  EXPECT_THAT(*FormatMessage(message), Not(HasSubstr("Auto-Submitted")));
}

TEST(MessageTest, IsAsciiInShortLinesWhateverItSays) {
  Message message = Hello();
  std::string words;
  for (int i = 0; i < 38; ++i) words += "Приём☕";
  message.subject = message.from.name = message.to.name = words;
  message.text = message.html = std::string(5000, 'x') + words + words;
  message.headers = {{"X-Words", words}};
  message.references = std::vector<std::string>(20, std::string(240, 'a') + "@x");
  message.calendar = Request();
  const std::string bytes = *FormatMessage(message);
  EXPECT_TRUE(std::all_of(bytes.begin(), bytes.end(), [](char c) { return c > 0 && c < 127; }));
  EXPECT_THAT(std::vector<std::string>(absl::StrSplit(bytes, "\r\n")), Each(SizeIs(Le(998u))));
}

TEST(MessageTest, ACalendarIsAnAlternativeAndAnAttachment) {
  Message message = Hello();
  message.html = "<p>See you.</p>";
  message.calendar = Request();
  const std::string bytes = *FormatMessage(message);
  const std::vector<const char*> in_order = {"multipart/mixed",
                                             "multipart/alternative",
                                             "text/plain",
                                             "text/html",
                                             "text/calendar; method=REQUEST; charset=UTF-8",
                                             "application/ics; name=\"invite.ics\""};
  size_t at = 0;
  for (const char* piece : in_order) {
    at = bytes.find(piece, at);
    ASSERT_NE(at, std::string::npos) << piece;
  }
}

TEST(MessageTest, ACalendarHasTheMethodItIsSentWith) {
  Message message = Hello();
  message.calendar = Calendar{Request().text, "CANCEL"};
  EXPECT_EQ(FormatMessage(message).status().code(), kInvalid);
}

TEST(MessageTest, NeedsSubjectTextAndDate) {
  Message subject = Hello(), text = Hello(), date = Hello(), utf8 = Hello(), nul = Hello(), length = Hello();
  subject.subject = "";
  text.text = "";
  date.date = absl::InfiniteFuture();
  utf8.html = "\xFF";
  nul.text = std::string("a\0", 2);
  length.subject = std::string(501, 'a');
  for (const Message& message : {subject, text, date, utf8, nul, length}) {
    EXPECT_EQ(FormatMessage(message).status().code(), kInvalid);
  }
}

}  // namespace
}  // namespace cortado::mail
