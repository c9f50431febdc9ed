// One mail to one person: checked, and written as the bytes that travel (RFC 5322, MIME). The same value gives the same
// bytes, so that a repeat after a lost answer is the same message. Pure; any thread.
//
//   mail::Message message;
//   message.from = {"Cortado", "cortado@example.com"};
//   ...
//   ASSIGN_OR_RETURN(const std::string bytes, mail::FormatMessage(message));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mail/address.h"

namespace cortado::mail {

// An invitation, its update or its cancellation (iMIP, RFC 6047).
struct Calendar {
  std::string text;    // A whole iCalendar object with CRLF line ends, whose METHOD is `method`.
  std::string method;  // "REQUEST", "CANCEL": capital letters.
};

struct Header {
  std::string name;   // Letters, digits and "-"; none that Message has a field for.
  std::string value;  // Any text of one line.
};

struct Message {
  Mailbox from;
  Mailbox to;  // One: nobody sees who else got a mail.
  std::optional<Mailbox> reply_to = {};
  std::string subject;
  std::string text;       // Plain text with "\n" line ends; required.
  std::string html = {};  // The same for programs that show HTML; may be empty.
  std::optional<Calendar> calendar = {};
  // Without angle brackets (CheckMessageId), chosen by the caller: the same for every repeat, another for every mail.
  std::string message_id;
  absl::Time date;                           // When it was written; the same for every repeat too.
  std::string in_reply_to = {};              // A message id; empty for none.
  std::vector<std::string> references = {};  // Message ids of the thread, oldest first; at most 20.
  // Where one gives up such mail: an https:// address (RFC 2369); empty for none.
  std::string list_unsubscribe = {};
  // Says that a program wrote it, so that no absence note answers (RFC 3834).
  bool auto_generated = true;
  std::vector<Header> headers = {};
};

// Returns `message` with CRLF line ends, in ASCII alone and no line over 998 octets (RFC 5321 section 4.5.3.1.6), so
// that no server on the way needs an extension. Text and HTML are alternatives; the calendar comes last among them, the
// form that mail programs prefer and answer, and once more as the attachment invite.ics.
// INVALID_ARGUMENT: an address or id that address.h refuses; CR, LF, NUL or another control character in anything that
// goes into a header (it could begin a header of its own); bytes that are not UTF-8, or a NUL, in a text; no subject or
// no text; a subject or name over 500 octets; a calendar without its METHOD; a header of a name that Message has.
absl::StatusOr<std::string> FormatMessage(const Message& message);

}  // namespace cortado::mail
