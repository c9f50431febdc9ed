#include "services/matching/request_scripts.h"

#include "absl/strings/str_cat.h"

namespace cortado::matching {
namespace {

// What the bodies share. Counts of 0 are removed, so that `open` and `active` hold only people with some. The feed's
// kind `load` tells a reader whose counts to read again. A request holds a slot of A and a place of B exactly while it
// is in asking:A.
constexpr char kShared[] = R"lua(
  local R, asker, mentor, expected, verdict = A[1], A[2], A[3], A[4], A[5]
  local most, again_after = tonumber(A[6]), tonumber(A[7])
  local request, asked, partner, asking, open, active, due, of_asker = K[1], K[2], K[3], K[4], K[5], K[6], K[7], K[8]
  local name = 'requests/' .. R
  local holds = redis.call('SISMEMBER', asking, R)

  local function count(hash, person) return tonumber(redis.call('HGET', hash, person) or '0') end
  local function take(hash, person)
    redis.call('HINCRBY', hash, person, 1)
    changed('load', person, 'u')
  end
  local function give_back(hash, person)
    if redis.call('HINCRBY', hash, person, -1) <= 0 then redis.call('HDEL', hash, person) end
    changed('load', person, 'u')
  end
  local function entry(id) return string.format('%013d:', tonumber(now)) .. id end

  -- The refusal of a request that is not as read, or cannot take the step.
  local function refusal()
    local held = redis.call('GET', request)
    if not held then return refuse('ABSENT') end
    if verdict ~= '' then return refuse('VERDICT') end
    if revision_of(held) ~= expected then return refuse('ETAG') end
  end

  -- What stands between A and `person`, who has `places`: a code and what it speaks of, or nothing. `spare` slots of A
  -- come free in the same step.
  local function obstacle(person, places, spare)
    local match = redis.call('HGET', partner, person)
    if match then return 'MATCHED', match end
    local before = redis.call('HGET', asked, person)
    if before and string.sub(before, 1, 2) == 'o:' then return 'PENDING', string.sub(before, 3) end
    if redis.call('SCARD', asking) - spare >= most then return 'TOO_MANY' end
    if before then
      local again = tonumber(string.sub(before, 3)) + again_after
      if tonumber(now) < again then return 'RECENT', string.format('%d', again) end
    end
    if count(open, person) + count(active, person) >= tonumber(places) then return 'FULL' end
  end

  -- Lets go of the slot and the place, if the request holds them.
  local function release()
    if redis.call('SREM', asking, R) == 1 then give_back(open, mentor) end
  end

  local function put(bytes, when)
    redis.call('SET', request, record(bytes))
    redis.call('ZADD', due, when, 'r:' .. R)
    changed('request', R, 'u')
    resource = name
    out = {rev}
  end

  local function put_new(key, id, person, of_person, bytes, expires)
    redis.call('SET', key, record(bytes))
    redis.call('HSET', asked, person, 'o:' .. id)
    redis.call('SADD', asking, id)
    take(open, person)
    redis.call('ZADD', of_asker, 0, entry(id))
    redis.call('ZADD', of_person, 0, entry(id))
    redis.call('ZADD', due, expires, 'r:' .. id)
    changed('request', id, 'u')
    event('request.created', 'requests/' .. id, 'requester', asker, 'mentor', person)
  end
)lua";

}  // namespace

