#include "services/scheduling/invitation.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/status.h"
#include "common/text/unicode.h"
#include "services/scheduling/time_zone_text.h"

namespace cortado::scheduling {
namespace {

constexpr size_t kLongestLine = 75;  // Octets without the line end, RFC 5545 section 3.1.
constexpr size_t kLongestUid = 255;
constexpr size_t kLongestAddress = 254;  // Octets, RFC 5321 section 4.5.3.1.3.
constexpr absl::Duration kYear = absl::Hours(24 * 366);
constexpr absl::Duration kLongestSeries = absl::Hours(5 * 24 * 366);  // 52 months and what rounds them up.
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

// The length of the well-formed UTF-8 sequence that `text` begins with, or 0.
size_t SequenceLength(absl::string_view text) {
  for (size_t length = 1; length <= std::min<size_t>(4, text.size()); ++length) {
    if (text::IsValidUtf8(text.substr(0, length))) return length;
  }
  return 0;
}

bool IsContinuation(char octet) { return (static_cast<unsigned char>(octet) & 0xC0) == 0x80; }

// Calls `append(sequence)` for every character, with U+FFFD in place of each octet that belongs to none.
template <typename Append>
void ForEachCharacter(absl::string_view text, const Append& append) {
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    append(length == 0 ? kReplacement : text.substr(0, length));
    text.remove_prefix(std::max<size_t>(length, 1));
  }
}

// Line breaks of Unicode too (NEL, LS, PS): not every reader of calendars splits lines at CRLF alone.
bool IsLineBreak(absl::string_view character) {
  return character == "\n" || character == "\r" || character == "\xC2\x85" || character == "\xE2\x80\xA8" ||
         character == "\xE2\x80\xA9";
}

// The controls of ASCII and of Latin-1 (U+0080 to U+009F).
bool IsControl(absl::string_view character) {
  if (character.size() == 1) return absl::ascii_iscntrl(character[0]);
  return character.size() == 2 && character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
}

// RFC 5545 section 3.3.11. A carriage return before a line feed is part of the same line break; spaces at either end
// go, since readers differ about them.
std::string EscapeText(absl::string_view text) {
  std::string escaped;
  bool after_return = false;
  ForEachCharacter(text, [&](absl::string_view character) {
    const bool ends_return = after_return && character == "\n";
    after_return = character == "\r";
    if (IsLineBreak(character)) {
      if (!ends_return) escaped += "\\n";
    } else if (character == "\\" || character == ";" || character == ",") {
      absl::StrAppend(&escaped, "\\", character);
    } else if (character == "\t" || !IsControl(character)) {
      absl::StrAppend(&escaped, character);
    }
  });
  return std::string(absl::StripAsciiWhitespace(escaped));
}

// RFC 5545 section 3.1: a quoted parameter value holds neither quotes nor control characters, and has no escapes. Some
// readers (libical 3.0) take a backslash before the closing quote for one all the same, so none is left.
std::string QuoteParameter(absl::string_view text) {
  std::string quoted = "\"";
  ForEachCharacter(text, [&](absl::string_view character) {
    if (IsControl(character) || IsLineBreak(character)) character = " ";
    absl::StrAppend(&quoted, character == "\"" ? "'" : character == "\\" ? "/" : character);
  });
  return quoted + "\"";
}

// Breaks a long line, never inside a character; each further piece begins with a space (RFC 5545 section 3.1).
void AppendLine(absl::string_view line, std::string& object) {
  size_t room = kLongestLine;
  while (line.size() > room) {
    size_t cut = room;
    while (cut > 1 && IsContinuation(line[cut])) --cut;
    absl::StrAppend(&object, line.substr(0, cut), "\r\n ");
    line.remove_prefix(cut);
    room = kLongestLine - 1;
  }
  absl::StrAppend(&object, line, "\r\n");
}

std::string FormatInstant(absl::Time time) { return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone()); }

// Nothing that could end a value, an address or its quotes.
bool IsPlain(absl::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_iscntrl(c) || absl::ascii_isspace(c) || absl::StrContains("\"\\<>;,", c);
  });
}

absl::Status Validate(const Invitation& invitation) {
  const bool ascii = std::all_of(invitation.uid.begin(), invitation.uid.end(), absl::ascii_isgraph);
  if (invitation.uid.empty() || invitation.uid.size() > kLongestUid || !ascii || !IsPlain(invitation.uid)) {
    return absl::InvalidArgumentError("an invitation's uid must be 1 to 255 visible ASCII characters");
  }
  if (invitation.sequence < 0) return absl::InvalidArgumentError("an invitation's sequence must not be negative");
  if (invitation.end <= invitation.start) return absl::InvalidArgumentError("a chat must end after it starts");
  const bool addressed = IsMailAddress(invitation.organizer.email) &&
                         std::all_of(invitation.attendees.begin(), invitation.attendees.end(),
                                     [](const Invitee& attendee) { return IsMailAddress(attendee.email); });
  if (!addressed) return absl::InvalidArgumentError("everybody invited must have an address of the form name@host");
  return absl::OkStatus();
}

// A mailto URI (RFC 6068): what a URI gives a meaning to is percent-encoded.
std::string MailTo(absl::string_view email) {
  std::string uri = "mailto:";
  for (const char c : email) {
    const bool safe = absl::ascii_isalnum(c) || absl::StrContains("@._-+!$'*=/~", c);
    absl::StrAppend(&uri, safe ? std::string(1, c) : absl::StrFormat("%%%02X", static_cast<unsigned char>(c)));
  }
  return uri;
}

