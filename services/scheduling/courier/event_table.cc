#include "services/scheduling/courier/event_table.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cortado::scheduling {
namespace {

// Who hears: a person that an attribute names, or all of `people` (a chat).
struct Row {
  const char* event;
  v1::NotificationKind kind;
  const char* recipient;    // Attribute that names the recipient; "people", "others": everybody of that list.
  const char* other;        // Attribute that names the person it happened with.
  const char* subject;      // Attribute that names the resource; empty: the event's.
  bool is_private = false;  // Webhooks are not told: who is told, or is not, is between them and Cortado.
};

constexpr Row kRows[] = {
    {"request.created", v1::NOTIFICATION_KIND_REQUEST_RECEIVED, "mentor", "requester", ""},
    {"request.accepted", v1::NOTIFICATION_KIND_REQUEST_ACCEPTED, "requester", "mentor", ""},
    {"request.closed", v1::NOTIFICATION_KIND_REQUEST_CLOSED, "requester", "mentor", ""},
    {"request.moved_on", v1::NOTIFICATION_KIND_REQUEST_MOVED_ON, "requester", "next_mentor", "next"},
    {"request.details_asked", v1::NOTIFICATION_KIND_DETAILS_ASKED, "requester", "mentor", ""},
    {"request.details_given", v1::NOTIFICATION_KIND_DETAILS_GIVEN, "mentor", "requester", ""},
    {"request.postponed", v1::NOTIFICATION_KIND_REQUEST_POSTPONED, "requester", "mentor", ""},
    {"request.reopened", v1::NOTIFICATION_KIND_REQUEST_REOPENED, "mentor", "requester", ""},
    {"request.withdrawn", v1::NOTIFICATION_KIND_REQUEST_WITHDRAWN, "mentor", "requester", ""},
    {"match.ended", v1::NOTIFICATION_KIND_MATCH_ENDED, "mentee", "mentor", ""},
    {"match.ended", v1::NOTIFICATION_KIND_MATCH_ENDED, "mentor", "mentee", ""},
    {"match.ended", v1::NOTIFICATION_KIND_MATCH_ENDED, "others", "mentee", ""},
    {"match.paired", v1::NOTIFICATION_KIND_PAIR_MATCHED, "people", "", ""},
    {"match.undone", v1::NOTIFICATION_KIND_MATCH_UNDONE, "people", "", ""},
    {"match.time_proposed", v1::NOTIFICATION_KIND_TIME_PROPOSED, "people", "by", "", true},
    {"match.times_offered", v1::NOTIFICATION_KIND_TIMES_OFFERED, "people", "", "", true},
    {"participant.invited", v1::NOTIFICATION_KIND_PROGRAM_INVITED, "person", "", "", true},
    {"participant.enrolling", v1::NOTIFICATION_KIND_PROGRAM_ENROLLING, "person", "", "", true},
    {"participant.answer_awaited", v1::NOTIFICATION_KIND_ANSWER_AWAITED, "person", "", "", true},
    {"participant.chat_awaited", v1::NOTIFICATION_KIND_CHAT_AWAITED, "person", "partner", "", true},
    {"round.upcoming", v1::NOTIFICATION_KIND_ROUND_UPCOMING, "person", "", "", true},
    {"round.left_out", v1::NOTIFICATION_KIND_NO_MATCH, "person", "", "", true},
    {"match.time_taken", v1::NOTIFICATION_KIND_TIME_TAKEN, "mentee", "mentor", ""},
    {"match.time_taken", v1::NOTIFICATION_KIND_TIME_TAKEN, "mentor", "mentee", ""},
    {"match.time_taken", v1::NOTIFICATION_KIND_TIME_TAKEN, "others", "mentee", ""},
    {"chat.booked", v1::NOTIFICATION_KIND_CHAT_BOOKED, "people", "", ""},
    {"chat.moved", v1::NOTIFICATION_KIND_CHAT_MOVED, "people", "", ""},
    {"chat.cancelled", v1::NOTIFICATION_KIND_CHAT_CANCELLED, "people", "", ""},
    {"chat.declined", v1::NOTIFICATION_KIND_CHAT_DECLINED, "host", "by", ""},
    {"chat.declined", v1::NOTIFICATION_KIND_CHAT_DECLINED, "by", "host", ""},
    {"series.booked", v1::NOTIFICATION_KIND_SERIES_BOOKED, "people", "", ""},
    {"series.cancelled", v1::NOTIFICATION_KIND_SERIES_CANCELLED, "people", "", ""},
    {"person.invited", v1::NOTIFICATION_KIND_PERSON_INVITED, "person", "", "", true},
    {"person.export_ready", v1::NOTIFICATION_KIND_EXPORT_READY, "person", "", "", true},
};

std::string Attribute(const api::v1::Event& event, absl::string_view name) {
  const auto found = event.attributes().find(std::string(name));
  return found == event.attributes().end() ? "" : found->second;
}

// Events name people by id, or as resources.
std::string PersonIn(const api::v1::Event& event, absl::string_view attribute) {
  return std::string(absl::StripPrefix(Attribute(event, attribute), "people/"));
}

void AddEverybody(const api::v1::Event& event, const Row& row, std::vector<Telling>& told) {
  const std::string list = Attribute(event, row.recipient);
  const std::vector<std::string> names = absl::StrSplit(list, ',', absl::SkipEmpty());
  const bool is_match = absl::StartsWith(event.kind(), "match.");
  for (const std::string& name : names) {
    Telling telling;
    telling.kind = row.kind;
    telling.recipient = std::string(absl::StripPrefix(name, "people/"));
    telling.other = PersonIn(event, row.other);
    for (const std::string& one : names) {
      if (one == name || !telling.other.empty()) continue;
      telling.other = std::string(absl::StripPrefix(one, "people/"));
    }
    telling.subject = event.subject();
    const bool is_own_doing = PersonIn(event, "by") == telling.recipient;
    if (is_match && is_own_doing) continue;
    telling.is_own_doing = is_own_doing;
    telling.has_calendar = !is_match;
    told.push_back(std::move(telling));
  }
}

}  // namespace

