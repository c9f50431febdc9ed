#include "common/mail/smtp_answer.h"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <ostream>

namespace cortado::mail {
namespace {

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kDead = absl::StatusCode::kFailedPrecondition;
constexpr auto kLoginFault = absl::StatusCode::kUnauthenticated;

struct Row {
  const char* name;
  CURLcode code;
  int reply;
  SmtpStage stage;
  absl::StatusCode expected;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class SmtpAnswerTest : public ::testing::TestWithParam<Row> {};

TEST_P(SmtpAnswerTest, SaysWhetherToTryAgain) {
  EXPECT_EQ(FailureOf(GetParam().code, GetParam().reply, GetParam().stage).code(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, SmtpAnswerTest,
    ::testing::Values(Row{"BusyAtTheGreeting", CURLE_WEIRD_SERVER_REPLY, 421, SmtpStage::kGreeting, kUnavailable},
                      Row{"ClosedAtTheGreeting", CURLE_WEIRD_SERVER_REPLY, 554, SmtpStage::kGreeting, kUnavailable},
                      Row{"BusyAtTheLogin", CURLE_LOGIN_DENIED, 454, SmtpStage::kLogin, kUnavailable},
                      Row{"WrongPassword", CURLE_LOGIN_DENIED, 535, SmtpStage::kLogin, kLoginFault},
                      Row{"NoLogin", CURLE_SEND_ERROR, 530, SmtpStage::kSender, kLoginFault},
                      Row{"SenderRefused", CURLE_SEND_ERROR, 550, SmtpStage::kSender, kUnavailable},
                      Row{"TooLarge", CURLE_SEND_ERROR, 552, SmtpStage::kSender, kDead},
                      Row{"Greylisted", CURLE_SEND_ERROR, 450, SmtpStage::kMail, kUnavailable},
                      Row{"NoSuchUser", CURLE_SEND_ERROR, 550, SmtpStage::kMail, kDead},
                      Row{"RefusedAfterData", CURLE_WEIRD_SERVER_REPLY, 554, SmtpStage::kMail, kDead},
                      Row{"FullAfterData", CURLE_WEIRD_SERVER_REPLY, 452, SmtpStage::kMail, kUnavailable},
                      Row{"LostAfterAGoodReply", CURLE_RECV_ERROR, 354, SmtpStage::kMail, kUnavailable},
                      Row{"LostBeforeAny", CURLE_SEND_ERROR, 0, SmtpStage::kGreeting, kUnavailable},
                      Row{"TooSlow", CURLE_OPERATION_TIMEDOUT, 250, SmtpStage::kMail, kUnavailable},
                      Row{"AtTheDeadline", CURLE_ABORTED_BY_CALLBACK, 354, SmtpStage::kMail, kUnavailable},
                      Row{"NoStartTls", CURLE_USE_SSL_FAILED, 250, SmtpStage::kGreeting, kUnavailable},
                      Row{"Stranger", CURLE_PEER_FAILED_VERIFICATION, 220, SmtpStage::kGreeting, kUnavailable},
                      Row{"NoSuchHost", CURLE_COULDNT_RESOLVE_HOST, 0, SmtpStage::kGreeting, kUnavailable}),
    [](const auto& test) { return test.param.name; });

TEST(SmtpStageTest, IsTheOneOfTheLastCommand) {
  EXPECT_EQ(StageOf("EHLO x\r\n", SmtpStage::kMail), SmtpStage::kGreeting);
  EXPECT_EQ(StageOf("AUTH PLAIN\r\n", SmtpStage::kGreeting), SmtpStage::kLogin);
  EXPECT_EQ(StageOf("AGFkYQBwYXNzd29yZA==\r\n", SmtpStage::kLogin), SmtpStage::kLogin);
  EXPECT_EQ(StageOf("MAIL FROM:<a@b>\r\n", SmtpStage::kLogin), SmtpStage::kSender);
  EXPECT_EQ(StageOf("RCPT TO:<a@b>\r\n", SmtpStage::kSender), SmtpStage::kMail);
  EXPECT_EQ(StageOf("DATA\r\n", SmtpStage::kMail), SmtpStage::kMail);
}

}  // namespace
}  // namespace cortado::mail
