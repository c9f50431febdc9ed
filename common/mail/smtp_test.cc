// Against a real mail server (aiosmtpd); what arrived was read by Python's own email package.
#include "common/mail/smtp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/task/sync_wait.h"
#include "common/testing/certificates.h"
#include "common/testing/mail_server.h"

namespace cortado::mail {
namespace {

using testing::Authority;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using testing::MailServer;
using testing::MoveIntoPlace;
using ::testing::Not;
using ::testing::Pair;
using testing::ReceivedMail;
using ::testing::SizeIs;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kDead = absl::StatusCode::kFailedPrecondition;
constexpr auto kLoginFault = absl::StatusCode::kUnauthenticated;
constexpr absl::Duration kLimit = absl::Seconds(20);

const char kInvitation[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Cortado//Test//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    "UID:c1@acme.cortado.invalid\r\nSEQUENCE:0\r\nSUMMARY:Кофе ☕ mit Jürgen\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

Message Hello() {
  Message message;
  message.from = {"Jürgen via Cortado", "cortado@example.com"};
  message.to = {"Ада Лавлейс 🙂", "ada@example.com"};
  message.subject = "Кофе ☕ am Dienstag, mit einem Betreff, der für eine Zeile der Kopfzeilen viel zu lang ist";
  message.text =
      "Привет!\n.\n..zwei Punkte\nFrom hier an\nLeerzeichen am Ende \n🙂 " + std::string(1200, 'x') + "\n";
  message.html = "<p>Привет 🙂</p>\n";
  message.message_id = "n1.p1@acme.cortado.invalid";
  message.date = absl::FromUnixSeconds(1766448000);
  return message;
}

SmtpServer Plain(const MailServer& server) {
  SmtpServer settings;
  settings.host = "127.0.0.1";
  settings.port = server.Port();
  settings.security = Security::kNone;
  return settings;
}

absl::Status Send(const SmtpServer& settings, const Message& message, absl::Duration limit = kLimit) {
  absl::StatusOr<std::unique_ptr<SmtpClient>> client = SmtpClient::New(settings);
  if (!client.ok()) return client.status();
  return SyncWait((*client)->Send(message, limit));
}

TEST(SmtpTest, AMailInAnyLanguageArrivesAsItWasWritten) {
  MailServer server;
  Message message = Hello();
  message.reply_to = Mailbox{"Jürgen", "juergen@example.com"};
  message.calendar = Calendar{kInvitation, "REQUEST"};
  ASSERT_EQ(Send(Plain(server), message), absl::OkStatus());
  const std::vector<ReceivedMail> mails = server.Mails();
  ASSERT_THAT(mails, SizeIs(1));
  const ReceivedMail& mail = mails[0];
  EXPECT_EQ(mail.sender, "cortado@example.com");
  EXPECT_THAT(mail.recipients, ElementsAre("ada@example.com"));
  EXPECT_EQ(mail.from_name, message.from.name);
  EXPECT_EQ(mail.to_name, message.to.name);
  EXPECT_THAT(mail.headers, Contains(Pair("Subject", message.subject)));
  EXPECT_THAT(mail.headers, Contains(Pair("Message-ID", "<n1.p1@acme.cortado.invalid>")));
  EXPECT_THAT(mail.headers, Contains(Pair("Reply-To", "Jürgen <juergen@example.com>")));
  EXPECT_THAT(mail.headers, Contains(Pair("Auto-Submitted", "auto-generated")));
  EXPECT_EQ(mail.Part("text/plain").text, message.text);
  EXPECT_EQ(mail.Part("text/html").text, message.html);
  EXPECT_THAT(mail.defects, IsEmpty());
}

TEST(SmtpTest, AnInvitationIsReadAsOne) {
  MailServer server;
  Message message = Hello();
  message.calendar = Calendar{kInvitation, "REQUEST"};
  ASSERT_EQ(Send(Plain(server), message), absl::OkStatus());
  const ReceivedMail mail = server.Mails().at(0);
  EXPECT_THAT(mail.types, ElementsAre("multipart/mixed", "multipart/alternative", "text/plain", "text/html",
                                      "text/calendar", "application/ics"));
  EXPECT_EQ(mail.Part("text/calendar").method, "REQUEST");
  EXPECT_EQ(mail.Part("text/calendar").charset, "utf-8");
  EXPECT_THAT(mail.Part("text/calendar").text, HasSubstr("UID:c1@acme.cortado.invalid\r\n"));
  EXPECT_EQ(mail.Part("text/calendar").text, kInvitation);
  EXPECT_EQ(mail.Part("application/ics").text, kInvitation);
  EXPECT_EQ(mail.Part("application/ics").disposition, "attachment");
  EXPECT_EQ(mail.Part("application/ics").filename, "invite.ics");
}

// Ours, and the big list of naughty strings where it is at hand; those alone that a header takes.
std::vector<std::string> NaughtyLines() {
  std::vector<std::string> lines = {"=?UTF-8?Q?a?=", "\"a\" <b@c>",           "a, b; c: d", "\\",
                                    "(comment)",     "ﷺ 👩‍👩‍👧"};
  std::ifstream file("../shared/data/adversarial/blns/blns.txt");
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::erase_if(lines, [](const std::string& line) {
    Message message = Hello();
    message.subject = line;
    return line.size() > 400 || !FormatMessage(message).ok();
  });
  return lines;
}

TEST(SmtpTest, NaughtyTextsArriveAsTheyWere) {
  MailServer server;
  auto client = *SmtpClient::New(Plain(server));
  const std::vector<std::string> lines = NaughtyLines();
  for (const std::string& line : lines) {
    Message message = Hello();
    message.subject = message.to.name = message.text = line;
    ASSERT_EQ(SyncWait(client->Send(message, kLimit)), absl::OkStatus()) << line;
  }
  const std::vector<ReceivedMail> mails = server.Mails();
  ASSERT_EQ(mails.size(), lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(mails[i].headers.at("Subject"), lines[i]);
    EXPECT_EQ(mails[i].to_name, lines[i]);
    EXPECT_EQ(mails[i].Part("text/plain").text, lines[i] + "\n");
  }
}

TEST(SmtpTest, MailsShareAConnection) {
  MailServer server;
  auto client = *SmtpClient::New(Plain(server));
  for (int i = 0; i < 3; ++i) ASSERT_EQ(SyncWait(client->Send(Hello(), kLimit)), absl::OkStatus());
  EXPECT_EQ(server.Mails().at(2).connection, 1);
}

TEST(SmtpTest, MailsOfSeveralThreadsGoSideBySide) {
  MailServer server;
  auto client = *SmtpClient::New(Plain(server));
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int mail = 0; mail < 10; ++mail) taken += SyncWait(client->Send(Hello(), kLimit)).ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 40);
  EXPECT_THAT(server.Mails(), SizeIs(40));
  EXPECT_THAT(server.Mails(), Each(Field(&ReceivedMail::connection, Le(2))));
}

TEST(SmtpTest, AMailThatIsNoneIsNotSent) {
  MailServer server;
  Message message = Hello();
  message.subject = "Hello\r\nBcc: eve@example.com";
  EXPECT_EQ(Send(Plain(server), message).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(server.Mails(), IsEmpty());
}

TEST(SmtpTest, ARecipientRefusedForGoodIsADeadLetterAndTheNextMailGoes) {
  MailServer server({"--refuse", "gone@example.com"});
  auto client = *SmtpClient::New(Plain(server));
  Message message = Hello();
  message.to.address = "gone@example.com";
  const absl::Status refused = SyncWait(client->Send(message, kLimit));
  EXPECT_EQ(refused.code(), kDead);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("550"));
  EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("gone")));
  EXPECT_EQ(SyncWait(client->Send(Hello(), kLimit)), absl::OkStatus());
}

