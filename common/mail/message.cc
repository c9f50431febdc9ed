#include "common/mail/message.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/mail/encoding.h"
#include "common/status/status.h"
#include "common/text/unicode.h"

namespace cortado::mail {
namespace {

constexpr size_t kLongestHeaderText = 500;
constexpr size_t kMostReferences = 20;
constexpr size_t kMostHeaders = 20;
constexpr size_t kLongestUrl = 900;  // One line, with the header's name, below 998 octets.
// No line of quoted-printable or base64 holds "=_" (RFC 2045 section 6.7), so no part can hold these.
constexpr absl::string_view kOuterBoundary = "=_cortado_mixed";
constexpr absl::string_view kInnerBoundary = "=_cortado_alternative";

bool IsControl(char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); }

// Text that goes into a header. C1 controls are UTF-8 of two octets and cannot end a line.
absl::Status CheckHeaderText(absl::string_view what, absl::string_view text) {
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return absl::InvalidArgumentError(absl::StrCat(what, " of a mail must not hold line breaks or control characters"));
  }
  if (!text::IsValidUtf8(text)) return absl::InvalidArgumentError(absl::StrCat(what, " of a mail is not UTF-8"));
  if (text.size() > kLongestHeaderText) {
    return absl::InvalidArgumentError(absl::StrCat(what, " of a mail is over ", kLongestHeaderText, " octets"));
  }
  return absl::OkStatus();
}

absl::Status CheckBody(absl::string_view text) {
  if (absl::StrContains(text, '\0')) return absl::InvalidArgumentError("the text of a mail must not hold NUL");
  if (!text::IsValidUtf8(text)) return absl::InvalidArgumentError("the text of a mail is not UTF-8");
  return absl::OkStatus();
}

absl::Status CheckMailbox(const Mailbox& mailbox) {
  RETURN_IF_ERROR(CheckAddress(mailbox.address));
  return CheckHeaderText("a name", mailbox.name);
}

absl::Status CheckCalendar(const Calendar& calendar) {
  RETURN_IF_ERROR(CheckBody(calendar.text));
  const bool named = !calendar.method.empty() && calendar.method.size() <= 20 &&
                     std::all_of(calendar.method.begin(), calendar.method.end(),
                                 [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); });
  // RFC 6047 section 2.4: both must say the same.
  if (!named || !absl::StrContains(calendar.text, absl::StrCat("\r\nMETHOD:", calendar.method, "\r\n"))) {
    return absl::InvalidArgumentError("the calendar of a mail must hold the method it is sent with");
  }
  return absl::OkStatus();
}

absl::Status CheckUrl(absl::string_view url) {
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '<' && c != '>' && c != ',';
  });
  if (!absl::StartsWith(url, "https://") || !plain || url.size() > kLongestUrl) {
    return absl::InvalidArgumentError("the address to give up a mail at must begin with https:// and be a plain URL");
  }
  return absl::OkStatus();
}

absl::Status CheckHeader(const Header& header) {
  static constexpr absl::string_view kOwn[] = {
      "from",          "to",       "cc",          "bcc",          "sender",
      "reply-to",      "subject",  "date",        "message-id",   "in-reply-to",
      "references",    "received", "return-path", "mime-version", "list-unsubscribe",
      "auto-submitted"};
  const std::string name = absl::AsciiStrToLower(header.name);
  const bool token = !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
  if (!token || absl::StartsWith(name, "content-") ||
      std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn)) {
    return absl::InvalidArgumentError("this header cannot be added to a mail");
  }
  return CheckHeaderText("a header", header.value);
}

absl::Status CheckThread(const Message& message) {
  RETURN_IF_ERROR(CheckMessageId(message.message_id));
  if (!message.in_reply_to.empty()) RETURN_IF_ERROR(CheckMessageId(message.in_reply_to));
  for (const std::string& id : message.references) RETURN_IF_ERROR(CheckMessageId(id));
  if (message.references.size() > kMostReferences || message.headers.size() > kMostHeaders) {
    return absl::InvalidArgumentError("a mail has at most 20 references and 20 headers of its own");
  }
  return absl::OkStatus();
}

absl::Status Check(const Message& message) {
  RETURN_IF_ERROR(CheckMailbox(message.from));
  RETURN_IF_ERROR(CheckMailbox(message.to));
  if (message.reply_to) RETURN_IF_ERROR(CheckMailbox(*message.reply_to));
  RETURN_IF_ERROR(CheckHeaderText("the subject", message.subject));
  RETURN_IF_ERROR(CheckThread(message));
  if (!message.list_unsubscribe.empty()) RETURN_IF_ERROR(CheckUrl(message.list_unsubscribe));
  for (const Header& header : message.headers) RETURN_IF_ERROR(CheckHeader(header));
  if (message.subject.empty() || message.text.empty()) {
    return absl::InvalidArgumentError("a mail needs a subject and a text");
  }
  RETURN_IF_ERROR(CheckBody(message.text));
  RETURN_IF_ERROR(CheckBody(message.html));
  if (message.date < absl::UnixEpoch() || message.date == absl::InfiniteFuture()) {
    return absl::InvalidArgumentError("a mail needs the date it was written at");
  }
  return message.calendar ? CheckCalendar(*message.calendar) : absl::OkStatus();
}

