#include "services/matching/match_scripts.h"

#include "absl/strings/str_cat.h"

namespace cortado::matching {
namespace {

constexpr char kShared[] = R"lua(
  local M, mentee, mentor, expected, verdict = A[1], A[2], A[3], A[4], A[5]
  local match, partner_of_mentee, partner_of_mentor, active, due, ended = K[1], K[2], K[3], K[4], K[5], K[6]
  local of_program, takes_place, others = K[7], A[6] ~= '', A[7]

  local function refusal()
    local held = redis.call('GET', match)
    if not held then return refuse('ABSENT') end
    if verdict ~= '' then return refuse('VERDICT') end
    if revision_of(held) ~= expected then return refuse('ETAG') end
  end

  local function end_match(bytes, by)
    redis.call('SET', match, record(bytes))
    if takes_place then
      if redis.call('HGET', partner_of_mentee, mentor) == M then redis.call('HDEL', partner_of_mentee, mentor) end
      if redis.call('HGET', partner_of_mentor, mentee) == M then redis.call('HDEL', partner_of_mentor, mentee) end
      if redis.call('HINCRBY', active, mentor, -1) <= 0 then redis.call('HDEL', active, mentor) end
      changed('load', mentor, 'u')
    end
    redis.call('ZREM', due, 'm:' .. M, 'o:' .. M, 'l:' .. M)
    redis.call('ZADD', ended, now, M)
    redis.call('HDEL', of_program, M)
    changed('match', M, 'u')
    if by == '' then
      event('match.lapsed', 'matches/' .. M)
    elseif others == '' then
      event('match.ended', 'matches/' .. M, 'mentee', mentee, 'mentor', mentor, 'by', by)
    else
      event('match.ended', 'matches/' .. M, 'mentee', mentee, 'mentor', mentor, 'others', others, 'by', by)
    end
  end

  -- Everybody of the match, as events name them.
  local function everybody()
    return mentee .. ',' .. mentor .. (others == '' and '' or ',' .. others)
  end

  resource = 'matches/' .. M
  out = {rev}
)lua";

}  // namespace

const store::WriteScript kEndMatch("matching.end", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  end_match(A[8], A[9])
)lua"));

const store::WriteScript kSettleTime("matching.settle_time", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  redis.call('SET', match, record(A[8]))
  redis.call('ZREM', due, 'm:' .. M)
  changed('match', M, 'u')
  if A[9] == '' then
    if others == '' then
      event('match.time_taken', 'matches/' .. M, 'mentee', mentee, 'mentor', mentor)
    else
      event('match.time_taken', 'matches/' .. M, 'mentee', mentee, 'mentor', mentor, 'others', others)
    end
  else
    redis.call('ZREM', due, 'o:' .. M)
    if A[10] == 'program' then
      for person in string.gmatch(everybody(), '[^,]+') do
        -- Whoever was erased meanwhile is not written down again.
        if redis.call('HEXISTS', K[9], person) == 1 then redis.call('HSETNX', K[8], person, now) end
      end
    end
  end
)lua"));

const store::WriteScript kProposeTime("matching.propose_time", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  redis.call('SET', match, record(A[8]))
  changed('match', M, 'u')
  if A[9] == 'book' then
    redis.call('ZADD', due, now, 'm:' .. M)
  else
    event('match.time_proposed', 'matches/' .. M, 'people', everybody(), 'by', A[10], 'start', A[11], 'end', A[12])
  end
)lua"));

const store::WriteScript kOfferTimes("matching.offer_times", absl::StrCat(kShared, R"lua(
  local refused = refusal()
  if refused then return refused end
  redis.call('ZREM', due, 'o:' .. M)
  if A[8] ~= '' then event('match.times_offered', 'matches/' .. M, 'people', everybody()) end
)lua"));

// `apart:P` has `O>` when P rated O so, and `O<` when O rated P.
const store::WriteScript kRateFit("matching.rate_fit", absl::StrCat(kShared, R"lua(
  local bytes, side, person, other, fit, apart_until = A[8], A[9], A[10], A[11], A[12], A[13]
  local refused = refusal()
  if refused then return refused end
  redis.call('HSET', K[8], M, fit)
  local mark = 'a:' .. person .. ':' .. other
  if apart_until ~= '' then
    redis.call('HSET', K[9], other .. '>', apart_until)
    redis.call('HSET', K[10], person .. '<', apart_until)
    redis.call('ZADD', due, apart_until, mark)
  else
    redis.call('HDEL', K[9], other .. '>')
    redis.call('HDEL', K[10], person .. '<')
    redis.call('ZREM', due, mark)
  end
  if bytes ~= '' then end_match(bytes, side) end
)lua"));

const store::WriteScript kForgetApart("matching.forget_apart", R"lua(
  local person, other = A[1], A[2]
  local till = redis.call('HGET', K[1], other .. '>')
  if till and tonumber(till) > tonumber(now) then return refuse('ETAG') end
  redis.call('HDEL', K[1], other .. '>')
  redis.call('HDEL', K[2], person .. '<')
  redis.call('ZREM', K[3], 'a:' .. person .. ':' .. other)
  resource = 'people/' .. person
)lua");

// K: match, ended, request, guide, and of each person: matches, requests, fits. A: M, revision, R, then first and
// last instant of the match and of the request as the lists have them.
const store::WriteScript kForgetMatch("matching.forget_match", R"lua(
  local M, R = A[1], A[3]
  resource = 'matches/' .. M
  local held = redis.call('GET', K[1])
  if held and revision_of(held) ~= A[2] then return refuse('ETAG') end
  local function unlist(list, id, first, last)
    for _, listed in ipairs(redis.call('ZRANGEBYLEX', list, '[' .. first, '[' .. last)) do
      if string.sub(listed, 15) == id then redis.call('ZREM', list, listed) end
    end
  end
  redis.call('DEL', K[1], K[4])
  redis.call('ZREM', K[2], M)
  if R ~= '' then redis.call('DEL', K[3]) end
  for k = 5, #K, 3 do
    unlist(K[k], M, A[4], A[5])
    if R ~= '' then unlist(K[k + 1], R, A[6], A[7]) end
    redis.call('HDEL', K[k + 2], M)
  end
  changed('match', M, 'd')
  if R ~= '' then changed('request', R, 'd') end
)lua");

}  // namespace cortado::matching
