#include "services/scheduling/courier/mail_flags.h"

#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/auth/answer_link.h"
#include "common/mail/address.h"
#include "common/status/status.h"

ABSL_FLAG(std::string, smtp, "", "Mail server: host:port. Empty: no mail goes out.");
ABSL_FLAG(std::string, smtp_security, "starttls",
          "starttls, tls (from the first byte), or none (on this machine alone).");
ABSL_FLAG(std::string, smtp_user, "", "User at the mail server; empty: no login.");
ABSL_FLAG(std::string, smtp_password_file, "", "File (0600) with that user's password; read for every mail.");
ABSL_FLAG(std::string, smtp_ca, "",
          "PEM file: who must have signed the mail server's certificate. Empty: the system's.");
ABSL_FLAG(
    std::string, web_url, "",
    "Where people reach the answer page (clients/web), as https://cortado.example.com; empty: mails have no links.");
ABSL_FLAG(std::string, mail_from, "", "Who mail is from: cortado@example.com, or Cortado <cortado@example.com>.");

namespace cortado::scheduling {
namespace {

// Of a link to a request that does not say when it ends.
constexpr absl::Duration kLinkLife = absl::Hours(14 * 24);

absl::StatusOr<mail::Security> ReadSecurity(const std::string& word) {
  if (word == "starttls") return mail::Security::kStartTls;
  if (word == "tls") return mail::Security::kTls;
  if (word == "none") return mail::Security::kNone;
  return absl::InvalidArgumentError("--smtp_security must be starttls, tls or none");
}

// "Name <address>", or the address alone.
absl::StatusOr<mail::Mailbox> ReadMailbox(const std::string& text) {
  mail::Mailbox mailbox;
  const size_t open = text.find('<'), close = text.rfind('>');
  if (open == std::string::npos || close == std::string::npos || close < open) {
    mailbox.name = "Cortado";
    mailbox.address = std::string(absl::StripAsciiWhitespace(text));
  } else {
    mailbox.name = std::string(absl::StripAsciiWhitespace(text.substr(0, open)));
    mailbox.address = text.substr(open + 1, close - open - 1);
  }
  if (absl::Status checked = mail::CheckAddress(mailbox.address); !checked.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--mail_from: ", checked.message()));
  }
  return mailbox;
}

}  // namespace

decltype(MailRoom::answer_url) AnswerUrls(std::string web, std::shared_ptr<const auth::KeyRing> keys,
                                          const Clock& clock) {
  return [web = std::move(web), keys = std::move(keys), &clock](const rpc::Call& call, const AnswerPage& page) {
    const auth::AnswerScope scope{page.name, page.etag.empty() ? auth::kAnyVersion : page.etag};
    return absl::StrCat(web, "/answer/",
                        auth::MintAnswerLink(keys->signing(), call.organization(), page.person, scope, clock.Now(),
                                             page.expires.value_or(clock.Now() + kLinkLife)));
  };
}

absl::StatusOr<MailRoom> MailRoomFromFlags(std::shared_ptr<const auth::KeyRing> keys, const Clock& clock) {
  MailRoom room;
  const std::string at = absl::GetFlag(FLAGS_smtp);
  if (at.empty()) return room;
  mail::SmtpServer server;
  const size_t colon = at.rfind(':');
  if (colon == std::string::npos || !absl::SimpleAtoi(at.substr(colon + 1), &server.port)) {
    return absl::InvalidArgumentError("--smtp must be host:port");
  }
  server.host = at.substr(0, colon);
  ASSIGN_OR_RETURN(server.security, ReadSecurity(absl::GetFlag(FLAGS_smtp_security)));
  server.user = absl::GetFlag(FLAGS_smtp_user);
  server.password_file = absl::GetFlag(FLAGS_smtp_password_file);
  server.ca_file = absl::GetFlag(FLAGS_smtp_ca);
  ASSIGN_OR_RETURN(room.from, ReadMailbox(absl::GetFlag(FLAGS_mail_from)));
  ASSIGN_OR_RETURN(room.client, mail::SmtpClient::New(std::move(server)));
  const std::string web = std::string(absl::StripSuffix(absl::GetFlag(FLAGS_web_url), "/"));
  if (web.empty()) return room;
  if (!absl::StartsWith(web, "https://") && !absl::StartsWith(web, "http://")) {
    return absl::InvalidArgumentError("--web_url must begin with https://");
  }
  room.answer_url = AnswerUrls(web, std::move(keys), clock);
  return room;
}

}  // namespace cortado::scheduling