const store::WriteScript kInsertRequest("matching.request", absl::StrCat(kShared, R"lua(
  local bytes, places, expires = A[8], A[9], A[10]
  if verdict ~= '' then return refuse('VERDICT') end
  local code, detail = obstacle(mentor, places, 0)
  if code then return refuse(code, detail) end
  put_new(request, R, mentor, K[9], bytes, expires)
  resource = name
  out = {rev}
)lua"));

// An open request keeps its place; one that was put off competes for one anew.
const store::WriteScript kAcceptRequest("matching.accept", absl::StrCat(kShared, R"lua(
  local bytes, match_bytes, M, places, book_by = A[8], A[9], A[10], tonumber(A[11]), A[12]
  local refused = refusal()
  if refused then return refused end
  local matched = redis.call('HGET', partner, mentor)
  if matched then return refuse('MATCHED', matched) end
  local used = count(active, mentor)
  if holds == 0 then used = used + count(open, mentor) end
  if used >= places then return refuse('FULL') end
  redis.call('SET', request, record(bytes))
  redis.call('SET', K[9], record(match_bytes))
  redis.call('HDEL', asked, mentor)
  redis.call('HSET', partner, mentor, M)
  redis.call('HSET', K[10], asker, M)
  release()
  take(active, mentor)
  redis.call('ZADD', K[11], 0, entry(M))
  redis.call('ZADD', K[12], 0, entry(M))
  redis.call('ZREM', due, 'r:' .. R)
  if book_by ~= '' then redis.call('ZADD', due, book_by, 'm:' .. M) end
  changed('request', R, 'u')
  changed('match', M, 'u')
  event('request.accepted', name, 'requester', asker, 'mentor', mentor, 'match', 'matches/' .. M)
  resource = 'matches/' .. M
  out = {rev}
)lua"));

const store::WriteScript kCloseRequest("matching.close", absl::StrCat(kShared, R"lua(
  local bytes, moved_bytes, kind, R2 = A[8], A[9], A[10], A[11]
  local refused = refusal()
  if refused then return refused end
  local chosen
  for a = 12, #A, 4 do
    if not chosen and not obstacle(A[a], A[a + 2], holds) then chosen = a end
  end
  put(chosen and moved_bytes or bytes, string.format('%d', tonumber(now) + again_after))
  release()
  redis.call('HSET', asked, mentor, 'c:' .. now)
  if chosen then
    event('request.moved_on', name, 'requester', asker, 'mentor', mentor, 'next', 'requests/' .. R2, 'next_mentor',
      A[chosen])
    put_new(K[9], R2, A[chosen], K[10 + (chosen - 12) / 4], A[chosen + 1], A[chosen + 3])
  else
    event(kind, name, 'requester', asker, 'mentor', mentor)
  end
)lua"));

const store::WriteScript kAmendRequest("matching.amend", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  put(A[8], A[9])
  event(A[10], name, 'requester', asker, 'mentor', mentor)
)lua"));

const store::WriteScript kPostponeRequest("matching.postpone", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  put(A[8], A[9])
  release()
  event('request.postponed', name, 'requester', asker, 'mentor', mentor, 'until', A[9])
)lua"));

const store::WriteScript kReopenRequest("matching.reopen", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  if redis.call('SCARD', asking) >= most then return refuse('TOO_MANY') end
  if count(open, mentor) + count(active, mentor) >= tonumber(A[9]) then return refuse('FULL') end
  put(A[8], A[10])
  redis.call('SADD', asking, R)
  take(open, mentor)
  event('request.reopened', name, 'requester', asker, 'mentor', mentor)
)lua"));

// The mark goes with the request that left it, not with a later one.
const store::WriteScript kForgetRequest("matching.forget", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  redis.call('DEL', request)
  for _, list in ipairs({of_asker, K[9]}) do
    for _, listed in ipairs(redis.call('ZRANGEBYLEX', list, '[' .. A[8], '[' .. A[9])) do
      if string.sub(listed, 15) == R then redis.call('ZREM', list, listed) end
    end
  end
  local mark = redis.call('HGET', asked, mentor)
  if mark and string.sub(mark, 1, 2) == 'c:' then
    local till = tonumber(string.sub(mark, 3)) + again_after
    if till <= tonumber(now) then
      redis.call('HDEL', asked, mentor)
    else
      redis.call('ZADD', due, till, 'c:' .. asker .. ':' .. mentor)
    end
  end
  redis.call('ZREM', due, 'r:' .. R)
  changed('request', R, 'd')
  resource = name
)lua"));

const store::WriteScript kForgetMark("matching.forget_mark", R"lua(
  local mark = redis.call('HGET', K[1], A[2])
  local is_over = mark and string.sub(mark, 1, 2) == 'c:' and tonumber(string.sub(mark, 3)) + tonumber(A[3]) <= tonumber(now)
  if is_over then redis.call('HDEL', K[1], A[2]) end
  redis.call('ZREM', K[2], 'c:' .. A[1] .. ':' .. A[2])
  resource = 'people/' .. A[1]
)lua");

}  // namespace cortado::matching