std::string Named(absl::string_view property, const Invitee& invitee, absl::string_view parameters) {
  const std::string name = invitee.display_name.empty() ? invitee.email : invitee.display_name;
  return absl::StrCat(property, ";CN=", QuoteParameter(name), parameters, ":", MailTo(invitee.email));
}

absl::string_view Participation(Invitee::Answer answer) {
  switch (answer) {
    case Invitee::Answer::kAccepted:
      return ";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED";
    case Invitee::Answer::kTentative:
      return ";ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE";
    case Invitee::Answer::kDeclined:
      return ";ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED";
    case Invitee::Answer::kNone:
      break;
  }
  return ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE";
}

void AppendPeople(const Invitation& invitation, std::string& object) {
  AppendLine(Named("ORGANIZER", invitation.organizer, ""), object);
  if (invitation.organizer_attends) {
    AppendLine(Named("ATTENDEE", invitation.organizer, Participation(Invitee::Answer::kAccepted)), object);
  }
  for (const Invitee& attendee : invitation.attendees) {
    AppendLine(Named("ATTENDEE", attendee, Participation(attendee.answer)), object);
  }
}

bool IsOfSeries(const Invitation& invitation) { return invitation.series || invitation.instance; }

// What a series does is said on the wall clock of its zone; RFC 5545 section 3.8.4.4 wants the same form of its chats.
std::string Zoned(absl::string_view property, absl::Time time, absl::TimeZone zone) {
  return absl::StrCat(property, ";TZID=", zone.name(), ":", absl::FormatTime("%Y%m%dT%H%M%S", time, zone));
}

// From the year before the first time on, so that no reader has to guess what was in force then.
void AppendZone(const Invitation& invitation, std::string& object) {
  absl::Time until = std::max(invitation.end, invitation.instance.value_or(invitation.end));
  if (invitation.series && !invitation.series->others.empty()) until = invitation.series->others.back();
  const absl::Time from = std::min(invitation.start, invitation.instance.value_or(invitation.start));
  if (invitation.series && !invitation.series->rule.empty()) until += kLongestSeries;
  for (const std::string& line : TimeZoneLines(invitation.zone, from - kYear, until)) {
    AppendLine(line, object);
  }
}

void AppendTimes(const Invitation& invitation, std::string& object) {
  if (!IsOfSeries(invitation)) {
    AppendLine(absl::StrCat("DTSTART:", FormatInstant(invitation.start)), object);
    AppendLine(absl::StrCat("DTEND:", FormatInstant(invitation.end)), object);
    return;
  }
  AppendLine(Zoned("DTSTART", invitation.start, invitation.zone), object);
  AppendLine(Zoned("DTEND", invitation.end, invitation.zone), object);
  if (invitation.instance) AppendLine(Zoned("RECURRENCE-ID", *invitation.instance, invitation.zone), object);
  if (!invitation.series) return;
  if (!invitation.series->rule.empty()) AppendLine(absl::StrCat("RRULE:", invitation.series->rule), object);
  for (const absl::Time other : invitation.series->others) {
    AppendLine(Zoned("RDATE", other, invitation.zone), object);
  }
}

void AppendText(absl::string_view property, absl::string_view text, std::string& object) {
  const std::string escaped = EscapeText(text);
  if (!escaped.empty()) AppendLine(absl::StrCat(property, ":", escaped), object);
}

}  // namespace

bool IsMailAddress(absl::string_view text) {
  const size_t at = text.find('@');
  const bool one_at = at != absl::string_view::npos && at == text.rfind('@') && at > 0 && at + 1 < text.size();
  return one_at && text.size() <= kLongestAddress && IsPlain(text) && text::IsValidUtf8(text);
}

absl::StatusOr<std::string> FormatInvitation(const Invitation& invitation) {
  RETURN_IF_ERROR(Validate(invitation));
  const bool cancel = invitation.method == Invitation::Method::kCancel;
  std::string object;
  AppendLine("BEGIN:VCALENDAR", object);
  AppendLine("VERSION:2.0", object);
  AppendLine("PRODID:-//Cortado//Cortado " CORTADO_VERSION "//EN", object);
  AppendLine("CALSCALE:GREGORIAN", object);
  AppendLine(cancel ? "METHOD:CANCEL" : "METHOD:REQUEST", object);
  if (IsOfSeries(invitation)) AppendZone(invitation, object);
  AppendLine("BEGIN:VEVENT", object);
  AppendLine(absl::StrCat("UID:", invitation.uid), object);
  AppendLine(absl::StrCat("DTSTAMP:", FormatInstant(invitation.stamp)), object);
  if (invitation.last_modified) {
    AppendLine(absl::StrCat("LAST-MODIFIED:", FormatInstant(*invitation.last_modified)), object);
  }
  AppendTimes(invitation, object);
  AppendLine(absl::StrCat("SEQUENCE:", invitation.sequence), object);
  AppendLine(cancel ? "STATUS:CANCELLED" : "STATUS:CONFIRMED", object);
  AppendLine("TRANSP:OPAQUE", object);
  const std::string summary = EscapeText(invitation.summary);
  AppendLine(absl::StrCat("SUMMARY:", summary.empty() ? "-" : summary), object);
  AppendText("DESCRIPTION", invitation.description, object);
  AppendText("LOCATION", invitation.location, object);
  AppendPeople(invitation, object);
  AppendLine("END:VEVENT", object);
  AppendLine("END:VCALENDAR", object);
  return object;
}

}  // namespace cortado::scheduling
