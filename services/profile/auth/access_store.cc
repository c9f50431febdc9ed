#include "services/profile/auth/access_store.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

// K: access, person. A: person, role.
const store::WriteScript kGrant("profile.grant_access", R"lua(
  local state = redis.call('HMGET', K[2], 'person', 'inactive', 'leaves')
  if not state[1] or state[2] == '1' then return refuse('ABSENT') end
  local leaves, held = state[3] or '0', redis.call('HGET', K[1], A[1])
  local roles = held and string.match(held, '^' .. leaves .. '( .*)$') or ''
  if string.find(roles .. ' ', ' ' .. A[2] .. ' ', 1, true) then return unchanged('people/' .. A[1]) end
  redis.call('HSET', K[1], A[1], leaves .. roles .. ' ' .. A[2])
  event('access.granted', 'people/' .. A[1], 'role', A[2])
  resource = 'people/' .. A[1]
)lua");

// K: access. A: person, role.
const store::WriteScript kRevoke("profile.revoke_access", R"lua(
  local held = redis.call('HGET', K[1], A[1])
  local function has(value) return string.find(value .. ' ', ' ' .. A[2] .. ' ', 1, true) end
  if not held or not has(held) then return refuse('ABSENT') end
  if A[2] == 'HR_ADMIN' then
    local all, others = redis.call('HGETALL', K[1]), false
    for i = 1, #all, 2 do others = others or (all[i] ~= A[1] and has(all[i + 1])) end
    if not others then return refuse('LAST_ADMIN') end
  end
  local left = string.match(held, '^%d+')
  for role in string.gmatch(held, ' (%S+)') do
    if role ~= A[2] then left = left .. ' ' .. role end
  end
  if string.find(left, ' ', 1, true) then redis.call('HSET', K[1], A[1], left) else redis.call('HDEL', K[1], A[1]) end
  event('access.revoked', 'people/' .. A[1], 'role', A[2])
  resource = 'people/' .. A[1]
)lua");

// K: service_keys. A: id, bytes, most keys.
const store::WriteScript kPutKey("profile.put_service_key", R"lua(
  if redis.call('HLEN', K[1]) >= tonumber(A[3]) then return refuse('FULL') end
  redis.call('HSET', K[1], A[1], record(A[2]))
  event('service_key.created', 'serviceKeys/' .. A[1])
  resource = 'serviceKeys/' .. A[1]
)lua");

// K: service_keys. A: id.
const store::WriteScript kDeleteKey("profile.delete_service_key", R"lua(
  if redis.call('HEXISTS', K[1], A[1]) == 0 then return refuse('ABSENT') end
  redis.call('HDEL', K[1], A[1])
  event('service_key.deleted', 'serviceKeys/' .. A[1])
  resource = 'serviceKeys/' .. A[1]
)lua");

// K: bootstrap. A: digest, expires.
const store::WriteScript kPutBootstrap("profile.put_bootstrap", R"lua(
  redis.call('HSET', K[1], 'digest', A[1], 'expires', A[2])
  resource = 'bootstrap'
)lua");

// K: bootstrap, access, person. A: digest, person.
const store::WriteScript kBootstrap("profile.bootstrap", R"lua(
  local held = redis.call('HMGET', K[1], 'digest', 'expires')
  if held[1] ~= A[1] or tonumber(held[2]) <= tonumber(now) then return refuse('NOT_GOOD') end
  local state = redis.call('HMGET', K[3], 'person', 'inactive', 'leaves')
  if not state[1] or state[2] == '1' then return refuse('NOT_GOOD') end
  redis.call('DEL', K[1])
  redis.call('HSET', K[2], A[2], (state[3] or '0') .. ' HR_ADMIN')
  event('access.granted', 'people/' .. A[2], 'role', 'HR_ADMIN')
  resource = 'people/' .. A[2]
)lua");

std::vector<std::string> RolesIn(absl::string_view stored) {
  std::vector<std::string> words = absl::StrSplit(stored, ' ');
  words.erase(words.begin());
  return words;
}

absl::StatusOr<v1::ServiceKey> ReadKey(const std::string& id, const std::string& stored) {
  ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(stored));
  v1::ServiceKey key;
  RETURN_IF_ERROR(store::ParseMessage(record, key));
  key.set_name("serviceKeys/" + id);
  return key;
}

std::string AccessKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "access");
}
std::string ServiceKeysKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "service_keys");
}
std::string BootstrapKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "bootstrap");
}

}  // namespace

Task<absl::StatusOr<std::optional<std::vector<std::string>>>> AccessStore::RolesOf(rpc::Call call, std::string person) {
  std::vector<std::string> state =
      Words("HMGET", PersonKeys(store_, call).Person(person), "person", "inactive", "leaves");
  CO_ASSIGN_OR_RETURN(const redis::Reply known, co_await store_.Read(call, std::move(state)));
  if (known.elements[0].IsNil() || known.elements[1].text == "1") co_return std::nullopt;
  std::vector<std::string> given = Words("HGET", AccessKey(store_, call), std::move(person));
  CO_ASSIGN_OR_RETURN(const redis::Reply access, co_await store_.Read(call, std::move(given)));
  std::optional<std::vector<std::string>> roles(std::in_place);
  const std::string leaves = known.elements[2].IsNil() ? "0" : known.elements[2].text;
  if (!access.IsNil() && access.text.substr(0, access.text.find(' ')) == leaves) roles = RolesIn(access.text);
  co_return roles;
}