struct Answered {
  const char* name;
  const char* answer;
  absl::StatusCode expected;
};
class SmtpRepliesTest : public ::testing::TestWithParam<Answered> {};

TEST_P(SmtpRepliesTest, AreRetriedOrNot) {
  MailServer server({"--answer", GetParam().answer});
  EXPECT_EQ(Send(Plain(server), Hello()).code(), GetParam().expected);
  EXPECT_THAT(server.Mails(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, SmtpRepliesTest,
                         ::testing::Values(Answered{"Greylisted", "RCPT=450 4.2.0 Greylisted", kUnavailable},
                                           Answered{"MailboxFull", "RCPT=552 5.2.2 Mailbox full", kDead},
                                           Answered{"BusyAfterData", "DATA=451 4.3.0 Busy", kUnavailable},
                                           Answered{"SpamAfterData", "DATA=554 5.7.1 Not wanted", kDead},
                                           Answered{"SenderRefused", "MAIL=550 5.7.1 Not you", kUnavailable},
                                           Answered{"TooLarge", "MAIL=552 5.3.4 Too large", kDead},
                                           Answered{"LoginWanted", "MAIL=530 5.7.0 Log in", kLoginFault}),
                         [](const auto& test) { return test.param.name; });

class SmtpStallTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SmtpStallTest, EndsAtTheDeadline) {
  MailServer server({"--stall", GetParam()});
  const auto start = std::chrono::steady_clock::now();
  const absl::Status status = Send(Plain(server), Hello(), absl::Milliseconds(300));
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("in time"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

INSTANTIATE_TEST_SUITE_P(All, SmtpStallTest, ::testing::Values("MAIL", "RCPT", "DATA"),
                         [](const auto& test) { return test.param; });

TEST(SmtpTest, ASettingLimitsTheWaitToo) {
  MailServer server({"--stall", "RCPT"});
  SmtpServer settings = Plain(server);
  settings.timeout = absl::Milliseconds(200);
  EXPECT_THAT(std::string(Send(settings, Hello(), absl::InfiniteDuration()).message()), HasSubstr("in time"));
}

TEST(SmtpTest, AServerThatIsGoneIsTriedAgainLater) {
  auto server = std::make_unique<MailServer>();
  const SmtpServer settings = Plain(*server);
  auto client = *SmtpClient::New(settings);
  EXPECT_EQ(SyncWait(client->Send(Hello(), kLimit)), absl::OkStatus());
  server.reset();  // With the connection to it idle.
  EXPECT_EQ(SyncWait(client->Send(Hello(), kLimit)).code(), kUnavailable);
}

TEST(SmtpTest, WithRetriesEveryMailArrivesThroughAFailingServer) {
  MailServer server({"--fail-rate", "0.3", "--lose-rate", "0.1", "--seed", "7"});
  auto client = *SmtpClient::New(Plain(server));
  std::set<std::string> sent, arrived;
  for (int i = 0; i < 30; ++i) {
    Message message = Hello();
    message.message_id = absl::StrCat("n", i, "@acme.cortado.invalid");
    absl::Status status = absl::UnavailableError("");
    for (int tries = 0; tries < 100 && !status.ok(); ++tries) {
      status = SyncWait(client->Send(message, kLimit));
      ASSERT_TRUE(status.ok() || status.code() == kUnavailable) << status;
    }
    sent.insert(absl::StrCat("<", message.message_id, ">"));
  }
  const std::vector<ReceivedMail> mails = server.Mails();
  for (const ReceivedMail& mail : mails) arrived.insert(mail.headers.at("Message-ID"));
  EXPECT_EQ(arrived, sent);
  EXPECT_GT(mails.size(), sent.size());  // Repeats after a lost answer, under the same id.
}

// A server with a certificate of an authority, and a login.
class SmtpTlsTest : public ::testing::Test {
 protected:
  SmtpTlsTest() {
    std::filesystem::create_directories(directory_);
    const Authority::Issued issued = authority_.Issue("mail");
    MoveIntoPlace(directory_ + "/cert.pem", issued.certificate);
    MoveIntoPlace(directory_ + "/key.pem", issued.key);
    MoveIntoPlace(directory_ + "/ca.pem", authority_.certificate());
    MoveIntoPlace(directory_ + "/password", "s3cret pass\n");
  }
  ~SmtpTlsTest() override { std::filesystem::remove_all(directory_); }

  std::vector<std::string> Switches(std::vector<std::string> more) const {
    more.insert(more.end(), {"--certificate", directory_ + "/cert.pem", "--key", directory_ + "/key.pem"});
    return more;
  }

  SmtpServer Secure(const MailServer& server, Security security = Security::kStartTls) const {
    SmtpServer settings = Plain(server);
    settings.security = security;
    settings.ca_file = directory_ + "/ca.pem";
    return settings;
  }

  SmtpServer WithLogin(const MailServer& server) const {
    SmtpServer settings = Secure(server);
    settings.user = "cortado";
    settings.password_file = directory_ + "/password";
    return settings;
  }

  const Authority authority_{"Cortado test"};
  const std::string directory_ = absl::StrCat(::testing::TempDir(), "cortado-smtp-", getpid());
};

TEST_F(SmtpTlsTest, StartTlsProtectsTheMail) {
  MailServer server(Switches({"--require-starttls"}));
  EXPECT_EQ(Send(Secure(server), Hello()), absl::OkStatus());
  EXPECT_TRUE(server.Mails().at(0).tls);
}

TEST_F(SmtpTlsTest, TlsFromTheFirstByteDoesToo) {
  MailServer server(Switches({"--tls"}));
  EXPECT_EQ(Send(Secure(server, Security::kTls), Hello()), absl::OkStatus());
  EXPECT_TRUE(server.Mails().at(0).tls);
}

TEST_F(SmtpTlsTest, AServerWithoutStartTlsGetsNothing) {
  MailServer server;
  const absl::Status status = Send(Secure(server), Hello());
  EXPECT_EQ(status.code(), kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("STARTTLS"));
  EXPECT_THAT(server.Mails(), IsEmpty());
}

TEST_F(SmtpTlsTest, AStrangersCertificateIsNotBelieved) {
  MailServer server(Switches({}));
  SmtpServer settings = Secure(server);
  MoveIntoPlace(directory_ + "/other.pem", Authority("Somebody else").certificate());
  for (const std::string& file : {directory_ + "/other.pem", std::string(), directory_ + "/missing.pem"}) {
    settings.ca_file = file;
    const absl::Status status = Send(settings, Hello());
    EXPECT_EQ(status.code(), kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("by TLS")) << file;
  }
  EXPECT_THAT(server.Mails(), IsEmpty());
}

TEST_F(SmtpTlsTest, ALoginIsReadFromItsFile) {
  MailServer server(Switches({"--user", "cortado", "--password", "s3cret pass"}));
  EXPECT_EQ(Send(WithLogin(server), Hello()), absl::OkStatus());
  EXPECT_EQ(server.Mails().at(0).user, "cortado");
}

TEST_F(SmtpTlsTest, AWrongPasswordIsSaidAndANewOneNeedsNoRestart) {
  MailServer server(Switches({"--user", "cortado", "--password", "the new one"}));
  auto client = *SmtpClient::New(WithLogin(server));
  const absl::Status status = SyncWait(client->Send(Hello(), kLimit));
  EXPECT_EQ(status.code(), kLoginFault);
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("s3cret")));
  MoveIntoPlace(directory_ + "/password", "the new one");
  EXPECT_EQ(SyncWait(client->Send(Hello(), kLimit)), absl::OkStatus());
}

TEST_F(SmtpTlsTest, AServerThatWantsALoginGetsNoMailWithout) {
  MailServer server(Switches({"--user", "cortado", "--password", "x"}));
  EXPECT_EQ(Send(Secure(server), Hello()).code(), kLoginFault);
}

TEST_F(SmtpTlsTest, APasswordOthersCanReadIsNotUsed) {
  MailServer server(Switches({"--user", "cortado", "--password", "s3cret pass"}));
  const std::string file = directory_ + "/password";
  chmod(file.c_str(), 0640);
  EXPECT_THAT(std::string(Send(WithLogin(server), Hello()).message()), HasSubstr("chmod 600"));
  unlink(file.c_str());
  EXPECT_EQ(Send(WithLogin(server), Hello()).code(), kLoginFault);
  MoveIntoPlace(file, "\n");
  EXPECT_EQ(Send(WithLogin(server), Hello()).code(), kLoginFault);
}

TEST(SmtpServerTest, SettingsThatCannotWorkAreRefused) {
  SmtpServer good;
  good.host = "mail.example.com";
  EXPECT_EQ(Validate(good), absl::OkStatus());
  const auto refused = [&](auto change) {
    SmtpServer server = good;
    change(server);
    return Validate(server).code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](SmtpServer& s) { s.host = ""; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.host = "mail/../x"; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.host = "user@mail"; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.port = 0; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.security = Security::kNone; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.user = "cortado"; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.password_file = "/x"; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.hello = "a\r\nRCPT"; }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.timeout = absl::ZeroDuration(); }));
  EXPECT_TRUE(refused([](SmtpServer& s) { s.connections = 0; }));
}

TEST(SmtpServerTest, WithoutTlsOnlyThisMachineIsCalled) {
  for (const char* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
    SmtpServer server;
    server.host = host;
    server.security = Security::kNone;
    EXPECT_EQ(Validate(server), absl::OkStatus()) << host;
  }
}

}  // namespace
}  // namespace cortado::mail
