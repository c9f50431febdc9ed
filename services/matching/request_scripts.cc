#include "services/matching/request_scripts.h"

namespace cortado::matching {

// In every body A is who asks and B who is asked. Counts of 0 are removed, so that `open` and `active` hold only people
// with some. The feed's kind `load` tells a reader whose counts to read again.

const store::WriteScript kInsertRequest("matching.request", R"lua(
  if A[8] == 'refused' then return refuse('VERDICT') end
  local match = redis.call('HGET', K[3], A[4])
  if match then return refuse('MATCHED', match) end
  local before = redis.call('HGET', K[2], A[4])
  if before and string.sub(before, 1, 2) == 'o:' then return refuse('PENDING', string.sub(before, 3)) end
  if redis.call('SCARD', K[4]) >= tonumber(A[6]) then return refuse('TOO_MANY') end
  if before then
    local again = tonumber(string.sub(before, 3)) + tonumber(A[7])
    if tonumber(now) < again then return refuse('RECENT', string.format('%d', again)) end
  end
  local used = tonumber(redis.call('HGET', K[5], A[4]) or '0') + tonumber(redis.call('HGET', K[6], A[4]) or '0')
  if used >= tonumber(A[5]) then return refuse('FULL') end
  redis.call('SET', K[1], record(A[1]))
  redis.call('HSET', K[2], A[4], 'o:' .. A[2])
  redis.call('SADD', K[4], A[2])
  redis.call('HINCRBY', K[5], A[4], 1)
  local entry = string.format('%013d:', tonumber(now)) .. A[2]
  redis.call('ZADD', K[7], 0, entry)
  redis.call('ZADD', K[8], 0, entry)
  changed('request', A[2], 'u')
  changed('load', A[4], 'u')
  event('request.created', 'requests/' .. A[2], 'requester', A[3], 'mentor', A[4])
  resource = 'requests/' .. A[2]
  out = {rev}
)lua");

const store::WriteScript kAcceptRequest("matching.accept", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if A[9] == 'answered' then return refuse('ANSWERED') end
  if A[10] == 'refused' then return refuse('VERDICT') end
  if revision_of(held) ~= A[8] then return refuse('ETAG') end
  if tonumber(redis.call('HGET', K[8], A[6]) or '0') >= tonumber(A[7]) then return refuse('FULL') end
  redis.call('SET', K[1], record(A[1]))
  redis.call('SET', K[2], record(A[2]))
  redis.call('HDEL', K[3], A[6])
  redis.call('HSET', K[4], A[6], A[4])
  redis.call('HSET', K[5], A[5], A[4])
  redis.call('SREM', K[6], A[3])
  if redis.call('HINCRBY', K[7], A[6], -1) <= 0 then redis.call('HDEL', K[7], A[6]) end
  redis.call('HINCRBY', K[8], A[6], 1)
  local entry = string.format('%013d:', tonumber(now)) .. A[4]
  redis.call('ZADD', K[9], 0, entry)
  redis.call('ZADD', K[10], 0, entry)
  changed('request', A[3], 'u')
  changed('match', A[4], 'u')
  changed('load', A[6], 'u')
  event('request.accepted', 'requests/' .. A[3], 'match', 'matches/' .. A[4], 'requester', A[5], 'mentor', A[6])
  resource = 'matches/' .. A[4]
  out = {rev}
)lua");

const store::WriteScript kCloseRequest("matching.close", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if A[6] == 'answered' then return refuse('ANSWERED') end
  if revision_of(held) ~= A[5] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[1]))
  redis.call('HSET', K[2], A[4], 'c:' .. now)
  redis.call('SREM', K[3], A[2])
  if redis.call('HINCRBY', K[4], A[4], -1) <= 0 then redis.call('HDEL', K[4], A[4]) end
  changed('request', A[2], 'u')
  changed('load', A[4], 'u')
  event('request.closed', 'requests/' .. A[2], 'requester', A[3], 'mentor', A[4])
  resource = 'requests/' .. A[2]
  out = {rev}
)lua");

const store::WriteScript kEndMatch("matching.end", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[5] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[1]))
  redis.call('HDEL', K[2], A[4])
  redis.call('HDEL', K[3], A[3])
  if redis.call('HINCRBY', K[4], A[4], -1) <= 0 then redis.call('HDEL', K[4], A[4]) end
  changed('match', A[2], 'u')
  changed('load', A[4], 'u')
  event('match.ended', 'matches/' .. A[2], 'mentee', A[3], 'mentor', A[4])
  resource = 'matches/' .. A[2]
  out = {rev}
)lua");

}  // namespace cortado::matching
