#include "services/scheduling/chat_scripts.h"

#include "absl/strings/str_cat.h"
#include "services/scheduling/seat_scripts.h"

namespace cortado::scheduling {
namespace {

constexpr char kBookBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, bytes, start, finish, names = A[2], A[3], A[4], A[5], A[6]
  local seats = seats_from(3, 7)
  local refused = obstacle(seats, start)
  if refused then return refused end
  redis.call('SET', K[1], record(bytes))
  take(seats, K[2], start, id)
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
  local seats = seats_from(3, 10)
  for _, s in ipairs(seats) do s.held = claim_of(K[2], s.id, was, id) end
  local refused = obstacle(seats, start)
  if refused then return refused end
  redis.call('SET', K[1], record(bytes))
  take(seats, K[2], start, id)
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
  for k = 3, #K, 2 do claims[k] = claim_of(K[2], A[7 + (k - 3) / 2], start, id) end
  redis.call('SET', K[1], record(bytes))
  for k = 3, #K, 2 do
    if claims[k] then release(K[k], K[k + 1], claims[k]) end
  end
  redis.call('DEL', K[2])
  changed('chat', id, 'u')
  resource = 'chats/' .. id
  event('chat.cancelled', resource, 'people', names, 'start', start, 'by', SUBJECT)
)lua";

// One person's answer: keeps what they have of the chat, gives it back, or takes it again.
constexpr char kRespondBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, revision, bytes, start, finish, host, how = A[2], A[3], A[4], A[5], A[6], A[7], A[8]
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= revision then return refuse('ETAG') end
  local seats = seats_from(3, 9)
  local claim = claim_of(K[2], seats[1].id, start, id)
  local takes, gives = how == 'take' and not claim, how == 'release'
  if takes then
    local refused = obstacle(seats, start)
    if refused then return refused end
  end
  redis.call('SET', K[1], record(bytes))
  if takes then take(seats, K[2], start, id) end
  if gives and claim then
    release(seats[1].busy, seats[1].minutes, claim)
    redis.call('HDEL', K[2], seats[1].id)
  end
  changed('chat', id, 'u')
  resource = 'chats/' .. id
  if gives then event('chat.declined', resource, 'host', host, 'by', SUBJECT, 'start', start, 'end', finish) end
)lua";

}  // namespace

// A busy time is at most 240 minutes and a buffer of 120 long: none that began earlier can reach into the window. What
// a calendar says may be of any length, but is disjoint: one that began earlier, the last, may reach into it.
const redis::Script kReadPeople(R"lua(#!lua flags=no-writes
local from, to = ARGV[1], '(' .. ARGV[2]
local answer = {redis.call('HGETALL', KEYS[1])}
for i = 2, #KEYS, 5 do
  local calendar, reading = {}, redis.call('GET', KEYS[i + 4])
  if reading then
    calendar = redis.call('ZRANGEBYSCORE', KEYS[i + 3], from, to)
    calendar[#calendar + 1] = redis.call('ZREVRANGEBYSCORE', KEYS[i + 3], '(' .. from, '-inf', 'LIMIT', 0, 1)[1]
  end
  answer[#answer + 1] = {
    redis.call('GET', KEYS[i]),
    redis.call('ZRANGEBYSCORE', KEYS[i + 1], tonumber(from) - 21600, to),
    redis.call('HGETALL', KEYS[i + 2]),
    reading,
    calendar}
end
return answer
)lua");

const store::WriteScript kBook("scheduling.chat.book", absl::StrCat(kClaims, kSeats, kBookBody));
const store::WriteScript kMove("scheduling.chat.move", absl::StrCat(kClaims, kSeats, kMoveBody));
const store::WriteScript kRespond("scheduling.chat.respond", absl::StrCat(kClaims, kSeats, kRespondBody));
const store::WriteScript kCancel("scheduling.chat.cancel", absl::StrCat(kClaims, kCancelBody));

}  // namespace cortado::scheduling
