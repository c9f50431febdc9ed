#include "clients/ctl/demo/mailbox.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using nlohmann::json;

json Letter(const std::string& to, const std::string& text) {
  return {{"recipients", {to}},
          {"headers", {{"Subject", "Grüße"}}},
          {"parts", {{{"type", "text/plain"}, {"text", text}}, {{"type", "text/html"}, {"text", "<p>other</p>"}}}}};
}

json Invitation(const std::string& to, const std::string& method, int sequence) {
  json mail = Letter(to, "You meet.\n");
  mail["parts"].push_back({{"type", "text/calendar"},
                           {"method", method},
                           {"text", absl::StrCat("BEGIN:VEVENT\r\nSEQUENCE:", sequence, "\r\nEND:VEVENT\r\n")}});
  return mail;
}

class MailboxTest : public ::testing::Test {
 protected:
  ~MailboxTest() override { std::remove(file_.c_str()); }
  void Append(const std::string& text) { std::ofstream(file_, std::ios::app | std::ios::binary) << text; }
  void Arrive(const json& mail) { Append(mail.dump() + "\n"); }

  const std::string file_ = absl::StrCat(::testing::TempDir(), "/mailbox-", getpid());
  Mailbox mailbox_{file_};
};

TEST(ReadMailTest, IsWhatAReaderSees) {
  const auto mail =
      ReadMail(Letter("ada@x.example", "Hello,\n\nhttps://c.example/answer/a.b-c\n\n-- \nFooter\n").dump());
  ASSERT_TRUE(mail.has_value());
  EXPECT_EQ(mail->to, "ada@x.example");
  EXPECT_EQ(mail->subject, "Grüße");
  EXPECT_EQ(mail->text, "Hello,\n\nhttps://c.example/answer/a.b-c");
  EXPECT_EQ(mail->link, "a.b-c");
  EXPECT_EQ(mail->method, "");
}

TEST(ReadMailTest, AnInvitationSaysWhatItIsAndHowOftenItChanged) {
  const auto mail = ReadMail(Invitation("ada@x.example", "CANCEL", 2).dump());
  ASSERT_TRUE(mail.has_value());
  EXPECT_EQ(mail->method, "CANCEL");
  EXPECT_EQ(mail->sequence, 2);
  EXPECT_EQ(mail->link, "");
}

TEST(ReadMailTest, WhatIsNoMailIsNone) {
  for (const char* line : {"", "{", "[]", "{}", R"({"recipients":[],"headers":{},"parts":[]})"}) {
    EXPECT_FALSE(ReadMail(line).has_value()) << line;
  }
}

TEST_F(MailboxTest, EachMailIsHandedOutOnceTheOldestFirst) {
  Arrive(Letter("ada@x.example", "one"));
  Arrive(Letter("bo@x.example", "other"));
  Arrive(Invitation("ada@x.example", "REQUEST", 0));
  Arrive(Letter("ada@x.example", "two"));
  EXPECT_EQ(mailbox_.Await("ada@x.example", "")->text, "one");
  EXPECT_EQ(mailbox_.Await("ada@x.example", "")->text, "two");
  EXPECT_EQ(mailbox_.Await("ada@x.example", "REQUEST")->sequence, 0);
  EXPECT_TRUE(absl::IsDeadlineExceeded(mailbox_.Await("ada@x.example", "", absl::ZeroDuration()).status()));
}

TEST_F(MailboxTest, WhatArrivedBeforeIsOfAnEarlierStory) {
  Arrive(Letter("ada@x.example", "one"));
  Mailbox later(file_);
  EXPECT_FALSE(later.Await("ada@x.example", "", absl::ZeroDuration()).ok());
  Arrive(Letter("ada@x.example", "two"));
  EXPECT_EQ(later.Await("ada@x.example", "")->text, "two");
}

TEST_F(MailboxTest, ALineHalfWrittenIsReadOnceItIsWhole) {
  const std::string line = Letter("ada@x.example", "one").dump();
  EXPECT_FALSE(mailbox_.Await("ada@x.example", "", absl::ZeroDuration()).ok());
  Append(line.substr(0, 20));
  EXPECT_FALSE(mailbox_.Await("ada@x.example", "", absl::ZeroDuration()).ok());
  Append(line.substr(20) + "\n");
  EXPECT_TRUE(mailbox_.Await("ada@x.example", "", absl::ZeroDuration()).ok());
}

}  // namespace
}  // namespace cortado::ctl
