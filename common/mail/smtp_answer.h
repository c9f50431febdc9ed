// What a failed exchange with a mail server means: worth another try, or not. Part of smtp.h. Pure; any thread.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cortado::mail {

// How far an exchange came: the command sent last.
enum class SmtpStage {
  kGreeting,  // The connection, EHLO, STARTTLS.
  kLogin,     // AUTH.
  kSender,    // MAIL FROM.
  kMail,      // RCPT TO, DATA and the message itself.
};

// Returns the stage after `command` was sent, which may be part of an exchange of AUTH.
SmtpStage StageOf(absl::string_view command, SmtpStage before);

// Returns the error of an exchange that ended with `curl_code` (a CURLcode other than CURLE_OK) and the server's last
// reply `reply` (as 550; 0 when there was none) at `stage`. Codes as SmtpClient::Send has them.
absl::Status FailureOf(int curl_code, int reply, SmtpStage stage);

}  // namespace cortado::mail
