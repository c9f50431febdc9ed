// The mails of the demo, as its mail server wrote them down: a JSON object a line (common/testing/mail_server.py).
// Thread contract: one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::ctl {

// One mail as its reader gets it.
struct DemoMail {
  std::string to;       // The address.
  std::string subject;  // One line.
  std::string text;     // The plain text, without what stands below its signature mark.
  std::string link;     // The token in the link to the answer page; empty when there is no link.
  std::string method;   // Of the invitation, as REQUEST or CANCEL; empty when there is none.
  int sequence = 0;     // Of the invitation.
};

// Reads one line. nullopt: it is no mail.
std::optional<DemoMail> ReadMail(absl::string_view line);

class Mailbox {
 public:
  // `file` may come into being later; what stands in it now is of an earlier story.
  explicit Mailbox(std::string file);

  // Returns the oldest mail to the address whose invitation has this method ("" for a mail without one) that was not
  // returned before, waiting for it. DEADLINE_EXCEEDED: none came within `patience`.
  absl::StatusOr<DemoMail> Await(const std::string& to, const std::string& method,
                                 absl::Duration patience = absl::Seconds(20));

 private:
  void ReadMore();

  const std::string file_;
  size_t read_ = 0;  // Bytes; always whole lines.
  std::vector<DemoMail> waiting_;
};

}  // namespace cortado::ctl
