#include "services/scheduling/courier/webhook_scripts.h"

namespace cortado::scheduling {

const store::WriteScript kInsertWebhook("scheduling.webhook.create", R"lua(
  if redis.call('HLEN', K[1]) >= tonumber(A[3]) then return refuse('FULL') end
  redis.call('HSET', K[1], A[1], record(A[2]))
  resource = 'webhooks/' .. A[1]
)lua");

// The bodies that nobody will ask for any more are forgotten by themselves.
const store::WriteScript kDeleteWebhook("scheduling.webhook.delete", R"lua(
  if redis.call('HEXISTS', K[1], A[1]) == 0 then return refuse('ABSENT') end
  local dead, own = redis.call('ZRANGE', K[4], 0, -1), {}
  for _, member in ipairs(dead) do
    if string.sub(member, 1, #A[1] + 1) == A[1] .. '/' then own[#own + 1] = member end
  end
  redis.call('HDEL', K[1], A[1])
  redis.call('HDEL', K[2], A[1] .. ':delivered', A[1] .. ':problem')
  redis.call('DEL', K[3])
  for i = 1, #own, 500 do redis.call('ZREM', K[4], unpack(own, i, math.min(i + 499, #own))) end
  resource = 'webhooks/' .. A[1]
)lua");

const store::WriteScript kRetryHook("scheduling.webhook.retry", R"lua(
  local member = A[1] .. '/' .. A[2]
  if redis.call('HEXISTS', K[2], A[1]) == 0 then return refuse('ABSENT') end
  if redis.call('ZSCORE', K[3], A[2]) then return unchanged('webhooks/' .. A[1]) end
  if redis.call('HEXISTS', K[1], 'delivered') == 1 then return unchanged('webhooks/' .. A[1]) end
  if not redis.call('ZSCORE', K[4], member) or redis.call('HEXISTS', K[1], 'body') == 0 then return refuse('ABSENT') end
  redis.call('HSET', K[1], 'since', A[3], 'attempts', '0')
  redis.call('EXPIRE', K[1], A[4])
  redis.call('ZADD', K[3], A[3], A[2])
  redis.call('ZREM', K[4], member)
  resource = 'webhooks/' .. A[1]
)lua");

// An event may be told again, when a crash came before the courier noted how far it was.
const store::SideScript kHearHook("scheduling.webhook.hear", R"lua(
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 or redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'body', ARGV[3], 'since', ARGV[4], 'attempts', '0')
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
return 1
)lua");

const redis::Script kHooksWithDue(R"lua(#!lua flags=no-writes
local due = {}
for i, key in ipairs(KEYS) do
  if redis.call('ZCOUNT', key, '-inf', ARGV[1]) > 0 then due[#due + 1] = i end
end
return due
)lua");

const store::SideScript kTakeHook("scheduling.webhook.take", R"lua(
local taken = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)
if taken[1] then redis.call('ZADD', KEYS[1], ARGV[2], taken[1]) end
return taken
)lua");

const store::SideScript kNoteHook("scheduling.webhook.note", R"lua(
local there, member = redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1, ARGV[1] .. '/' .. ARGV[2]
if not there or redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[3], ARGV[2])
  return 0
end
if ARGV[4] == 'delivered' then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'delivered', ARGV[3])
  redis.call('EXPIRE', KEYS[1], 3600)
  redis.call('ZREM', KEYS[3], ARGV[2])
  redis.call('HSET', KEYS[5], ARGV[1] .. ':delivered', ARGV[3])
  redis.call('HDEL', KEYS[5], ARGV[1] .. ':problem')
  return 1
end
redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('HSET', KEYS[1], 'problem', ARGV[5])
redis.call('HSET', KEYS[5], ARGV[1] .. ':problem', ARGV[5])
if ARGV[4] ~= 'dead' then
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
  return 1
end
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('ZADD', KEYS[4], ARGV[3], member)
redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -tonumber(ARGV[6]) - 1)
return 1
)lua");

const store::SideScript kGiveUpHooks("scheduling.webhook.give_up", R"lua(
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, 400)
for _, event in ipairs(old) do
  redis.call('ZREM', KEYS[1], event)
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1] .. '/' .. event)
end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -tonumber(ARGV[4]) - 1)
return #old
)lua");

const redis::Script kHookFacts(R"lua(#!lua flags=no-writes
local facts = {}
for _, key in ipairs(KEYS) do
  local one = redis.call('HMGET', key, 'attempts', 'problem')
  facts[#facts + 1] = one[1] or ''
  facts[#facts + 1] = one[2] or ''
end
return facts
)lua");

}  // namespace cortado::scheduling
