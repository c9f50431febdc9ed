#include "services/profile/invitation_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

// Returns by person: 'new', 'same' (by this request), 'before' or 'away'. Shared by the write and the look ahead of it.
constexpr char kOutcomeOf[] = R"lua(
  local function outcome_of(key, reachable, request)
    local held = redis.call('HMGET', key, 'person', 'inactive', 'invited')
    if not held[1] or held[2] == '1' or reachable ~= '1' then return 'away' end
    if not held[3] or held[3] == '' then return 'new' end
    return string.sub(held[3], -#request) == request and 'same' or 'before'
  end
)lua";

// K: persons. A: now in ms, request, then for each person: id, reachable ('1' or '').
const store::WriteScript kInvite("profile.invite_people", absl::StrCat(kOutcomeOf, R"lua(
  local counts, fresh, all = {new = 0, same = 0, before = 0, away = 0}, {}, {}
  for i, key in ipairs(K) do
    local outcome = outcome_of(key, A[2 * i + 2], A[2])
    counts[outcome] = counts[outcome] + 1
    if outcome == 'new' then fresh[#fresh + 1] = {key, A[2 * i + 1]} end
  end
  local told = {tostring(counts.new + counts.same), tostring(counts.before), tostring(counts.away)}
  if #fresh == 0 then return unchanged('people', unpack(told)) end
  for _, person in ipairs(fresh) do
    local joined = redis.call('HGET', person[1], 'joined') == '1'
    redis.call('HSET', person[1], 'invited', A[1] .. ' ' .. A[2])
    changed('person', person[2], 'u')
    if not joined then event('person.invited', 'people/' .. person[2], 'person', 'people/' .. person[2]) end
    all[#all + 1] = person[2]
  end
  out, people, resource = told, all, 'people'
)lua"));

const redis::Script kLook(absl::StrCat("#!lua flags=no-writes\nlocal K, A = KEYS, ARGV\n", kOutcomeOf, R"lua(
  local counts = {new = 0, same = 0, before = 0, away = 0}
  for i, key in ipairs(K) do
    local outcome = outcome_of(key, A[2 * i + 2], A[2])
    counts[outcome] = counts[outcome] + 1
  end
  return {tostring(counts.new + counts.same), tostring(counts.before), tostring(counts.away)}
)lua"));

const redis::Script kCount(R"lua(#!lua flags=no-writes
  local people, invited, joined, filled, last = 0, 0, 0, 0, ''
  for _, key in ipairs(KEYS) do
    local held = redis.call('HMGET', key, 'inactive', 'invited', 'joined', 'e:skills_held', 'e:skills_wanted',
                            'e:interests', 'e:destination')
    if held[1] ~= '1' and redis.call('EXISTS', key) == 1 then
      people = people + 1
      if held[2] and held[2] ~= '' then
        invited = invited + 1
        local at = string.match(held[2], '^%d+')
        if at and (last == '' or tonumber(at) > tonumber(last)) then last = at end
      end
      if held[3] == '1' then
        joined = joined + 1
        if held[4] or held[5] or held[6] or held[7] then filled = filled + 1 end
      end
    end
  end
  return {people, invited, joined, filled, last}
)lua");

absl::StatusOr<Invited> ReadInvited(const std::vector<redis::Reply>& counts) {
  Invited invited;
  const bool read = counts.size() >= 3 && absl::SimpleAtoi(counts[0].text, &invited.invited) &&
                    absl::SimpleAtoi(counts[1].text, &invited.before) &&
                    absl::SimpleAtoi(counts[2].text, &invited.unreachable);
  if (!read) return absl::InternalError("the store counted nobody");
  return invited;
}

}  // namespace

Task<absl::StatusOr<Invited>> InvitationStore::Invite(rpc::Call call, std::vector<std::string> ids,
                                                      std::vector<bool> reachable, std::string request,
                                                      bool validate_only, absl::Time now) {
  const PersonKeys keys(store_, call);
  std::vector<std::string> people;
  // The request is known by a hash of a fixed length, so that none is the end of another.
  std::vector<std::string> arguments =
      Words(absl::StrCat(absl::ToUnixMillis(now)), id::Sha256Hex(request).substr(0, 16));
  for (size_t i = 0; i < ids.size(); ++i) {
    people.push_back(keys.Person(ids[i]));
    arguments.push_back(ids[i]);
    arguments.push_back(reachable[i] ? "1" : "");
  }
  if (validate_only) {
    CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                        co_await store_.ReadScript(call, kLook, std::move(people), std::move(arguments)));
    co_return ReadInvited(reply.elements);
  }
  store::Write write;
  write.script = &kInvite;
  write.keys = std::move(people);
  write.arguments = std::move(arguments);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return ReadInvited(outcome.values);
}

Task<absl::StatusOr<ComeIn>> InvitationStore::Count(rpc::Call call, std::vector<std::string> ids) {
  const PersonKeys keys(store_, call);
  std::vector<std::string> people, nothing;
  for (const std::string& id : ids) people.push_back(keys.Person(id));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await store_.ReadScript(call, kCount, std::move(people), std::move(nothing)));
  if (reply.elements.size() != 5) co_return absl::InternalError("the store counted nobody");
  ComeIn counted;
  counted.people = reply.elements[0].integer;
  counted.invited = reply.elements[1].integer;
  counted.joined = reply.elements[2].integer;
  counted.filled = reply.elements[3].integer;
  int64_t last = 0;
  if (absl::SimpleAtoi(reply.elements[4].text, &last)) counted.last_invitation = absl::FromUnixMillis(last);
  co_return counted;
}

}  // namespace cortado::profile
