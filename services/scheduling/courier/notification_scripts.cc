#include "services/scheduling/courier/notification_scripts.h"

namespace cortado::scheduling {

// An event may be told again: the name is made of it, so the second time changes nothing.
const store::WriteScript kTell("scheduling.notification.tell", R"lua(
  local new, known, a = {}, {}, 1
  for k = 4, #K, 2 do
    local last = a + 3 + 2 * tonumber(A[a + 3])
    if not known[K[k]] and redis.call('EXISTS', K[k]) == 0 then new[#new + 1] = {k, a, last} end
    known[K[k]] = true
    a = last + 1
  end
  if #new == 0 then return unchanged('notifications') end
  for _, n in ipairs(new) do
    local k, a, last = n[1], n[2], n[3]
    local id, at = A[a + 1], A[a + 2]
    redis.call('SET', K[k], record(A[a]))
    redis.call('ZADD', K[k + 1], at, id)
    redis.call('ZADD', K[3], at, id)
    for i = a + 4, last, 2 do redis.call('ZADD', A[i] == 'slack' and K[1] or K[2], A[i + 1], id .. '/' .. A[i]) end
    changed('notification', id, 'u')
  end
  object = 'notifications'
)lua");

const store::WriteScript kSettle("scheduling.notification.settle", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[3] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[1]))
  for i = 5, #A, 3 do
    local member, queue = A[2] .. '/' .. A[i], A[i] == 'slack' and K[3] or K[4]
    if A[i + 1] ~= '' then redis.call('ZADD', queue, A[i + 1], member) else redis.call('ZREM', queue, member) end
    if A[i + 2] ~= '' then redis.call('ZADD', K[2], A[i + 2], member) else redis.call('ZREM', K[2], member) end
  end
  if A[4] ~= '' then changed(A[4], A[2], 'u') end
  object = 'notifications'
  resource = A[2]
)lua");

const store::WriteScript kForget("scheduling.notification.forget", R"lua(
  for i, id in ipairs(A) do
    redis.call('DEL', K[3 + 2 * i])
    redis.call('ZREM', K[4 + 2 * i], id)
    redis.call('ZREM', K[1], id)
    for _, channel in ipairs({'slack', 'mail', 'calendar'}) do
      for k = 2, 4 do redis.call('ZREM', K[k], id .. '/' .. channel) end
    end
  end
  object = 'notifications'
)lua");

// Whoever takes something and dies leaves it to the next, when the lease ends. What a night held back is due all at
// once, at the beginning of work: it goes out as it happened. A score is that of the due instant, so the order is of
// its own.
const store::SideScript kTakeDue("scheduling.notification.take", R"lua(
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 5000)
local happened = {}
for _, member in ipairs(due) do
  happened[member] = tonumber(redis.call('ZSCORE', KEYS[2], (string.match(member, '^(.*)/'))) or 0)
end
table.sort(due, function(a, b)
  if happened[a] ~= happened[b] then return happened[a] < happened[b] end
  return a < b
end)
local taken = {}
for i = 1, math.min(#due, tonumber(ARGV[3])) do
  taken[i] = due[i]
  redis.call('ZADD', KEYS[1], ARGV[2], due[i])
end
return taken
)lua");

}  // namespace cortado::scheduling
