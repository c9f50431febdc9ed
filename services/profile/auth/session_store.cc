#include "services/profile/auth/session_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

// K: sessions of the person, person. A: session, person, login, expires, most sessions.
const store::WriteScript kOpen("profile.open_session", R"lua(
  local state = redis.call('HMGET', K[2], 'person', 'inactive', 'leaves')
  if not state[1] or state[2] == '1' then return refuse('ABSENT') end
  local held = redis.call('HGETALL', K[1])
  if #held / 2 >= tonumber(A[5]) then
    local oldest, when
    for i = 1, #held, 2 do
      local refreshed = tonumber(string.match(held[i + 1], '^%d+ %d+ (%d+)'))
      if not when or refreshed < when then oldest, when = held[i], refreshed end
    end
    redis.call('HDEL', K[1], oldest)
  end
  redis.call('HSET', K[1], A[1], table.concat({A[3], now, now, A[4], '1', state[3] or '0'}, ' '))
  event('session.opened', 'people/' .. A[2])
  resource = 'sessions/' .. A[1]
  object = 'people/' .. A[2] .. '/sessions/' .. A[1]
)lua");

// K: sessions of the person, person. A: session, person, generation, expires.
const store::WriteScript kRefresh("profile.refresh_session", R"lua(
  local held = redis.call('HGET', K[1], A[1])
  if not held then return refuse('GONE') end
  local login, created, _, expires, generation, leaves = unpack((function()
    local words = {}
    for word in string.gmatch(held, '%d+') do words[#words + 1] = word end
    return words
  end)())
  local state = redis.call('HMGET', K[2], 'person', 'inactive', 'leaves')
  object = 'people/' .. A[2] .. '/sessions/' .. A[1]
  if not state[1] or state[2] == '1' or (state[3] or '0') ~= leaves or tonumber(expires) <= tonumber(now) then
    redis.call('HDEL', K[1], A[1])
    out[1] = 'GONE'
  elseif generation ~= A[3] then
    redis.call('HDEL', K[1], A[1])
    event('session.stolen', 'people/' .. A[2])
    out[1] = 'STOLEN'
  else
    redis.call('HSET', K[1], A[1],
      table.concat({login, created, now, A[4], tostring(tonumber(generation) + 1), leaves}, ' '))
    out[1] = 'NEXT'
    resource = 'sessions/' .. A[1]
  end
)lua");

// K: sessions of the person. A: session ('' for all), person.
const store::WriteScript kRevoke("profile.revoke_sessions", R"lua(
  local count = A[1] == '' and redis.call('HLEN', K[1]) or redis.call('HEXISTS', K[1], A[1])
  if count == 0 then return unchanged('people/' .. A[2], 0) end
  if A[1] == '' then redis.call('DEL', K[1]) else redis.call('HDEL', K[1], A[1]) end
  event('session.revoked', 'people/' .. A[2])
  out[1] = count
  resource = 'people/' .. A[2] .. '/sessions/' .. (A[1] == '' and '-' or A[1])
)lua");

// K: sessions of the person, person. A: session, or '' for all.
const redis::Script kRead(R"lua(#!lua flags=no-writes
local state = redis.call('HMGET', KEYS[2], 'person', 'inactive', 'leaves')
if not state[1] or state[2] == '1' then return {} end
local all = {state[3] or '0'}
if ARGV[1] ~= '' then
  local held = redis.call('HGET', KEYS[1], ARGV[1])
  if held then all[2], all[3] = ARGV[1], held end
else
  for _, word in ipairs(redis.call('HGETALL', KEYS[1])) do all[#all + 1] = word end
end
return all
)lua");

struct Held {
  StoredSession session;
  int64_t leaves = 0;
};

absl::StatusOr<Held> ReadSession(const std::string& id, const std::string& text) {
  std::vector<int64_t> numbers;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    int64_t number = 0;
    if (!absl::SimpleAtoi(word, &number)) break;
    numbers.push_back(number);
  }
  if (numbers.size() != 6) return absl::InternalError("a stored session has the wrong form");
  Held read;
  read.session = {id,
                  static_cast<v1::Login>(numbers[0]),
                  absl::FromUnixMillis(numbers[1]),
                  absl::FromUnixMillis(numbers[2]),
                  absl::FromUnixMillis(numbers[3]),
                  numbers[4]};
  read.leaves = numbers[5];
  return read;
}

std::string Millis(absl::Time time) { return absl::StrCat(absl::ToUnixMillis(time)); }

std::string SessionsKey(const store::Store& store, const rpc::Call& call, absl::string_view person) {
  return store.Key(call.organization(), absl::StrCat("sessions:", person));
}

}  // namespace