std::string FormatText(absl::string_view text) { return IsPlainHeader(text) ? std::string(text) : EncodeWords(text); }

// A quoted string (RFC 5322 section 3.2.4) or encoded words, then the address.
std::string FormatMailbox(const Mailbox& mailbox) {
  if (mailbox.name.empty()) return mailbox.address;
  const std::string name =
      IsPlainHeader(mailbox.name)
          ? absl::StrCat("\"", absl::StrReplaceAll(mailbox.name, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"")
          : EncodeWords(mailbox.name);
  return absl::StrCat(name, "\r\n <", mailbox.address, ">");
}

void AppendHeaders(const Message& message, std::string& out) {
  const auto append = [&out](absl::string_view name, absl::string_view value) {
    absl::StrAppend(&out, name, ": ", value, "\r\n");
  };
  append("Date", absl::FormatTime(absl::RFC1123_full, message.date, absl::UTCTimeZone()));
  append("From", FormatMailbox(message.from));
  append("To", FormatMailbox(message.to));
  if (message.reply_to) append("Reply-To", FormatMailbox(*message.reply_to));
  append("Subject", FormatText(message.subject));
  append("Message-ID", absl::StrCat("<", message.message_id, ">"));
  if (!message.in_reply_to.empty()) append("In-Reply-To", absl::StrCat("<", message.in_reply_to, ">"));
  if (!message.references.empty())
    append("References", absl::StrCat("<", absl::StrJoin(message.references, ">\r\n <"), ">"));
  if (!message.list_unsubscribe.empty()) append("List-Unsubscribe", absl::StrCat("<", message.list_unsubscribe, ">"));
  if (message.auto_generated) append("Auto-Submitted", "auto-generated");
  for (const Header& header : message.headers) append(header.name, FormatText(header.value));
  append("MIME-Version", "1.0");
}

std::string TextPart(absl::string_view type, absl::string_view text) {
  return absl::StrCat("Content-Type: ", type, "; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                      QuotedPrintable(text));
}

// Base64: readers of calendars want exactly these CRLFs, and a relay may change line ends of anything else.
std::string CalendarPart(absl::string_view type, absl::string_view more, absl::string_view text) {
  return absl::StrCat("Content-Type: ", type, "\r\n", more, "Content-Transfer-Encoding: base64\r\n\r\n",
                      Base64Lines(text));
}

std::string Multipart(absl::string_view subtype, absl::string_view boundary, const std::vector<std::string>& parts) {
  std::string out = absl::StrCat("Content-Type: multipart/", subtype, ";\r\n boundary=\"", boundary, "\"\r\n\r\n");
  for (const std::string& part : parts) absl::StrAppend(&out, "--", boundary, "\r\n", part, "\r\n");
  return absl::StrCat(out, "--", boundary, "--\r\n");
}

std::string FormatBody(const Message& message) {
  std::vector<std::string> alternatives = {TextPart("text/plain", message.text)};
  if (!message.html.empty()) alternatives.push_back(TextPart("text/html", message.html));
  if (message.calendar) {
    alternatives.push_back(
        CalendarPart(absl::StrCat("text/calendar; method=", message.calendar->method, "; charset=UTF-8"), "",
                     message.calendar->text));
  }
  if (alternatives.size() == 1) return alternatives.front();
  std::string body = Multipart("alternative", kInnerBoundary, alternatives);
  if (!message.calendar) return body;
  // Why twice: Outlook and Gmail show "accept" and "decline" for the alternative, Outlook only when that lies within
  // the first part of multipart/mixed; programs without calendars, and some on phones, offer nothing but attachments.
  // Of another type, application/ics, so that nobody takes it for a second invitation.
  return Multipart("mixed", kOuterBoundary,
                   {std::move(body), CalendarPart("application/ics; name=\"invite.ics\"",
                                                  "Content-Disposition: attachment; filename=\"invite.ics\"\r\n",
                                                  message.calendar->text)});
}

}  // namespace

absl::StatusOr<std::string> FormatMessage(const Message& message) {
  RETURN_IF_ERROR(Check(message));
  std::string out;
  AppendHeaders(message, out);
  out += FormatBody(message);
  return out;
}

}  // namespace cortado::mail