Task<absl::StatusOr<std::vector<std::pair<std::string, std::vector<std::string>>>>> AccessStore::List(rpc::Call call) {
  std::vector<std::string> command = Words("HKEYS", AccessKey(store_, call));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  for (const redis::Reply& element : reply.elements) {
    CO_ASSIGN_OR_RETURN(auto roles, co_await RolesOf(call, element.text));
    if (roles && !roles->empty()) all.emplace_back(element.text, *std::move(roles));
  }
  std::sort(all.begin(), all.end());
  co_return all;
}

Task<absl::Status> AccessStore::Grant(rpc::Call call, std::string person, std::string role, std::string request_id,
                                      std::string fingerprint) {
  store::Write write;
  write.script = &kGrant;
  write.keys = Words(AccessKey(store_, call), PersonKeys(store_, call).Person(person));
  write.arguments = Words(std::move(person), std::move(role));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return NotFound();
  co_return absl::OkStatus();
}

Task<absl::Status> AccessStore::Revoke(rpc::Call call, std::string person, std::string role, std::string request_id,
                                       std::string fingerprint) {
  store::Write write;
  write.script = &kRevoke;
  write.keys = Words(AccessKey(store_, call));
  write.arguments = Words(std::move(person), std::move(role));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (!outcome.refused()) co_return absl::OkStatus();
  if (outcome.refusal == "ABSENT") co_return NotFound();
  co_return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_LAST_ADMIN,
                  "nobody would be left who may give access: give HR_ADMIN to somebody else first");
}

Task<absl::StatusOr<store::Outcome>> AccessStore::PutKey(rpc::Call call, const v1::ServiceKey& key,
                                                         std::string request_id, std::string fingerprint) {
  v1::ServiceKey stored = key;
  stored.clear_name();
  store::Write write;
  write.script = &kPutKey;
  write.keys = Words(ServiceKeysKey(store_, call));
  write.arguments =
      Words(key.name().substr(sizeof("serviceKeys/") - 1), stored.SerializeAsString(), absl::StrCat(kMostKeys));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) {
    co_return InvalidField("service_key",
                           absl::StrCat("is one more than the ", kMostKeys, " there may be: delete one"));
  }
  co_return outcome;
}

Task<absl::StatusOr<std::optional<v1::ServiceKey>>> AccessStore::FindKey(rpc::Call call, std::string id) {
  std::vector<std::string> command = Words("HGET", ServiceKeysKey(store_, call), id);
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  if (reply.IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(v1::ServiceKey key, ReadKey(id, reply.text));
  co_return key;
}

Task<absl::StatusOr<std::vector<v1::ServiceKey>>> AccessStore::ListKeys(rpc::Call call) {
  std::vector<std::string> command = Words("HGETALL", ServiceKeysKey(store_, call));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<v1::ServiceKey> keys;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(v1::ServiceKey key, ReadKey(reply.elements[i].text, reply.elements[i + 1].text));
    keys.push_back(std::move(key));
  }
  std::sort(keys.begin(), keys.end(),
            [](const v1::ServiceKey& a, const v1::ServiceKey& b) { return a.name() < b.name(); });
  co_return keys;
}

Task<absl::Status> AccessStore::DeleteKey(rpc::Call call, std::string id, std::string request_id,
                                          std::string fingerprint) {
  store::Write write;
  write.script = &kDeleteKey;
  write.keys = Words(ServiceKeysKey(store_, call));
  write.arguments = Words(std::move(id));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return NotFound();
  co_return absl::OkStatus();
}

Task<absl::Status> AccessStore::PutBootstrap(rpc::Call call, std::string digest, absl::Time expires) {
  store::Write write;
  write.script = &kPutBootstrap;
  write.keys = Words(BootstrapKey(store_, call));
  write.arguments = Words(std::move(digest), absl::StrCat(absl::ToUnixMillis(expires)));
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  (void)outcome;
  co_return absl::OkStatus();
}

Task<absl::StatusOr<bool>> AccessStore::MayBootstrap(rpc::Call call, std::string digest, absl::Time now) {
  std::vector<std::string> command = Words("HMGET", BootstrapKey(store_, call), "digest", "expires");
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  int64_t expires = 0;
  co_return !reply.elements[0].IsNil() && reply.elements[0].text == digest &&
      absl::SimpleAtoi(reply.elements[1].text, &expires) && absl::ToUnixMillis(now) < expires;
}

Task<absl::Status> AccessStore::Bootstrap(rpc::Call call, std::string digest, std::string person,
                                          std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kBootstrap;
  write.keys = Words(BootstrapKey(store_, call), AccessKey(store_, call), PersonKeys(store_, call).Person(person));
  write.arguments = Words(std::move(digest), std::move(person));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (!outcome.refused()) co_return absl::OkStatus();
  co_return Error(absl::StatusCode::kUnauthenticated, api::v1::REASON_TOKEN_INVALID, "the code is not good");
}

}  // namespace cortado::profile