std::vector<Telling> WhoHears(const api::v1::Event& event) {
  std::vector<Telling> told;
  for (const Row& row : kRows) {
    if (event.kind() != row.event) continue;
    const absl::string_view recipient = row.recipient;
    if (recipient == "people" || recipient == "others") {
      AddEverybody(event, row, told);
      continue;
    }
    Telling telling;
    telling.kind = row.kind;
    telling.recipient = PersonIn(event, row.recipient);
    telling.other = PersonIn(event, row.other);
    telling.subject = *row.subject == '\0' ? event.subject() : Attribute(event, row.subject);
    // Whoever ends a match knows; `by` says which of the two it was.
    const bool knows = Attribute(event, "by") == row.recipient || PersonIn(event, "by") == telling.recipient;
    if (knows && row.kind == v1::NOTIFICATION_KIND_CHAT_DECLINED) {
      // Who declined knows, and their calendar has to.
      telling.is_own_doing = true;
      telling.has_calendar = true;
      told.push_back(std::move(telling));
      continue;
    }
    if (!telling.recipient.empty() && !knows) told.push_back(std::move(telling));
  }
  return told;
}

const std::vector<std::string>& EventKinds() {
  static const auto* kinds = [] {
    auto* all = new std::vector<std::string>;
    for (const Row& row : kRows) {
      if (!row.is_private && (all->empty() || all->back() != row.event)) all->push_back(row.event);
    }
    std::sort(all->begin(), all->end());
    return all;
  }();
  return *kinds;
}

std::string SentenceCode(v1::NotificationKind kind) {
  const absl::string_view name = v1::NotificationKind_Name(kind);
  return absl::StrCat("notification.", absl::AsciiStrToLower(absl::StripPrefix(name, "NOTIFICATION_KIND_")));
}

}  // namespace cortado::scheduling
