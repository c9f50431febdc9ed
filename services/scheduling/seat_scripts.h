// What the scripts of chats, series and holds share: reading what a person gives to a chat, and taking it. Lua, to be
// put before the body of a store::WriteScript. Constant: any thread.
//
// A person's seat is seven keys: Person, Busy, Minutes, Chats, Holds, Calendar, Reading (keys.h).
#pragma once

namespace cortado::scheduling {

// What a chat holds of a person, and giving it back. Every booked chat has a claim of each who comes, in the hash
// `claims`.
inline constexpr char kClaims[] = R"lua(
  local function claim_of(claims, person, start, chat)
    local claim = redis.call('HGET', claims, person)
    if not claim then return nil end
    local till, week, takes = string.match(claim, '^(%d+) (%S+) (%d+)$')
    return {member = start .. ':' .. till .. ':chat:' .. chat, week = week, takes = tonumber(takes)}
  end
  local function release(busy, minutes, claim)
    redis.call('ZREM', busy, claim.member)
    redis.call('HINCRBY', minutes, claim.week, string.format('%d', -claim.takes))
  end
)lua";

// Whether seats can be taken, and taking them. What a seat held before counts as free.
//
// Members of a busy set that count are disjoint, so the last one that starts before the chat's end is the only one that
// can overlap. A hold counts until it is over, and not for whoever made it. What was decided about a person (hours,
// notice, door, pause, blocks, budget) holds as long as their revision does. What their calendar says is asked here
// once more: by the rules of availability/calendar_reading.h, at the caller's clock.
inline constexpr char kSeats[] = R"lua(
  local SEAT_KEYS = 7
  local function seat_at(k)
    return {person = K[k], busy = K[k + 1], minutes = K[k + 2], chats = K[k + 3], holds = K[k + 4],
      calendar = K[k + 5], reading = K[k + 6]}
  end
  -- The seats from K[key] on, with six arguments each from A[argument] on.
  local function seats_from(key, argument)
    local seats = {}
    for k = key, #K, SEAT_KEYS do
      local s, a = seat_at(k), argument + #seats * 6
      s.id, s.revision, s.till, s.week, s.takes, s.has =
        A[a], A[a + 1], A[a + 2], A[a + 3], tonumber(A[a + 4]), tonumber(A[a + 5])
      seats[#seats + 1] = s
    end
    return seats
  end
  local function is_over(expires) return tonumber(expires) * 1000 <= tonumber(now) end
  local function counts(member)
    local owner, expires = string.match(member, ':hold:[^:]+:([^:]+):(%d+)$')
    return not owner or (owner ~= SUBJECT and not is_over(expires))
  end
  local function has_changed(s)
    local known = redis.call('GET', s.person)
    return not known or revision_of(known) ~= s.revision
  end
  local function overdraws(s)
    local spent = tonumber(redis.call('HGET', s.minutes, s.week) or '0')
    if s.held and s.held.week == s.week then spent = spent - s.held.takes end
    return spent + s.takes > s.has
  end
  local function is_busy(s, start)
    local from = 0
    while true do
      local some = redis.call('ZREVRANGEBYSCORE', s.busy, '(' .. s.till, '-inf', 'LIMIT', from, 4)
      for _, member in ipairs(some) do
        if counts(member) and not (s.held and s.held.member == member) then
          return tonumber(string.match(member, '^%d+:(%d+):')) > tonumber(start)
        end
      end
      if #some < 4 then return false end
      from = from + 4
    end
  end
  local function is_busy_by_calendar(s, start, till)
    if s.read == nil then s.read = redis.call('GET', s.reading) end
    if not s.read then return false end
    local from, to, read, anyway = string.match(s.read, ':(%d+) (%d+) (%d+) (%d)$')
    if tonumber(start) < tonumber(from) or tonumber(till) > tonumber(to) then return true end
    if anyway == '0' and tonumber(now) - tonumber(read) * 1000 > 86400000 then return true end
    local last = redis.call('ZREVRANGEBYSCORE', s.calendar, '(' .. till, '-inf', 'LIMIT', 0, 1)[1]
    return last and tonumber(string.match(last, ':(%d+)$')) > tonumber(start)
  end
  local function obstacle(seats, start)
    for _, s in ipairs(seats) do
      if has_changed(s) then return refuse('RELOAD') end
    end
    for _, s in ipairs(seats) do
      if overdraws(s) then return refuse('MINUTES', s.id) end
    end
    for _, s in ipairs(seats) do
      if is_busy(s, start) or is_busy_by_calendar(s, start, s.till) then return refuse('TAKEN') end
    end
  end
  -- Forgets the holds on a person that are over, and those of the caller that meet one of the chats: a list of
  -- {start, till}.
  local function drop_holds(s, chats)
    for _, member in ipairs(redis.call('ZRANGE', s.holds, 0, -1)) do
      local first, last, owner, expires = string.match(member, '^(%d+):(%d+):hold:[^:]+:([^:]+):(%d+)$')
      local meets = false
      for _, c in ipairs(chats) do
        meets = meets or (tonumber(first) < tonumber(c[2]) and tonumber(last) > tonumber(c[1]))
      end
      if is_over(expires) or (owner == SUBJECT and meets) then
        redis.call('ZREM', s.busy, member)
        redis.call('ZREM', s.holds, member)
      end
    end
  end
  local function take(seats, claims, start, chat)
    for _, s in ipairs(seats) do
      if s.held then release(s.busy, s.minutes, s.held) end
      drop_holds(s, {{start, s.till}})
      redis.call('ZADD', s.busy, start, start .. ':' .. s.till .. ':chat:' .. chat)
      redis.call('HINCRBY', s.minutes, s.week, s.takes)
      redis.call('ZADD', s.chats, start, chat)
      redis.call('HSET', claims, s.id, s.till .. ' ' .. s.week .. ' ' .. s.takes)
    end
  end
)lua";

}  // namespace cortado::scheduling
