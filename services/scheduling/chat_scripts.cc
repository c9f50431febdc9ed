#include "services/scheduling/chat_scripts.h"

#include "absl/strings/str_cat.h"

namespace cortado::scheduling {
namespace {

// What a chat holds of a person, and giving it back. Every booked chat has a claim of each attendee.
constexpr char kClaims[] = R"lua(
  local function claim_of(person, start, chat)
    local claim = redis.call('HGET', K[2], person)
    if not claim then return nil end
    local till, week, takes = string.match(claim, '^(%d+) (%S+) (%d+)$')
    return {member = start .. ':' .. till .. ':chat:' .. chat, week = week, takes = tonumber(takes)}
  end
  local function release(busy, minutes, claim)
    redis.call('ZREM', busy, claim.member)
    redis.call('HINCRBY', minutes, claim.week, string.format('%d', -claim.takes))
  end
)lua";

// The seats of those who come, in the arguments from A[first] on; whether they can be taken, and taking them. What a
// seat held before counts as free.
// Members of a busy set are disjoint, so the last one that starts before the chat's end, its own aside, is the only one
// that can overlap. What was decided about a person (hours, notice, door, pause, blocks, budget) holds as long as their
// revision does.
constexpr char kSeats[] = R"lua(
  local function seats_from(first)
    local seats = {}
    for k = 3, #K, 4 do
      local a = first + (k - 3) / 4 * 6
      seats[#seats + 1] = {
        person = K[k], busy = K[k + 1], minutes = K[k + 2], chats = K[k + 3], id = A[a], revision = A[a + 1],
        till = A[a + 2], week = A[a + 3], takes = tonumber(A[a + 4]), has = tonumber(A[a + 5])}
    end
    return seats
  end
  local function overdraws(s)
    local spent = tonumber(redis.call('HGET', s.minutes, s.week) or '0')
    if s.held and s.held.week == s.week then spent = spent - s.held.takes end
    return spent + s.takes > s.has
  end
  local function is_busy(s, start)
    for _, last in ipairs(redis.call('ZREVRANGEBYSCORE', s.busy, '(' .. s.till, '-inf', 'LIMIT', 0, 2)) do
      if not (s.held and s.held.member == last) then
        return tonumber(string.match(last, '^%d+:(%d+):')) > tonumber(start)
      end
    end
    return false
  end
  local function obstacle(seats, start)
    for _, s in ipairs(seats) do
      local known = redis.call('GET', s.person)
      if not known or revision_of(known) ~= s.revision then return refuse('RELOAD') end
    end
    for _, s in ipairs(seats) do
      if overdraws(s) then return refuse('MINUTES', s.id) end
    end
    for _, s in ipairs(seats) do
      if is_busy(s, start) then return refuse('TAKEN') end
    end
  end
  local function take(seats, start, chat)
    for _, s in ipairs(seats) do
      if s.held then release(s.busy, s.minutes, s.held) end
      redis.call('ZADD', s.busy, start, start .. ':' .. s.till .. ':chat:' .. chat)
      redis.call('HINCRBY', s.minutes, s.week, s.takes)
      redis.call('ZADD', s.chats, start, chat)
      redis.call('HSET', K[2], s.id, s.till .. ' ' .. s.week .. ' ' .. s.takes)
    end
  end
)lua";

constexpr char kBookBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, bytes, start, finish, names = A[2], A[3], A[4], A[5], A[6]
  local seats = seats_from(7)
  local refused = obstacle(seats, start)
  if refused then return refused end
  redis.call('SET', K[1], record(bytes))
  take(seats, start, id)
  changed('chat', id, 'u')
  resource = 'chats/' .. id
  event('chat.booked', resource, 'people', names, 'start', start, 'end', finish, 'by', SUBJECT)
)lua";

constexpr char kMoveBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, revision, bytes, was, was_end, start, finish, names = A[2], A[3], A[4], A[5], A[6], A[7], A[8], A[9]
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= revision then return refuse('ETAG') end
  if start == was and finish == was_end then return unchanged('chats/' .. id) end
  local seats = seats_from(10)
  for _, s in ipairs(seats) do s.held = claim_of(s.id, was, id) end
  local refused = obstacle(seats, start)
  if refused then return refused end
  redis.call('SET', K[1], record(bytes))
  take(seats, start, id)
  changed('chat', id, 'u')
  resource = 'chats/' .. id
  event('chat.moved', resource, 'people', names, 'start', start, 'end', finish, 'was', was, 'by', SUBJECT)
)lua";

constexpr char kCancelBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, revision, bytes, start, names = A[2], A[3], A[4], A[5], A[6]
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= revision then return refuse('ETAG') end
  local claims = {}
  for k = 3, #K, 2 do claims[k] = claim_of(A[7 + (k - 3) / 2], start, id) end
  redis.call('SET', K[1], record(bytes))
  for k = 3, #K, 2 do
    if claims[k] then release(K[k], K[k + 1], claims[k]) end
  end
  redis.call('DEL', K[2])
  changed('chat', id, 'u')
  resource = 'chats/' .. id
  event('chat.cancelled', resource, 'people', names, 'start', start, 'by', SUBJECT)
)lua";

}  // namespace

// A busy time is at most 240 minutes and a buffer of 120 long: none that began earlier can reach into the window.
const redis::Script kReadPeople(R"lua(#!lua flags=no-writes
local from, to = tonumber(ARGV[1]) - 21600, ARGV[2]
local answer = {redis.call('HGETALL', KEYS[1])}
for i = 2, #KEYS, 3 do
  answer[#answer + 1] = {
    redis.call('GET', KEYS[i]),
    redis.call('ZRANGEBYSCORE', KEYS[i + 1], from, '(' .. to),
    redis.call('HGETALL', KEYS[i + 2])}
end
return answer
)lua");

const store::WriteScript kBook("scheduling.chat.book", absl::StrCat(kClaims, kSeats, kBookBody));
const store::WriteScript kMove("scheduling.chat.move", absl::StrCat(kClaims, kSeats, kMoveBody));
const store::WriteScript kCancel("scheduling.chat.cancel", absl::StrCat(kClaims, kCancelBody));

}  // namespace cortado::scheduling
