// The part of ChatStore that reads people, with what their chats, holds and calendars take.
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/status.h"
#include "services/scheduling/calendar_store.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/chat_scripts.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/keys.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kLongestBuffer = absl::Minutes(120);

// "START:END" of a calendar, "START:END:KIND:ID..." of a chat or hold.
Interval BusyOf(absl::string_view member) {
  const std::vector<absl::string_view> parts = absl::StrSplit(member, absl::MaxSplits(':', 2));
  int64_t start = 0;
  int64_t end = 0;
  if (parts.size() >= 2 && absl::SimpleAtoi(parts[0], &start) && absl::SimpleAtoi(parts[1], &end)) {
    return {absl::FromUnixSeconds(start), absl::FromUnixSeconds(end)};
  }
  return {absl::UnixEpoch(), absl::UnixEpoch()};
}

// "2026-W43".
IsoWeek WeekOfField(absl::string_view field) {
  IsoWeek week;
  const std::vector<absl::string_view> parts = absl::StrSplit(field, "-W");
  const bool read =
      parts.size() == 2 && absl::SimpleAtoi(parts[0], &week.year) && absl::SimpleAtoi(parts[1], &week.week);
  return read ? week : IsoWeek{};
}

// What a chat holds of its attendees, by their id.
struct Claim {
  IsoWeek week;
  int minutes = 0;
};

// "END WEEK MINUTES" of each.
std::map<std::string, Claim> ClaimsOf(const redis::Reply& reply) {
  std::map<std::string, Claim> claims;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    const std::vector<absl::string_view> parts = absl::StrSplit(reply.elements[i + 1].text, ' ');
    Claim claim;
    if (parts.size() != 3 || !absl::SimpleAtoi(parts[2], &claim.minutes)) continue;
    claim.week = WeekOfField(parts[1]);
    claims[reply.elements[i].text] = claim;
  }
  return claims;
}

// Of "START:END:hold:HOLD:OWNER:EXPIRES" the last two; of a chat nothing.
struct HoldPart {
  absl::string_view owner;
  absl::Time expires;
};
std::optional<HoldPart> HoldOf(absl::string_view member) {
  const std::vector<absl::string_view> parts = absl::StrSplit(member, ':');
  int64_t expires = 0;
  if (parts.size() != 6 || parts[2] != "hold" || !absl::SimpleAtoi(parts[5], &expires)) return std::nullopt;
  return HoldPart{parts[4], absl::FromUnixSeconds(expires)};
}

bool IsOfChat(absl::string_view member, absl::string_view id) {
  return !id.empty() && absl::EndsWith(member, absl::StrCat(":chat:", id));
}

// Whose eyes people are read with.
struct Look {
  std::string caller;  // Their own holds are no obstacle to them.
  absl::Time now;
  Interval window;
  std::string moving;  // Id of the chat whose claims count as free; empty: none.
};

bool Counts(absl::string_view member, const Look& look) {
  if (IsOfChat(member, look.moving)) return false;
  const std::optional<HoldPart> hold = HoldOf(member);
  return !hold || (hold->owner != look.caller && hold->expires > look.now);
}

IntervalSet BusyByChats(const redis::Reply& members, const Look& look) {
  std::vector<Interval> busy;
  for (const redis::Reply& member : members.elements) {
    if (Counts(member.text, look)) busy.push_back(BusyOf(member.text));
  }
  return IntervalSet(std::move(busy));
}

absl::StatusOr<std::optional<Participant>> ParticipantOf(std::string id, const redis::Reply& reply, const Look& look,
                                                         const std::map<std::string, Claim>& claims) {
  if (reply.elements.size() != 5) return absl::InternalError("a person was read in another form");
  if (reply.elements[0].IsNil()) return std::nullopt;
  ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(reply.elements[0].text));
  Participant person;
  person.id = std::move(id);
  person.revision = record.revision;
  RETURN_IF_ERROR(store::ParseMessage(record, person.snapshot));
  person.time = TimeOf(person.snapshot);
  if (!reply.elements[3].IsNil()) {
    ASSIGN_OR_RETURN(person.calendar, ReadingOf(reply.elements[3].text));
    std::vector<Interval> said;
    for (const redis::Reply& member : reply.elements[4].elements) said.push_back(BusyOf(member.text));
    person.calendar->busy = IntervalSet(std::move(said));
  }
  person.time.busy =
      Union(BusyByChats(reply.elements[1], look), BusyByCalendar(person.calendar, look.window, look.now));
  const std::vector<redis::Reply>& minutes = reply.elements[2].elements;
  for (size_t i = 0; i + 1 < minutes.size(); i += 2) {
    int spent = 0;
    if (absl::SimpleAtoi(minutes[i + 1].text, &spent)) person.time.minutes_spent[WeekOfField(minutes[i].text)] = spent;
  }
  const auto claim = claims.find(person.id);
  if (claim != claims.end()) person.time.minutes_spent[claim->second.week] -= claim->second.minutes;
  return person;
}

}  // namespace

Task<absl::StatusOr<std::vector<std::optional<Participant>>>> ChatStore::ReadPeople(rpc::Call call,
                                                                                    std::vector<std::string> ids,
                                                                                    Interval window, absl::Time now,
                                                                                    std::string moving) {
  const Keys keys(store_, call.organization());
  std::vector<std::string> names;
  names.push_back(keys.Claims(moving));
  for (const std::string& id : ids) {
    names.push_back(keys.Person(id));
    names.push_back(keys.Busy(id));
    names.push_back(keys.Minutes(id));
    names.push_back(keys.Calendar(id));
    names.push_back(keys.Reading(id));
  }
  const std::string organization = call.organization();
  Look look;
  look.caller = call.subject();
  look.now = now;
  look.window = {window.start, window.end + kLongestBuffer};
  look.moving = std::move(moving);
  std::vector<std::string> range;
  range.push_back(Seconds(look.window.start));
  range.push_back(Seconds(look.window.end));
  CO_ASSIGN_OR_RETURN(redis::Reply reply,
                      co_await store_.ReadScript(std::move(call), kReadPeople, std::move(names), std::move(range)));
  if (reply.elements.size() != ids.size() + 1) co_return absl::InternalError("not all people asked for were read");
  const std::map<std::string, Claim> claims = ClaimsOf(reply.elements[0]);
  std::vector<std::optional<Participant>> people;
  for (size_t i = 0; i < ids.size(); ++i) {
    CO_ASSIGN_OR_RETURN(std::optional<Participant> person,
                        ParticipantOf(std::move(ids[i]), reply.elements[i + 1], look, claims));
    if (person.has_value()) memory_.Remember(organization, *person);
    people.push_back(std::move(person));
  }
  co_return people;
}

}  // namespace cortado::scheduling
