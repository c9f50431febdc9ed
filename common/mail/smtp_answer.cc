#include "common/mail/smtp_answer.h"

#include <curl/curl.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cortado::mail {
namespace {

// RFC 4954 section 6: the login is wrong (535), too weak (534), or missing (530, also RFC 3207 for missing TLS).
bool IsAboutLogin(int reply) { return reply == 530 || reply == 534 || reply == 535 || reply == 538; }

absl::Status NoTls() { return absl::UnavailableError("the mail server does not prove by TLS who it is"); }

// A last reply of 4xx or 5xx.
absl::Status Refusal(int reply, SmtpStage stage) {
  if (IsAboutLogin(reply)) {
    return absl::UnauthenticatedError(absl::StrCat("the mail server wants a login it accepts (", reply, ")"));
  }
  if (reply < 500) return absl::UnavailableError(absl::StrCat("the mail server asks to try again later (", reply, ")"));
  // 552 to MAIL FROM is about the size announced there (RFC 1870), so about this mail. Any other refusal of the sender
  // meets all mails alike: a setting is wrong, and once it is right they can go.
  if (stage == SmtpStage::kMail || (stage == SmtpStage::kSender && reply == 552)) {
    return absl::FailedPreconditionError(absl::StrCat("the mail server refuses this mail for good (", reply, ")"));
  }
  if (stage == SmtpStage::kSender) {
    return absl::UnavailableError(absl::StrCat("the mail server refuses our address as a sender (", reply, ")"));
  }
  return absl::UnavailableError(absl::StrCat("the mail server refuses to talk to us (", reply, ")"));
}

}  // namespace

SmtpStage StageOf(absl::string_view command, SmtpStage before) {
  if (absl::StartsWith(command, "EHLO") || absl::StartsWith(command, "HELO")) return SmtpStage::kGreeting;
  if (absl::StartsWith(command, "AUTH ")) return SmtpStage::kLogin;
  if (absl::StartsWith(command, "MAIL ")) return SmtpStage::kSender;
  if (absl::StartsWith(command, "RCPT ") || absl::StartsWith(command, "DATA")) return SmtpStage::kMail;
  return before;
}

absl::Status FailureOf(int curl_code, int reply, SmtpStage stage) {
  switch (curl_code) {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:  // By smtp.cc, at the deadline.
      return absl::UnavailableError("the mail server did not answer in time");
    case CURLE_USE_SSL_FAILED:
      return absl::UnavailableError("the mail server offers no STARTTLS, and nothing is sent without");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
      return NoTls();
    case CURLE_LOGIN_DENIED:
      // A server that is busy says so with 4xx (454, RFC 4954): then the password is not to blame.
      if (stage == SmtpStage::kLogin && reply >= 400 && reply < 500) return Refusal(reply, stage);
      return absl::UnauthenticatedError("the mail server does not accept user and password");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_REMOTE_ACCESS_DENIED:
      // libcurl has no code of its own for a refusal: the reply tells it from a lost connection.
      if (reply >= 400 && reply < 600) return Refusal(reply, stage);
      return absl::UnavailableError("the connection to the mail server was lost");
    default:
      return absl::UnavailableError("the mail server cannot be reached");
  }
}

}  // namespace cortado::mail