Task<absl::StatusOr<StoredSession>> SessionStore::Open(rpc::Call call, std::string person, v1::Login login,
                                                       absl::Time now, absl::Time expires, std::string request_id,
                                                       std::string fingerprint) {
  std::string session = absl::StrCat("s", id::New());
  store::Write write;
  write.script = &kOpen;
  write.keys = Words(SessionsKey(store_, call, person), PersonKeys(store_, call).Person(person));
  write.arguments = Words(session, person, absl::StrCat(static_cast<int>(login)), Millis(expires), absl::StrCat(kMost));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return NotFound();
  if (outcome.replayed()) session = outcome.resource.substr(sizeof("sessions/") - 1);
  CO_ASSIGN_OR_RETURN(std::optional<StoredSession> stored, co_await Find(call, person, session, now));
  if (!stored) co_return NotFound();
  co_return *std::move(stored);
}

Task<absl::StatusOr<Refreshed>> SessionStore::Refresh(rpc::Call call, std::string person, std::string session,
                                                      int64_t generation, absl::Time now, absl::Time expires,
                                                      std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kRefresh;
  write.keys = Words(SessionsKey(store_, call, person), PersonKeys(store_, call).Person(person));
  write.arguments = Words(session, person, absl::StrCat(generation), Millis(expires));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refreshed::kGone;
  if (outcome.replayed()) {
    CO_ASSIGN_OR_RETURN(const std::optional<StoredSession> held, co_await Find(call, person, session, now));
    co_return held && held->generation == generation + 1 ? Refreshed::kAgain : Refreshed::kGone;
  }
  const std::string& said = outcome.values[0].text;
  if (said == "NEXT") co_return Refreshed::kNext;
  co_return said == "STOLEN" ? Refreshed::kStolen : Refreshed::kGone;
}

Task<absl::StatusOr<int>> SessionStore::Revoke(rpc::Call call, std::string person, std::string session,
                                               std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kRevoke;
  write.keys = Words(SessionsKey(store_, call, person));
  write.arguments = Words(std::move(session), std::move(person));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return outcome.values.empty() ? 0 : static_cast<int>(outcome.values[0].integer);
}

Task<absl::StatusOr<std::optional<StoredSession>>> SessionStore::Find(rpc::Call call, std::string person,
                                                                      std::string session, absl::Time now) {
  std::vector<std::string> keys = Words(SessionsKey(store_, call, person), PersonKeys(store_, call).Person(person));
  std::vector<std::string> arguments = Words(session);
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await store_.ReadScript(call, kRead, std::move(keys), std::move(arguments)));
  if (reply.elements.size() != 3) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(Held read, ReadSession(session, reply.elements[2].text));
  if (absl::StrCat(read.leaves) != reply.elements[0].text || read.session.expires <= now) co_return std::nullopt;
  co_return std::move(read.session);
}

Task<absl::StatusOr<std::vector<StoredSession>>> SessionStore::List(rpc::Call call, std::string person,
                                                                    absl::Time now) {
  std::vector<std::string> keys = Words(SessionsKey(store_, call, person), PersonKeys(store_, call).Person(person));
  std::vector<std::string> arguments = Words("");
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await store_.ReadScript(call, kRead, std::move(keys), std::move(arguments)));
  std::vector<StoredSession> sessions;
  for (size_t i = 1; i + 1 < reply.elements.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(Held read, ReadSession(reply.elements[i].text, reply.elements[i + 1].text));
    const bool goes_on = absl::StrCat(read.leaves) == reply.elements[0].text && read.session.expires > now;
    if (goes_on) sessions.push_back(std::move(read.session));
  }
  std::sort(sessions.begin(), sessions.end(), [](const StoredSession& a, const StoredSession& b) {
    return a.created != b.created ? a.created > b.created : a.id < b.id;
  });
  co_return sessions;
}

}  // namespace cortado::profile
