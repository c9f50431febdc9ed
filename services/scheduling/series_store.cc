#include "services/scheduling/series_store.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/scheduling/availability/availability.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/keys.h"
#include "services/scheduling/seat_scripts.h"

namespace cortado::scheduling {
namespace {

// K: Series, then the seats, then Chat and Claims of each chat. A: refusal, series id, bytes, names of the people, how
// many people, how many chats; of each chat id, bytes, start, end; of each person id, revision, minutes of a chat,
// weekly minutes, and of each chat its busy end and week. Few commands, whatever the number of chats: Redis runs
// nothing else meanwhile.
constexpr char kBookBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, bytes, names, people, count = A[2], A[3], A[4], tonumber(A[5]), tonumber(A[6])
  local a = 6
  local function next_argument() a = a + 1; return A[a] end
  local chats, seats = {}, {}
  for i = 1, count do
    local k = 2 + people * SEAT_KEYS + (i - 1) * 2
    chats[i] = {key = K[k], claims = K[k + 1], id = next_argument(), bytes = next_argument(), start = next_argument(),
      finish = next_argument()}
  end
  for j = 1, people do
    local s = seat_at(2 + (j - 1) * SEAT_KEYS)
    s.id, s.revision, s.takes, s.has = next_argument(), next_argument(), tonumber(next_argument()), tonumber(next_argument())
    s.tills, s.weeks = {}, {}
    for i = 1, count do s.tills[i], s.weeks[i] = next_argument(), next_argument() end
    seats[j] = s
  end
  for _, s in ipairs(seats) do
    if has_changed(s) then return refuse('RELOAD') end
  end
  for _, s in ipairs(seats) do
    s.spent = {}
    for i, spent in ipairs(redis.call('HMGET', s.minutes, unpack(s.weeks))) do
      s.spent[s.weeks[i]] = tonumber(spent or '0')
    end
    for i = 1, count do
      local week = s.weeks[i]
      s.spent[week] = s.spent[week] + s.takes
      if s.spent[week] > s.has then return refuse('MINUTES', s.id) end
    end
  end
  for _, s in ipairs(seats) do
    -- A busy time is at most 240 minutes and a buffer of 120 long.
    local from = tonumber(chats[1].start) - 21600
    local at = 1
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', s.busy, from, '(' .. s.tills[count])) do
      local first, last = string.match(member, '^(%d+):(%d+):')
      first, last = tonumber(first), tonumber(last)
      while at <= count and tonumber(s.tills[at]) <= first do at = at + 1 end
      if at <= count and counts(member) and last > tonumber(chats[at].start) then return refuse('TAKEN') end
    end
    for i = 1, count do
      if is_busy_by_calendar(s, chats[i].start, s.tills[i]) then return refuse('TAKEN') end
    end
  end
  redis.call('SET', K[1], record(bytes))
  for i, chat in ipairs(chats) do
    redis.call('SET', chat.key, record(chat.bytes))
    local claims = {}
    for _, s in ipairs(seats) do
      claims[#claims + 1] = s.id
      claims[#claims + 1] = s.tills[i] .. ' ' .. s.weeks[i] .. ' ' .. s.takes
    end
    redis.call('HSET', chat.claims, unpack(claims))
    changed('chat', chat.id, 'u')
  end
  for _, s in ipairs(seats) do
    local busy, listed, minutes, spans = {}, {}, {}, {}
    for i, chat in ipairs(chats) do
      spans[i] = {chat.start, s.tills[i]}
      busy[#busy + 1] = chat.start
      busy[#busy + 1] = chat.start .. ':' .. s.tills[i] .. ':chat:' .. chat.id
      listed[#listed + 1] = chat.start
      listed[#listed + 1] = chat.id
    end
    for week, spent in pairs(s.spent) do
      minutes[#minutes + 1] = week
      minutes[#minutes + 1] = string.format('%d', spent)
    end
    drop_holds(s, spans)
    redis.call('ZADD', s.busy, unpack(busy))
    redis.call('ZADD', s.chats, unpack(listed))
    redis.call('HSET', s.minutes, unpack(minutes))
  end
  resource = 'series/' .. id
  event('series.booked', resource, 'people', names, 'start', chats[1].start, 'end', chats[1].finish, 'count', A[6], 'by',
    SUBJECT)
)lua";

// K: Series, then Busy and Minutes of each person, then Chat and Claims of each chat. A: refusal, series id, its
// revision as read, bytes, names of those who come, how many people, their ids, then of each chat id, revision as read,
// bytes, start.
constexpr char kCancelBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, people = A[2], tonumber(A[6])
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= A[3] then return refuse('ETAG') end
  local chats, first = {}, 2 + people * 2
  for k = first, #K, 2 do
    local a = 7 + people + (k - first) / 2 * 4
    local chat = {key = K[k], claims = K[k + 1], id = A[a], bytes = A[a + 2], start = A[a + 3]}
    local known = redis.call('GET', chat.key)
    if not known or revision_of(known) ~= A[a + 1] then return refuse('ETAG') end
    local claims = redis.call('HGETALL', chat.claims)
    chat.of = {}
    for i = 1, #claims, 2 do chat.of[claims[i]] = claims[i + 1] end
    chats[#chats + 1] = chat
  end
  redis.call('SET', K[1], record(A[4]))
  for _, chat in ipairs(chats) do
    redis.call('SET', chat.key, record(chat.bytes))
    redis.call('DEL', chat.claims)
    changed('chat', chat.id, 'u')
  end
  for j = 1, people do
    local busy, minutes = {}, {}
    for _, chat in ipairs(chats) do
      local claim = chat.of[A[6 + j]]
      if claim then
        local till, week, takes = string.match(claim, '^(%d+) (%S+) (%d+)$')
        busy[#busy + 1] = chat.start .. ':' .. till .. ':chat:' .. chat.id
        minutes[week] = (minutes[week] or 0) + tonumber(takes)
      end
    end
    if #busy > 0 then redis.call('ZREM', K[j * 2], unpack(busy)) end
    for week, takes in pairs(minutes) do redis.call('HINCRBY', K[j * 2 + 1], week, string.format('%d', -takes)) end
  end
  resource = 'series/' .. id
  event('series.cancelled', resource, 'people', A[5], 'start', chats[1].start, 'count', #chats, 'by', SUBJECT)
)lua";

const store::WriteScript kBook("scheduling.series.book", absl::StrCat(kSeats, kBookBody));
const store::WriteScript kCancel("scheduling.series.cancel", kCancelBody);

// The series as it is stored: its chats by name.
std::string BytesOf(v1::Series series, const std::vector<v1::Chat>& chats) {
  series.clear_name();
  series.clear_etag();
  series.clear_invitation();
  if (!chats.empty()) series.clear_chats();
  for (const v1::Chat& chat : chats) series.add_chats()->set_name(chat.name());
  return series.SerializeAsString();
}

// With its chats by name.
v1::Series NamesAlone(v1::Series series) {
  for (v1::Chat& chat : *series.mutable_chats()) {
    v1::Chat named;
    named.set_name(chat.name());
    chat = std::move(named);
  }
  return series;
}

std::string ChatId(const v1::Chat& chat) {
  const absl::StatusOr<std::string> id = id::ParseName("chats", chat.name());
  return id.ok() ? *id : "";
}

}  // namespace

Task<absl::StatusOr<store::Outcome>> SeriesStore::Insert(rpc::Call call, SeriesBooking booking) {
  const Keys keys(store_, call.organization());
  store::Write write;
  write.script = &kBook;
  write.keys.push_back(keys.Series(booking.id));
  for (const SeriesSeat& seat : booking.seats) AddSeatKeys(keys, seat.person, write);
  write.arguments.push_back(booking.refusal);
  write.arguments.push_back(booking.id);
  write.arguments.push_back(BytesOf(booking.series, booking.chats));
  write.arguments.push_back(absl::StrJoin(booking.series.people(), ","));
  write.arguments.push_back(absl::StrCat(booking.seats.size()));
  write.arguments.push_back(absl::StrCat(booking.chats.size()));
  for (const v1::Chat& chat : booking.chats) {
    const std::string id = ChatId(chat);
    write.keys.push_back(keys.Chat(id));
    write.keys.push_back(keys.Claims(id));
    write.arguments.push_back(id);
    write.arguments.push_back(scheduling::BytesOf(chat));
    write.arguments.push_back(Seconds(StartOf(chat)));
    write.arguments.push_back(Seconds(EndOf(chat)));
  }
  for (const SeriesSeat& seat : booking.seats) {
    write.arguments.push_back(seat.person);
    write.arguments.push_back(absl::StrCat(seat.revision));
    write.arguments.push_back(absl::StrCat(seat.minutes));
    write.arguments.push_back(absl::StrCat(seat.weekly_minutes));
    for (const v1::Chat& chat : booking.chats) {
      write.arguments.push_back(Seconds(EndOf(chat) + seat.buffer));
      write.arguments.push_back(FormatWeek(WeekOf(StartOf(chat), seat.zone)));
    }
  }
  write.request_id = std::move(booking.request_id);
  write.fingerprint = std::move(booking.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<store::Outcome>> SeriesStore::Cancel(rpc::Call call, SeriesCancellation cancellation) {
  const Keys keys(store_, call.organization());
  v1::Series& series = cancellation.series;
  CO_ASSIGN_OR_RETURN(const std::string id, id::ParseName("series", series.name()));
  const std::string revision = series.etag();
  *series.mutable_cancel_time() = WriteInstant(cancellation.now);
  store::Write write;
  write.script = &kCancel;
  write.keys.push_back(keys.Series(id));
  std::set<std::string> come;
  for (v1::Chat& chat : cancellation.chats) {
    for (const v1::Attendee& attendee : chat.attendees()) {
      if (!HasDeclined(attendee)) come.insert(attendee.person().person());
    }
  }
  write.arguments.push_back(std::move(cancellation.refusal));
  write.arguments.push_back(id);
  write.arguments.push_back(revision);
  write.arguments.push_back(BytesOf(NamesAlone(series), std::vector<v1::Chat>()));
  write.arguments.push_back(absl::StrJoin(come, ","));
  write.arguments.push_back(absl::StrCat(series.people_size()));
  for (const std::string& name : series.people()) {
    CO_ASSIGN_OR_RETURN(std::string person, id::ParseName("people", name));
    write.keys.push_back(keys.Busy(person));
    write.keys.push_back(keys.Minutes(person));
    write.arguments.push_back(std::move(person));
  }
  for (v1::Chat& chat : cancellation.chats) {
    const std::string chat_id = ChatId(chat);
    const std::string read = chat.etag();
    chat.set_state(v1::Chat::STATE_CANCELLED);
    chat.set_sequence(chat.sequence() + 1);
    *chat.mutable_update_time() = WriteInstant(cancellation.now);
    write.keys.push_back(keys.Chat(chat_id));
    write.keys.push_back(keys.Claims(chat_id));
    write.arguments.push_back(chat_id);
    write.arguments.push_back(read);
    write.arguments.push_back(scheduling::BytesOf(chat));
    write.arguments.push_back(Seconds(StartOf(chat)));
  }
  write.request_id = std::move(cancellation.request_id);
  write.fingerprint = std::move(cancellation.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<std::optional<v1::Series>>> SeriesStore::Find(rpc::Call call, std::string id) {
  const Keys keys(store_, call.organization());
  std::string key = keys.Series(id);
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record, co_await store_.Find(call, std::move(key)));
  if (!record.has_value()) co_return std::nullopt;
  v1::Series series;
  CO_RETURN_IF_ERROR(store::ParseMessage(*record, series));
  series.set_name(id::MakeName("series", id));
  series.set_etag(record->etag());
  std::vector<std::string> names;
  for (const v1::Chat& chat : series.chats()) names.push_back(keys.Chat(ChatId(chat)));
  CO_ASSIGN_OR_RETURN(const std::vector<std::optional<store::Record>> records,
                      co_await store_.FindAll(std::move(call), std::move(names)));
  for (size_t i = 0; i < records.size(); ++i) {
    v1::Chat& chat = *series.mutable_chats(static_cast<int>(i));
    if (!records[i].has_value()) continue;
    CO_ASSIGN_OR_RETURN(chat, ChatOf(ChatId(chat), *records[i]));
  }
  co_return series;
}

}  // namespace cortado::scheduling
