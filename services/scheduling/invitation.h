// Invitations that calendar programs take: one RFC 5545 calendar object per chat and change, scheduled by the rules of
// RFC 5546 (the same UID for the life of a chat, a SEQUENCE that grows, METHOD:REQUEST and METHOD:CANCEL). Times of a
// chat are UTC instants, so no reader needs our zone data; a series goes on by the wall clock of a zone, whose rules
// are in the object. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::scheduling {

// True for name@host without spaces, controls, quotes, angle brackets, backslashes, commas and semicolons, at most 254
// octets of UTF-8. Does not ask whether anybody reads mail there.
bool IsMailAddress(absl::string_view text);

struct Invitee {
  // PARTSTAT of RFC 5545 section 3.2.12. Whoever has not answered is asked to (RSVP).
  enum class Answer { kNone, kAccepted, kTentative, kDeclined };

  std::string display_name;  // Any text; may be empty.
  std::string email;         // IsMailAddress. For people without one: something under .invalid (RFC 2606).
  Answer answer = Answer::kNone;
};

struct Invitation {
  enum class Method { kRequest, kCancel };

  Method method = Method::kRequest;
  std::string uid;   // Unique for ever and the same for every change of the chat: 1 to 255 visible ASCII characters.
  int sequence = 0;  // 0 at first, larger with every move and with the cancellation.
  absl::Time stamp;  // When this object was made.
  absl::Time start;  // Whole seconds count.
  absl::Time end;    // Exclusive; after `start`.
  // Of a series: how it goes on behind the first time.
  struct Series {
    std::string rule;                // RRULE of RFC 5545 section 3.3.10; empty where the times are `others`.
    std::vector<absl::Time> others;  // RDATE.
  };
  std::optional<Series> series = {};
  // Of one chat of a series, whose UID it has: when it was to begin (RECURRENCE-ID).
  std::optional<absl::Time> instance = {};
  absl::TimeZone zone = {};                      // Of a series and of its chats.
  std::optional<absl::Time> last_modified = {};  // When the chat last changed.
  Invitee organizer;
  // Whether the organiser is one of those who meet, and has accepted. False where a mailbox of ours invites everybody:
  // then each of them may answer, while a mail program lets nobody accept what they seem to organise themselves.
  bool organizer_attends = true;
  std::vector<Invitee> attendees;  // Everybody but the organiser.
  std::string summary;             // Any text, like the two below. Required (RFC 5546): one that is empty becomes "-".
  std::string description;         // Left out when empty, like the next.
  std::string location;
};

// Returns the calendar object: UTF-8, CRLF line ends, no line over 75 octets. Whatever the texts hold stays text: line
// breaks, commas, semicolons and backslashes are escaped, other control characters are dropped, bytes that are not
// UTF-8 become U+FFFD, and names lose what a quoted parameter cannot hold (double quotes become single ones,
// backslashes slashes).
// Returns InvalidArgument if the uid holds anything else than it may, if an address is none, if the sequence is
// negative, or if the end is not after the start.
absl::StatusOr<std::string> FormatInvitation(const Invitation& invitation);

}  // namespace cortado::scheduling
