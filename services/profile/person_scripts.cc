#include "services/profile/person_scripts.h"

namespace cortado::profile {

const store::WriteScript kPutPerson("profile.put_person", R"lua(
  local id, manager = A[1], A[8]
  local held = redis.call('HGET', K[1], 'person')
  if A[2] == '' and held then return refuse('TAKEN', 'person_id') end
  if A[2] ~= '' and not held then return refuse('ABSENT') end
  if A[2] ~= '' and revision_of(held) ~= A[2] then return refuse('ETAG') end
  local function taken(key, value)
    local holder = value ~= '' and redis.call('HGET', key, value)
    return holder and holder ~= id
  end
  if taken(K[3], A[5]) then return refuse('TAKEN', 'person.external_id') end
  if taken(K[4], A[7]) then return refuse('TAKEN', 'person.email') end
  local old_manager = redis.call('HGET', K[1], 'manager') or ''
  if manager == '=' then manager = old_manager end
  if manager ~= old_manager and manager ~= '' then
    if manager ~= id and not redis.call('ZSCORE', K[2], manager) then return refuse('MANAGER_UNKNOWN') end
    local above, steps = manager, 0
    while above and steps < 500 do
      if above == id then return refuse('MANAGER_CYCLE') end
      above, steps = redis.call('HGET', K[5], above), steps + 1
    end
  end
  local function move(key, old, new)
    if old == new then return end
    if old ~= '' then redis.call('HDEL', key, old) end
    if new ~= '' then redis.call('HSET', key, new, id) end
  end
  move(K[3], A[4], A[5])
  move(K[4], A[6], A[7])
  redis.call('HSET', K[1], 'person', record(A[3]), 'manager', manager)
  local leaves = held and A[12] == '0' and redis.call('HGET', K[1], 'inactive') ~= '1'
  if leaves then
    redis.call('HINCRBY', K[1], 'leaves', 1)
    redis.call('HDEL', K[1], 'slack')
  end
  redis.call('HSET', K[1], 'inactive', A[12] == '0' and '1' or '')
  for i = 13, #A do redis.call('HSET', K[1], 'e:' .. A[i], '1') end
  redis.call('ZADD', K[2], 0, id)
  if manager ~= old_manager then
    if old_manager ~= '' then redis.call('ZREM', K[6], old_manager .. '/' .. id) end
    if manager ~= '' then
      redis.call('HSET', K[5], id, manager)
      redis.call('ZADD', K[6], 0, manager .. '/' .. id)
    else
      redis.call('HDEL', K[5], id)
    end
  end
  if A[9] ~= A[10] then
    if A[9] ~= '' then redis.call('ZREM', K[7], A[9]) end
    if A[10] ~= '' then redis.call('ZADD', K[7], 0, A[10]) end
  end
  changed('person', id, 'u')
  event(A[11], 'people/' .. id)
  resource = 'people/' .. id
)lua");

const store::WriteScript kDeletePerson("profile.delete_person", R"lua(
  local id = A[1]
  local held = redis.call('HGET', K[1], 'person')
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  local reports = redis.call('ZRANGEBYLEX', K[6], '[' .. id .. '/', '(' .. id .. '0')
  if #reports ~= #A - 5 then return refuse('ETAG') end
  for i, report in ipairs(reports) do
    if report ~= id .. '/' .. A[5 + i] then return refuse('ETAG') end
  end
  local manager = redis.call('HGET', K[5], id)
  redis.call('DEL', K[1])
  redis.call('ZREM', K[2], id)
  if A[3] ~= '' then redis.call('HDEL', K[3], A[3]) end
  if A[4] ~= '' then redis.call('HDEL', K[4], A[4]) end
  if A[5] ~= '' then redis.call('ZREM', K[7], A[5]) end
  redis.call('HDEL', K[5], id)
  if manager then redis.call('ZREM', K[6], manager .. '/' .. id) end
  for i, report in ipairs(reports) do
    redis.call('HSET', K[7 + i], 'manager', '')
    redis.call('HDEL', K[5], A[5 + i])
    redis.call('ZREM', K[6], report)
    changed('person', A[5 + i], 'u')
  end
  changed('person', id, 'd')
  event('person.deleted', 'people/' .. id)
  resource = 'people/' .. id
)lua");

const store::WriteScript kPutPersonPart("profile.put_part", R"lua(
  if redis.call('HEXISTS', K[1], 'person') == 0 then return refuse('ABSENT') end
  if K[2] and redis.call('EXISTS', K[2]) == 0 then return refuse('ABSENT') end
  local held = redis.call('HGET', K[1], A[2])
  if A[3] == '' and held then return refuse('ETAG', held) end
  if A[3] ~= '' and not held then return refuse('ABSENT') end
  if A[3] ~= '' and A[3] ~= '*' and revision_of(held) ~= A[3] then return refuse('ETAG') end
  if A[4] == '-' then
    redis.call('HDEL', K[1], A[2], 'dm:' .. string.sub(A[2], 3))
  else
    redis.call('HSET', K[1], A[2], record(string.sub(A[4], 2)))
    if A[10] ~= '' then redis.call('HSET', K[1], 'dm:' .. string.sub(A[2], 3), A[10]) end
  end
  if A[5] ~= '' then redis.call('HSET', K[1], 'joined', '1') end
  if A[6] ~= '' then redis.call('HSET', K[1], 'e:' .. A[6], '1') end
  changed('person', A[1], 'u')
  if A[7] ~= '' then event(A[7], 'people/' .. A[1]) end
  resource = A[8]
  if A[9] ~= '' then object = A[9] end
)lua");

const redis::Script kReadPeople(R"lua(#!lua flags=no-writes
local people = {}
for i, key in ipairs(KEYS) do
  people[i] = redis.call('HMGET', key, 'person', 'manager', 'joined', 'slack', 'invited')
end
return people
)lua");

const redis::Script kReadFiles(R"lua(#!lua flags=no-writes
local people = {}
for i, key in ipairs(KEYS) do people[i] = redis.call('HGETALL', key) end
return people
)lua");

const redis::Script kReadActive(R"lua(#!lua flags=no-writes
local active = {}
for i, key in ipairs(KEYS) do
  active[i] = redis.call('HEXISTS', key, 'person') == 1 and redis.call('HGET', key, 'inactive') ~= '1' and 1 or 0
end
return active
)lua");

const redis::Script kReadReports(R"lua(#!lua flags=no-writes
local reports = {}
for i, manager in ipairs(ARGV) do
  for j, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], '[' .. manager .. '/', '(' .. manager .. '0')) do
    reports[#reports + 1] = string.sub(member, #manager + 2)
  end
end
return reports
)lua");

}  // namespace cortado::profile
