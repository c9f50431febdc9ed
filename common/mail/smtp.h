// Hands mail to a mail server (SMTP, RFC 5321, by libcurl). Nothing of a mail, no address and no secret goes into a log
// or an error. Any thread.
//
//   ASSIGN_OR_RETURN(std::unique_ptr<mail::SmtpClient> client, mail::SmtpClient::New(server));
//   const absl::Status sent = co_await client->Send(message, absl::Seconds(30));
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mail/message.h"
#include "common/sync/mutex.h"
#include "common/task/executor.h"
#include "common/task/task.h"

namespace cortado::mail {

enum class Security {
  kNone,      // No TLS: to this machine alone, whatever the host's name leads to.
  kStartTls,  // TLS after STARTTLS (RFC 3207); a server without it gets nothing.
  kTls,       // TLS from the first byte (RFC 8314).
};

// The mail server of this installation. Its operator names it, so, unlike a webhook's, its host may lie anywhere.
struct SmtpServer {
  std::string host;  // A name or an address, IPv6 without brackets.
  int port = 587;
  Security security = Security::kStartTls;
  std::string user = {};  // Empty: no login.
  // Holds the password and perhaps a line end; a regular file of ours that nobody else may read (0600). Read for every
  // mail, so a new password needs no restart.
  std::string password_file = {};
  std::string ca_file = {};  // PEM of the authorities to trust; empty for those of the system.
  std::string hello = {};    // The name we give in EHLO; empty for the machine's.
  absl::Duration connect_timeout = absl::Seconds(10);  // Until TCP and TLS stand.
  absl::Duration timeout = absl::Seconds(60);          // Of one mail at most, the name's resolving not counted.
  int connections = 2;                                 // Mails under way at once: 1 to 16.
};

// INVALID_ARGUMENT, with the setting's name: a host that is no host name or address; a port outside 1 to 65535; no TLS
// for a host that is not localhost, 127.0.0.0/8 or ::1; a user without a password file or the other way round; control
// characters; a timeout that is not positive; a number of connections out of range.
absl::Status Validate(const SmtpServer& server);

class SmtpClient {
 public:
  // Errors as Validate. Connects to nothing yet.
  static absl::StatusOr<std::unique_ptr<SmtpClient>> New(SmtpServer server);
  // Waits for the mails under way. Not to be destroyed in what follows a Send on its thread.
  ~SmtpClient();
  SmtpClient(const SmtpClient&) = delete;
  SmtpClient& operator=(const SmtpClient&) = delete;

  // Hands `message`, which lives until the end, to the server within `limit` (and its timeout) from now, waiting for
  // one of the connections included; it may end a second later, and resolving the server's name takes what it takes.
  // OK: the server took the mail and answers for it. The task goes on on a thread of the client: leave it soon. Errors:
  //   INVALID_ARGUMENT     FormatMessage refuses the message: a repeat would be too.
  //   FAILED_PRECONDITION  The server refuses this mail or its recipient for good (5xx): a dead letter.
  //   UNAVAILABLE          Try again later: the server says so (4xx), refuses us or our sender, cannot be reached, does
  //                        not prove by TLS who it is, or does not answer in time. The mail may have been taken: the
  //                        repeat has the same Message-ID.
  //   UNAUTHENTICATED      The server does not accept the login or wants one, or the password file cannot be used:
  //                        somebody has to change the settings, then try again.
  Task<absl::Status> Send(const Message& message, absl::Duration limit);

 private:
  class Connection;

  explicit SmtpClient(SmtpServer server);
  std::unique_ptr<Connection> Take();
  void GiveBack(std::unique_ptr<Connection> connection);

  const SmtpServer server_;
  sync::Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
  // Threads of its own instead of the process's blocking ones: a server that stalls holds a thread for a minute, and
  // whoever needs a file or a name meanwhile must not wait for that.
  Executor threads_;
};

}  // namespace cortado::mail
