#include "services/profile/import_store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"
#include "services/profile/person_store.h"

namespace cortado::profile {
namespace {

// K: people, external, email, managers, reports, departments, then the people.
// A: field of the destination, then for each person: id, revision read, bytes, mark of the import, joined, offer,
// destination ('=' keeps,
// '-' removes, '+' and bytes), external id, old and new address, old and new department, manager, active ('1' or '0').
const store::WriteScript kPut("profile.import_people", R"lua(
  local WIDTH, GOAL = 14, A[1]
  local count = (#A - 1) / WIDTH
  local function a(i, j) return A[1 + (i - 1) * WIDTH + j] end
  local ids, externals, released, wanting, emails, leaving = {}, {}, {}, {}, {}, {}
  for i = 1, count do
    local state = redis.call('HMGET', K[6 + i], 'person', 'inactive')
    local held = state[1]
    leaving[i] = held and state[2] ~= '1' and a(i, 14) == '0'
    if (held and revision_of(held) or '') ~= a(i, 2) then return refuse('STALE') end
    ids[i], externals[i] = a(i, 1), a(i, 8)
    if a(i, 9) ~= a(i, 10) then
      if a(i, 9) ~= '' then released[a(i, 9)] = ids[i] end
      if a(i, 10) ~= '' then wanting[#wanting + 1], emails[#emails + 1] = i, a(i, 10) end
    end
  end
  for i, holder in ipairs(redis.call('HMGET', K[2], unpack(externals))) do
    if holder and holder ~= ids[i] then return refuse('STALE') end
  end
  local claimed = {}
  if #emails > 0 then
    for i, holder in ipairs(redis.call('HMGET', K[3], unpack(emails))) do
      local mine = holder and (holder == ids[wanting[i]] or released[emails[i]] == holder)
      if claimed[emails[i]] or (holder and not mine) then return refuse('TAKEN', wanting[i]) end
      claimed[emails[i]] = true
    end
  end
  local batches = {}
  local function later(command, key, ...)
    local name = command .. key
    local list = batches[name] or {command, key}
    batches[name] = list
    for _, word in ipairs({...}) do list[#list + 1] = word end
  end
  for i, old in ipairs(redis.call('HMGET', K[4], unpack(ids))) do
    local id, manager = ids[i], a(i, 13)
    later('ZADD', K[1], 0, id)
    later('HSET', K[2], externals[i], id)
    if a(i, 9) ~= a(i, 10) then
      if a(i, 9) ~= '' and not claimed[a(i, 9)] then later('HDEL', K[3], a(i, 9)) end
      if a(i, 10) ~= '' then later('HSET', K[3], a(i, 10), id) end
    end
    if a(i, 11) ~= a(i, 12) then
      if a(i, 11) ~= '' then later('ZREM', K[6], a(i, 11)) end
      if a(i, 12) ~= '' then later('ZADD', K[6], 0, a(i, 12)) end
    end
    if (old or '') ~= manager then
      if old then later('ZREM', K[5], old .. '/' .. id) end
      if manager ~= '' then
        later('HSET', K[4], id, manager)
        later('ZADD', K[5], 0, manager .. '/' .. id)
      else
        later('HDEL', K[4], id)
      end
    end
    local key = K[6 + i]
    local set = {'HSET', key, 'person', record(a(i, 3)), 'import', a(i, 4), 'joined', a(i, 5), 'manager', manager,
      'inactive', a(i, 14) == '0' and '1' or ''}
    local gone = {'HDEL', key}
    local function part(field, change)
      local op = string.sub(change, 1, 1)
      if op == '-' then gone[#gone + 1] = field end
      if op == '+' then
        set[#set + 1] = field
        set[#set + 1] = record(string.sub(change, 2))
      end
      return op
    end
    part('offer', a(i, 6))
    if part(GOAL, a(i, 7)) == '+' then
      set[#set + 1] = 'dm:' .. string.sub(GOAL, 3)
      set[#set + 1] = manager
    end
    redis.call(unpack(set))
    if leaving[i] then
      redis.call('HINCRBY', key, 'leaves', 1)
      redis.call('HDEL', key, 'slack')
    end
    if #gone > 2 then redis.call(unpack(gone)) end
    changed('person', id, 'u')
  end
  for _, command in pairs(batches) do redis.call(unpack(command)) end
  event('people.imported', 'people', 'count', tostring(count))
  object, people = 'people', ids
)lua");

// K: people, managers, reports, then the people. A: id and manager of each.
const store::WriteScript kSetManagers("profile.import_managers", R"lua(
  local changed_ids = {}
  for i = 1, #A / 2 do
    local id, manager = A[2 * i - 1], A[2 * i]
    local old = redis.call('HGET', K[2], id) or ''
    if old ~= manager and redis.call('EXISTS', K[3 + i]) == 1 then
      changed_ids[#changed_ids + 1] = id
      if old ~= '' then redis.call('ZREM', K[3], old .. '/' .. id) end
      redis.call('HSET', K[3 + i], 'manager', manager)
      if manager ~= '' then
        redis.call('HSET', K[2], id, manager)
        redis.call('ZADD', K[3], 0, manager .. '/' .. id)
      else
        redis.call('HDEL', K[2], id)
      end
      changed('person', id, 'u')
    end
  end
  if #changed_ids == 0 then return unchanged('people') end
  object, people = 'people', changed_ids
)lua");

std::string Coded(const PartChange& change) {
  if (change.kind == PartChange::Kind::kKeep) return "=";
  if (change.kind == PartChange::Kind::kRemove) return "-";
  return absl::StrCat("+", change.bytes);
}

void AppendArguments(ImportedPerson person, std::vector<std::string>& arguments) {
  const std::string external_id = person.after.external_id();
  const std::string email = EmailIndex(person.after);
  const std::string department = DepartmentIndex(person.after, person.id);
  std::string active = person.after.active() ? "1" : "0";
  std::vector<std::string> row = Words(
      person.id, person.before.etag(), StoredBytes(std::move(person.after)), ImportMark(person.digest, person.steps),
      person.joined ? "1" : "0", Coded(person.offer), Coded(person.destination), external_id, EmailIndex(person.before),
      email, DepartmentIndex(person.before, person.id), department, person.manager, std::move(active));
  for (std::string& word : row) arguments.push_back(std::move(word));
}

}  // namespace

namespace {

using Found = std::vector<std::optional<std::string>>;
using Pairs = absl::flat_hash_map<std::string, std::string>;

Task<absl::StatusOr<Found>> FindInHash(store::Store& store, rpc::Call call, std::string key,
                                       std::vector<std::string> fields) {
  Found found;
  found.reserve(fields.size());
  constexpr size_t kPortion = 1000;
  for (size_t begin = 0; begin < fields.size(); begin += kPortion) {
    const size_t end = std::min(fields.size(), begin + kPortion);
    std::vector<std::string> command = Words("HMGET", key);
    for (size_t i = begin; i < end; ++i) command.push_back(std::move(fields[i]));
    CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store.Read(call, std::move(command)));
    for (const redis::Reply& element : reply.elements) {
      found.push_back(element.IsNil() ? std::nullopt : std::optional<std::string>(element.text));
    }
  }
  co_return found;
}

Task<absl::StatusOr<Pairs>> ReadHash(store::Store& store, rpc::Call call, std::string key) {
  std::vector<std::string> command = Words("HGETALL", std::move(key));
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store.Read(call, std::move(command)));
  Pairs pairs;
  pairs.reserve(reply.elements.size() / 2);
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    pairs.emplace(std::move(reply.elements[i].text), std::move(reply.elements[i + 1].text));
  }
  co_return pairs;
}

}  // namespace

Task<absl::StatusOr<Found>> ImportStore::FindIds(rpc::Call call, std::vector<std::string> external_ids) {
  std::string key = PersonKeys(store_, call).External();
  co_return co_await FindInHash(store_, call, std::move(key), std::move(external_ids));
}

Task<absl::StatusOr<Found>> ImportStore::FindHolders(rpc::Call call, std::vector<std::string> addresses) {
  std::string key = PersonKeys(store_, call).Email();
  co_return co_await FindInHash(store_, call, std::move(key), std::move(addresses));
}

Task<absl::StatusOr<Pairs>> ImportStore::Managers(rpc::Call call) {
  std::string key = PersonKeys(store_, call).Managers();
  co_return co_await ReadHash(store_, call, std::move(key));
}

Task<absl::StatusOr<Pairs>> ImportStore::KnownToHr(rpc::Call call) {
  std::string key = PersonKeys(store_, call).External();
  co_return co_await ReadHash(store_, call, std::move(key));
}

Task<absl::StatusOr<bool>> ImportStore::Put(rpc::Call call, std::vector<ImportedPerson> people) {
  const PersonKeys keys(store_, call);
  store::Write write;
  write.script = &kPut;
  write.keys = Words(keys.People(), keys.External(), keys.Email(), keys.Managers(), keys.Reports(), keys.Departments());
  write.arguments = Words(absl::StrCat("d:", kImportedDestination));
  for (ImportedPerson& person : people) {
    write.keys.push_back(keys.Person(person.id));
    AppendArguments(std::move(person), write.arguments);
  }
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (!outcome.refused()) co_return true;
  if (outcome.refusal != "TAKEN") co_return false;
  co_return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
                  "the address of a row belongs to somebody else")
      .Metadata("index", absl::StrCat(outcome.values[0].integer - 1));
}

Task<absl::Status> ImportStore::SetManagers(rpc::Call call, std::vector<std::pair<std::string, std::string>> managers) {
  const PersonKeys keys(store_, call);
  store::Write write;
  write.script = &kSetManagers;
  write.keys = Words(keys.People(), keys.Managers(), keys.Reports());
  for (auto& [person, manager] : managers) {
    write.keys.push_back(keys.Person(person));
    write.arguments.push_back(std::move(person));
    write.arguments.push_back(std::move(manager));
  }
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  (void)outcome;
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
