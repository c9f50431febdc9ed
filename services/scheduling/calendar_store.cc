#include "services/scheduling/calendar_store.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/status.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/keys.h"

namespace cortado::scheduling {
namespace {

// K: Person, Calendar, Reading. A: person id, revision of the person, start, end and instant of the reading, then the
// start and end of each busy time.
const store::WriteScript kReplace("scheduling.calendar.replace", R"lua(
  local known = redis.call('GET', K[1])
  if not known or revision_of(known) ~= A[2] then return refuse('RELOAD') end
  local name, held, anyway = 'people/' .. A[1] .. '/calendar', redis.call('GET', K[3]), '0'
  if held then
    local read, said = string.match(held, ' (%d+) (%d)$')
    if tonumber(read) > tonumber(A[5]) then return unchanged(name) end
    anyway = said
  end
  redis.call('SET', K[3], record(A[3] .. ' ' .. A[4] .. ' ' .. A[5] .. ' ' .. anyway))
  redis.call('DEL', K[2])
  local some = {}
  for a = 6, #A, 2 do
    some[#some + 1] = A[a]
    some[#some + 1] = A[a] .. ':' .. A[a + 1]
    if #some >= 1000 or a + 2 > #A then
      redis.call('ZADD', K[2], unpack(some))
      some = {}
    end
  end
  resource = name
)lua");

// K: Reading. A: person id, revision read, '1' or '0'.
const store::WriteScript kOffer("scheduling.calendar.offer_anyway", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('NOT_CONNECTED') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  resource = 'people/' .. A[1] .. '/calendar'
  local read, said = string.match(body_of(held), '^(%d+ %d+ %d+) (%d)$')
  if said == A[3] then return unchanged(resource) end
  redis.call('SET', K[1], record(read .. ' ' .. A[3]))
)lua");

// K: Reading, Calendar. A: person id.
const store::WriteScript kDelete("scheduling.calendar.delete", R"lua(
  if redis.call('EXISTS', K[1]) == 0 then return refuse('NOT_CONNECTED') end
  redis.call('DEL', K[1], K[2])
  resource = 'people/' .. A[1] .. '/calendar'
)lua");

// KEYS: Person, Calendar, Reading. Returns {record or nil, how many busy times, reading or nil}.
const redis::Script kFind(R"lua(#!lua flags=no-writes
return {redis.call('GET', KEYS[1]), redis.call('ZCARD', KEYS[2]), redis.call('GET', KEYS[3])}
)lua");

store::Write WriteOf(const store::WriteScript& script, CalendarWrite& from) {
  store::Write write;
  write.script = &script;
  write.request_id = std::move(from.request_id);
  write.fingerprint = std::move(from.fingerprint);
  write.arguments.push_back(std::move(from.person));
  return write;
}

// What is busy for a part of a second is for the whole of it.
IntervalSet InWholeSeconds(const IntervalSet& set) {
  std::vector<Interval> whole;
  for (const Interval& one : set.intervals()) {
    const auto second = [](absl::Time time) { return absl::FromUnixSeconds(absl::ToUnixSeconds(time)); };
    whole.push_back({second(one.start), second(one.end + absl::Seconds(1) - absl::Nanoseconds(1))});
  }
  return IntervalSet(std::move(whole));
}

}  // namespace

absl::StatusOr<CalendarReading> ReadingOf(absl::string_view stored) {
  ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(stored));
  const std::vector<absl::string_view> parts = absl::StrSplit(absl::string_view(record.bytes), ' ');
  int64_t start = 0;
  int64_t end = 0;
  int64_t read = 0;
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[0], &start) || !absl::SimpleAtoi(parts[1], &end) ||
      !absl::SimpleAtoi(parts[2], &read)) {
    return absl::InternalError("a stored reading of a calendar does not parse");
  }
  CalendarReading reading;
  reading.window = {absl::FromUnixSeconds(start), absl::FromUnixSeconds(end)};
  reading.read_time = absl::FromUnixSeconds(read);
  reading.offer_anyway = parts[3] == "1";
  return reading;
}

Task<absl::StatusOr<store::Outcome>> CalendarStore::Replace(rpc::Call call, CalendarWrite write, int64_t revision,
                                                            CalendarReading reading) {
  const Keys keys(store_, call.organization());
  std::vector<std::string> names;
  names.push_back(keys.Person(write.person));
  names.push_back(keys.Calendar(write.person));
  names.push_back(keys.Reading(write.person));
  store::Write replace = WriteOf(kReplace, write);
  replace.keys = std::move(names);
  replace.arguments.push_back(absl::StrCat(revision));
  replace.arguments.push_back(Seconds(reading.window.start));
  replace.arguments.push_back(Seconds(reading.window.end));
  replace.arguments.push_back(Seconds(reading.read_time));
  const IntervalSet inside = InWholeSeconds(Intersect(reading.busy, IntervalSet({reading.window})));
  for (const Interval& busy : inside.intervals()) {
    replace.arguments.push_back(Seconds(busy.start));
    replace.arguments.push_back(Seconds(busy.end));
  }
  co_return co_await store_.Write(std::move(call), std::move(replace));
}

Task<absl::StatusOr<store::Outcome>> CalendarStore::SetOfferAnyway(rpc::Call call, CalendarWrite write,
                                                                   std::string etag, bool offer_anyway) {
  std::string key = Keys(store_, call.organization()).Reading(write.person);
  store::Write said = WriteOf(kOffer, write);
  said.keys.push_back(std::move(key));
  said.arguments.push_back(std::move(etag));
  said.arguments.push_back(offer_anyway ? "1" : "0");
  co_return co_await store_.Write(std::move(call), std::move(said));
}

Task<absl::StatusOr<store::Outcome>> CalendarStore::Delete(rpc::Call call, CalendarWrite write) {
  const Keys keys(store_, call.organization());
  std::vector<std::string> names;
  names.push_back(keys.Reading(write.person));
  names.push_back(keys.Calendar(write.person));
  store::Write forget = WriteOf(kDelete, write);
  forget.keys = std::move(names);
  co_return co_await store_.Write(std::move(call), std::move(forget));
}

Task<absl::StatusOr<std::optional<CalendarOwner>>> CalendarStore::Find(rpc::Call call, std::string person) {
  const Keys keys(store_, call.organization());
  std::vector<std::string> names;
  names.push_back(keys.Person(person));
  names.push_back(keys.Calendar(person));
  names.push_back(keys.Reading(person));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await store_.ReadScript(std::move(call), kFind, std::move(names), std::vector<std::string>()));
  if (reply.elements.size() != 3) co_return absl::InternalError("a calendar was read in another form");
  if (reply.elements[0].IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(reply.elements[0].text));
  CalendarOwner owner;
  owner.revision = record.revision;
  CO_RETURN_IF_ERROR(store::ParseMessage(record, owner.snapshot));
  if (reply.elements[2].IsNil()) co_return owner;
  KeptCalendar& calendar = owner.calendar.emplace();
  CO_ASSIGN_OR_RETURN(calendar.reading, ReadingOf(reply.elements[2].text));
  CO_ASSIGN_OR_RETURN(const store::Record kept, store::ParseRecord(reply.elements[2].text));
  calendar.revision = kept.revision;
  calendar.busy_count = reply.elements[1].integer;
  co_return owner;
}

}  // namespace cortado::scheduling
