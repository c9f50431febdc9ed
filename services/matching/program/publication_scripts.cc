#include "services/matching/program/publication_scripts.h"

#include "absl/strings/str_cat.h"

namespace cortado::matching {
namespace {

// Work on a round goes on only while it is whose it was.
constexpr char kWork[] = R"lua(
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= A[2] then return refuse('ETAG') end
  resource = A[1]
)lua";

}  // namespace

const store::WriteScript kPublishRound("matching.publish_round", absl::StrCat(kWork, R"lua(
  redis.call('SET', K[1], record(A[3]))
  redis.call('ZREM', K[2], A[1])
  redis.call('ZADD', K[3], A[4], A[1])
  redis.call('HINCRBY', K[4], A[5], 1)
  event('round.published', A[1])
)lua"));

const store::WriteScript kUnpublishRound("matching.unpublish_round", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  redis.call('ZREM', K[2], A[1])
  redis.call('HINCRBY', K[3], A[4], -1)
  event('round.unpublished', A[1])
  resource = A[1]
)lua");

const store::WriteScript kAnnouncePair("matching.announce_pair", absl::StrCat(kWork, R"lua(
  local pair, M, title, mentoring = A[3], A[5], A[7], A[8] ~= ''
  if redis.call('EXISTS', K[7]) == 1 or redis.call('HEXISTS', K[3], pair) == 0 then return unchanged(A[1]) end
  local people = {unpack(A, 11)}
  redis.call('ZADD', K[2], now, A[1])
  redis.call('ZADD', K[11], A[9], 'o:' .. M)
  if A[10] ~= '' then redis.call('ZADD', K[11], A[10], 'l:' .. M) end
  redis.call('HSET', K[3], pair, record(A[4]))
  local keeps_place = redis.call('HDEL', K[4], pair) == 1
  redis.call('HSET', K[5], M, table.concat(people, ' '))
  redis.call('SET', K[7], record(A[6]))
  if mentoring then
    redis.call('HSET', K[8], people[2], M)
    redis.call('HSET', K[9], people[1], M)
    if not keeps_place then
      redis.call('HINCRBY', K[10], people[2], 1)
      changed('load', people[2], 'u')
    end
  end
  for i, person in ipairs(people) do
    redis.call('ZADD', K[10 + 2 * i], 0, string.format('%013d:', tonumber(now)) .. M)
    redis.call('HDEL', K[6], person)
    for _, other in ipairs(people) do
      if other ~= person then
        local before = redis.call('HGET', K[11 + 2 * i], other)
        redis.call('HSET', K[11 + 2 * i], other, now .. (before and ' ' .. string.match(before, '^%d+') or ''))
      end
    end
  end
  changed('match', M, 'u')
  event('match.paired', 'matches/' .. M, 'people', table.concat(people, ','), 'round', A[1], 'title', title,
    'count', tostring(#people - 2))
)lua"));

const store::WriteScript kAnnounceUnmatched("matching.announce_unmatched", absl::StrCat(kWork, R"lua(
  redis.call('ZADD', K[2], now, A[1])
  for i = 5, #A do
    local reason = redis.call('HGET', K[3], A[i])
    if reason and #reason == 1 then
      redis.call('HSET', K[3], A[i], reason .. '!')
      redis.call('HINCRBY', K[4], A[i], 1)
      event('round.left_out', 'programs/' .. A[3], 'person', A[i], 'reason', reason, 'title', A[4])
    end
  end
)lua"));

const store::WriteScript kFinishAnnouncing("matching.finish_announcing", absl::StrCat(kWork, R"lua(
  redis.call('SET', K[1], record(A[3]))
  redis.call('ZREM', K[2], A[1])
  redis.call('ZREM', K[3], A[1])
  event('round.announced', A[1])
)lua"));

const store::WriteScript kUndoMatch("matching.undo_match", absl::StrCat(kWork, R"lua(
  local M, P, title, mentoring = A[3], A[6], A[7], A[8] ~= ''
  local match = redis.call('GET', K[3])
  if not match or revision_of(match) ~= A[4] then return refuse('ETAG') end
  local people = {unpack(A, 9)}
  redis.call('ZADD', K[2], now, A[1])
  redis.call('SET', K[3], record(A[5]))
  if mentoring then
    if redis.call('HGET', K[4], people[2]) == M then redis.call('HDEL', K[4], people[2]) end
    if redis.call('HGET', K[5], people[1]) == M then redis.call('HDEL', K[5], people[1]) end
    if redis.call('HINCRBY', K[6], people[2], -1) <= 0 then redis.call('HDEL', K[6], people[2]) end
    changed('load', people[2], 'u')
  end
  redis.call('ZREM', K[7], 'm:' .. M, 'o:' .. M, 'l:' .. M)
  redis.call('ZADD', K[8], now, M)
  redis.call('HDEL', K[9], M)
  for i, person in ipairs(people) do
    if i == 1 or not mentoring then redis.call('HINCRBY', K[10], person, 1) end
    for _, other in ipairs(people) do
      local met = other ~= person and redis.call('HGET', K[10 + i], other)
      local before = met and string.match(met, ' (%d+)$')
      if before then redis.call('HSET', K[10 + i], other, before) end
      if met and not before then redis.call('HDEL', K[10 + i], other) end
    end
  end
  changed('match', M, 'u')
  event('match.undone', 'matches/' .. M, 'people', table.concat(people, ','), 'program', 'programs/' .. P, 'title', title)
)lua"));

const store::WriteScript kWarnPeople("matching.warn_people", R"lua(
  resource = 'programs/' .. A[1]
  for i = 4, #A do
    if redis.call('HGET', K[1], A[i]) ~= A[3] then
      redis.call('HSET', K[1], A[i], A[3])
      event('round.upcoming', resource, 'person', A[i], 'title', A[2], 'until', A[3])
    end
  end
)lua");

const store::WriteScript kRemindPeople("matching.remind_people", R"lua(
  local reminded = 0
  for i = 5, #A, 5 do
    local person, read, subject, partner, tell = A[i], A[i + 1], A[i + 2], A[i + 3], A[i + 4]
    local last = tonumber(redis.call('HGET', K[1], person) or '0')
    local held = redis.call('HGET', K[2], person)
    local stands = held and revision_of(held) == read
    if stands and partner ~= '' then stands = redis.call('HEXISTS', K[3], person) == 0 end
    if stands and last <= tonumber(A[4]) then
      redis.call('HSET', K[1], person, now)
      if tell ~= '' and partner == '' then event(A[3], subject, 'person', person, 'title', A[2]) end
      if tell ~= '' and partner ~= '' then event(A[3], subject, 'person', person, 'title', A[2], 'partner', partner) end
      reminded = reminded + 1
    end
  end
  resource = 'programs/' .. A[1]
  out = {tostring(reminded)}
)lua");

const store::WriteScript kSkipRound("matching.skip_round", R"lua(
  if redis.call('HEXISTS', K[1], A[2]) == 0 then return refuse('ABSENT') end
  if A[3] == '' then
    redis.call('HSET', K[2], A[2], tonumber(redis.call('HGET', K[3], A[1]) or '0') + 1)
  else
    redis.call('HDEL', K[2], A[2])
  end
  resource = 'programs/' .. A[1] .. '/participants/' .. A[2]
)lua");

const store::WriteScript kForgetMeetings("matching.forget_meetings", R"lua(
  redis.call('DEL', K[1])
  for k = 2, #K do redis.call('HDEL', K[k], A[1]) end
  resource = 'people/' .. A[1]
)lua");

}  // namespace cortado::matching
