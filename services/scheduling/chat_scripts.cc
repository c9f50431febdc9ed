#include "services/scheduling/chat_scripts.h"

namespace cortado::scheduling {

// A busy time is at most 240 minutes and a buffer of 120 long: none that began earlier can reach into the window.
const redis::Script kReadPeople(R"lua(#!lua flags=no-writes
local from, to = tonumber(ARGV[1]) - 21600, ARGV[2]
local people = {}
for i = 1, #KEYS, 3 do
  people[#people + 1] = {
    redis.call('GET', KEYS[i]),
    redis.call('ZRANGEBYSCORE', KEYS[i + 1], from, '(' .. to),
    redis.call('HGETALL', KEYS[i + 2])}
end
return people
)lua");

// Members of a busy set are disjoint, so the last one that starts before the chat's end is the only one that can
// overlap. What was decided about a person (hours, notice, door, pause, blocks, budget) holds as long as their revision
// does.
const store::WriteScript kBook("scheduling.chat.book", R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, bytes, start, finish, names = A[2], A[3], A[4], A[5], A[6]
  local seats = {}
  for k = 3, #K, 4 do
    local a = 7 + (k - 3) / 4 * 6
    seats[#seats + 1] = {
      person = K[k], busy = K[k + 1], minutes = K[k + 2], chats = K[k + 3],
      id = A[a], revision = A[a + 1], till = A[a + 2], week = A[a + 3], takes = tonumber(A[a + 4]), has = tonumber(A[a + 5])}
  end
  for _, s in ipairs(seats) do
    local held = redis.call('GET', s.person)
    if not held or revision_of(held) ~= s.revision then return refuse('RELOAD') end
  end
  for _, s in ipairs(seats) do
    local spent = tonumber(redis.call('HGET', s.minutes, s.week) or '0')
    if spent + s.takes > s.has then return refuse('MINUTES', s.id) end
  end
  for _, s in ipairs(seats) do
    local last = redis.call('ZREVRANGEBYSCORE', s.busy, '(' .. s.till, '-inf', 'LIMIT', 0, 1)[1]
    if last and tonumber(string.match(last, '^%d+:(%d+):')) > tonumber(start) then return refuse('TAKEN') end
  end
  redis.call('SET', K[1], record(bytes))
  for _, s in ipairs(seats) do
    redis.call('ZADD', s.busy, start, start .. ':' .. s.till .. ':chat:' .. id)
    redis.call('HINCRBY', s.minutes, s.week, s.takes)
    redis.call('ZADD', s.chats, start, id)
    redis.call('HSET', K[2], s.id, s.till .. ' ' .. s.week .. ' ' .. s.takes)
  end
  changed('chat', id, 'u')
  resource = 'chats/' .. id
  event('chat.booked', resource, 'people', names, 'start', start, 'end', finish, 'by', SUBJECT)
)lua");

const store::WriteScript kCancel("scheduling.chat.cancel", R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, revision, bytes, start, names = A[2], A[3], A[4], A[5], A[6]
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= revision then return refuse('ETAG') end
  local claims = {}
  for k = 3, #K, 2 do
    local person = A[7 + (k - 3) / 2]
    local claim = redis.call('HGET', K[2], person)
    if claim then
      local till, week, takes = string.match(claim, '^(%d+) (%S+) (%d+)$')
      claims[#claims + 1] = {K[k], start .. ':' .. till .. ':chat:' .. id, K[k + 1], week, takes}
    end
  end
  redis.call('SET', K[1], record(bytes))
  for _, c in ipairs(claims) do
    redis.call('ZREM', c[1], c[2])
    redis.call('HINCRBY', c[3], c[4], '-' .. c[5])
  end
  redis.call('DEL', K[2])
  changed('chat', id, 'u')
  resource = 'chats/' .. id
  event('chat.cancelled', resource, 'people', names, 'start', start, 'by', SUBJECT)
)lua");

}  // namespace cortado::scheduling
