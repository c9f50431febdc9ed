#include "services/profile/person_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

using redis::Reply;
using store::Outcome;

constexpr size_t kPortion = 250;
constexpr int kMostReports = 400;

// K: person, people, external, email, managers, reports, departments.
// A: id, revision read ('' for none), bytes, old and new external id, old and new address, new manager ('=' keeps), old
// and new department, event, active ('1' or '0'), edited fields ...
const store::WriteScript kPut("profile.put_person", R"lua(
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

// K: as above, then the keys of the reports. A: id, revision read, external id, address, department, ids of the reports
// ...
const store::WriteScript kDelete("profile.delete_person", R"lua(
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

// K: person [, a key that must exist]. A: id, field, revision read ('' for none, '*' for any), '+' and bytes or '-',
// joins ('1' or ''), edited field, event, resource, object, manager.
const store::WriteScript kPutPart("profile.put_part", R"lua(
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

// A member is MANAGER/PERSON; '0' is the byte after '/'.
const redis::Script kReadReports(R"lua(#!lua flags=no-writes
local reports = {}
for i, manager in ipairs(ARGV) do
  for j, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], '[' .. manager .. '/', '(' .. manager .. '0')) do
    reports[#reports + 1] = string.sub(member, #manager + 2)
  end
end
return reports
)lua");

std::vector<std::string> IndexKeys(const PersonKeys& keys, absl::string_view id) {
  return Words(keys.Person(id), keys.People(), keys.External(), keys.Email(), keys.Managers(), keys.Reports(),
               keys.Departments());
}

absl::StatusOr<Outcome> Translate(Outcome outcome) {
  if (!outcome.refused()) return outcome;
  if (outcome.refusal == "ABSENT") return NotFound();
  if (outcome.refusal == "ETAG") return EtagMismatch();
  if (outcome.refusal == "MANAGER_UNKNOWN") {
    return Error(absl::StatusCode::kNotFound, v1::REASON_MANAGER_UNKNOWN, "the manager is nobody of the organisation")
        .Field("person.manager", "must be a person of the organisation");
  }
  if (outcome.refusal == "MANAGER_CYCLE") {
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_MANAGER_CYCLE,
                 "the manager reports to this person, near or far")
        .Field("person.manager", "must not report to this person");
  }
  const std::string field = outcome.values.empty() ? "person_id" : outcome.values[0].text;
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN, absl::StrCat(field, " is taken"))
      .Field(field, "belongs to somebody else");
}

std::vector<std::string> TextsOf(const Reply& reply, size_t prefix) {
  std::vector<std::string> texts;
  texts.reserve(reply.elements.size());
  for (const Reply& element : reply.elements)
    texts.push_back(element.text.substr(std::min(prefix, element.text.size())));
  return texts;
}

}  // namespace

std::string PersonKey(const store::Store& store, const rpc::Call& call, absl::string_view id) {
  return PersonKeys(store, call).Person(id);
}

Task<absl::StatusOr<bool>> PersonStore::Read(rpc::Call call, std::string id, v1::Person& person) {
  std::vector<std::string> command =
      Words("HMGET", PersonKeys(store_, call).Person(id), "person", "manager", "joined", "slack", "invited");
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return ReadPerson(id, reply, person);
}

Task<absl::StatusOr<std::optional<v1::Person>>> PersonStore::Find(rpc::Call call, std::string id) {
  std::optional<v1::Person> person(std::in_place);
  CO_ASSIGN_OR_RETURN(const bool found, co_await Read(std::move(call), std::move(id), *person));
  if (!found) person.reset();
  co_return person;
}

Task<absl::StatusOr<std::vector<std::optional<v1::Person>>>> PersonStore::FindAll(rpc::Call call,
                                                                                  std::vector<std::string> ids) {
  std::vector<std::optional<v1::Person>> people;
  people.reserve(ids.size());
  for (size_t begin = 0; begin < ids.size(); begin += kPortion) {
    const size_t end = std::min(ids.size(), begin + kPortion);
    std::vector<std::string> keys;
    for (size_t i = begin; i < end; ++i) keys.push_back(PersonKeys(store_, call).Person(ids[i]));
    std::vector<std::string> nothing;
    CO_ASSIGN_OR_RETURN(const Reply reply,
                        co_await store_.ReadScript(call, kReadPeople, std::move(keys), std::move(nothing)));
    for (size_t i = begin; i < end; ++i) {
      std::optional<v1::Person>& person = people.emplace_back(std::in_place);
      CO_ASSIGN_OR_RETURN(const bool found, ReadPerson(ids[i], reply.elements[i - begin], *person));
      if (!found) person.reset();
    }
  }
  co_return people;
}

Task<absl::StatusOr<std::vector<std::optional<PersonFile>>>> PersonStore::FindFiles(rpc::Call call,
                                                                                    std::vector<std::string> ids) {
  std::vector<std::optional<PersonFile>> files;
  files.reserve(ids.size());
  for (size_t begin = 0; begin < ids.size(); begin += kPortion) {
    const size_t end = std::min(ids.size(), begin + kPortion);
    std::vector<std::string> keys;
    for (size_t i = begin; i < end; ++i) keys.push_back(PersonKeys(store_, call).Person(ids[i]));
    std::vector<std::string> nothing;
    CO_ASSIGN_OR_RETURN(const Reply reply,
                        co_await store_.ReadScript(call, kReadFiles, std::move(keys), std::move(nothing)));
    for (size_t i = begin; i < end; ++i) {
      CO_ASSIGN_OR_RETURN(std::optional<PersonFile> file, ReadFile(ids[i], reply.elements[i - begin]));
      files.push_back(std::move(file));
    }
  }
  co_return files;
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListIds(rpc::Call call, std::string after, int limit,
                                                                    std::string department) {
  const PersonKeys keys(store_, call);
  const std::string prefix = department.empty() ? "" : DepartmentPrefix(department);
  // Ids are ASCII: the byte after the last of them ends the range.
  std::string first = after.empty() ? absl::StrCat("[", prefix) : absl::StrCat("(", prefix, after);
  std::string last = department.empty() ? "+" : absl::StrCat("(", prefix, "\x7f");
  if (department.empty() && after.empty()) first = "-";
  std::vector<std::string> command = Words("ZRANGEBYLEX", department.empty() ? keys.People() : keys.Departments(),
                                           std::move(first), std::move(last), "LIMIT", "0", absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return TextsOf(reply, prefix.size());
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListReports(rpc::Call call, std::string manager,
                                                                        std::string after, int limit) {
  const std::string prefix = absl::StrCat(manager, "/");
  std::vector<std::string> command =
      Words("ZRANGEBYLEX", PersonKeys(store_, call).Reports(), absl::StrCat(after.empty() ? "[" : "(", prefix, after),
            absl::StrCat("(", manager, "0"), "LIMIT", "0", absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return TextsOf(reply, prefix.size());
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListReportsOfAll(rpc::Call call,
                                                                             std::vector<std::string> managers) {
  std::vector<std::string> reports;
  for (size_t begin = 0; begin < managers.size(); begin += kPortion) {
    const size_t end = std::min(managers.size(), begin + kPortion);
    std::vector<std::string> keys = Words(PersonKeys(store_, call).Reports()), portion;
    for (size_t i = begin; i < end; ++i) portion.push_back(std::move(managers[i]));
    CO_ASSIGN_OR_RETURN(Reply reply,
                        co_await store_.ReadScript(call, kReadReports, std::move(keys), std::move(portion)));
    for (Reply& element : reply.elements) reports.push_back(std::move(element.text));
  }
  co_return reports;
}

Task<absl::StatusOr<int64_t>> PersonStore::Count(rpc::Call call) {
  std::vector<std::string> command = Words("ZCARD", PersonKeys(store_, call).People());
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store_.Read(call, std::move(command)));
  co_return reply.integer;
}

Task<absl::StatusOr<std::vector<bool>>> PersonStore::AreActive(rpc::Call call, std::vector<std::string> ids) {
  constexpr size_t kMany = 1000;
  std::vector<bool> active;
  active.reserve(ids.size());
  for (size_t begin = 0; begin < ids.size(); begin += kMany) {
    const size_t end = std::min(ids.size(), begin + kMany);
    std::vector<std::string> keys;
    for (size_t i = begin; i < end; ++i) keys.push_back(PersonKeys(store_, call).Person(ids[i]));
    std::vector<std::string> nothing;
    CO_ASSIGN_OR_RETURN(const Reply reply,
                        co_await store_.ReadScript(call, kReadActive, std::move(keys), std::move(nothing)));
    for (const Reply& element : reply.elements) active.push_back(element.integer == 1);
  }
  co_return active;
}

Task<absl::StatusOr<std::vector<std::string>>> PersonStore::ListActive(rpc::Call call) {
  constexpr int kMany = 1000;
  std::vector<std::string> active;
  std::string after;
  for (bool more = true; more;) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await ListIds(call, after, kMany, ""));
    more = static_cast<int>(ids.size()) == kMany;
    CO_ASSIGN_OR_RETURN(const std::vector<bool> standing, co_await AreActive(call, ids));
    if (more) after = ids.back();
    for (size_t i = 0; i < ids.size(); ++i) {
      if (standing[i]) active.push_back(std::move(ids[i]));
    }
  }
  co_return active;
}

namespace {

Task<absl::StatusOr<std::optional<std::string>>> FindInHash(store::Store& store, rpc::Call call, std::string key,
                                                            std::string field) {
  std::vector<std::string> command = Words("HGET", std::move(key), std::move(field));
  CO_ASSIGN_OR_RETURN(const Reply reply, co_await store.Read(call, std::move(command)));
  std::optional<std::string> id;
  if (!reply.IsNil()) id = reply.text;
  co_return id;
}

}  // namespace

Task<absl::StatusOr<std::optional<std::string>>> PersonStore::FindByExternalId(rpc::Call call,
                                                                               std::string external_id) {
  std::string key = PersonKeys(store_, call).External();
  co_return co_await FindInHash(store_, call, std::move(key), std::move(external_id));
}

Task<absl::StatusOr<std::optional<std::string>>> PersonStore::FindByEmail(rpc::Call call, std::string email) {
  std::string key = PersonKeys(store_, call).Email();
  co_return co_await FindInHash(store_, call, std::move(key), absl::AsciiStrToLower(email));
}

Task<absl::StatusOr<Outcome>> PersonStore::Put(rpc::Call call, PersonWrite write) {
  const v1::Person before = write.before.value_or(v1::Person());
  const v1::Person& after = write.after;
  store::Write put;
  put.script = &kPut;
  put.keys = IndexKeys(PersonKeys(store_, call), write.id);
  const std::string manager(absl::StripPrefix(after.manager(), "people/"));
  put.arguments =
      Words(write.id, before.etag(), StoredBytes(after), before.external_id(), after.external_id(), EmailIndex(before),
            EmailIndex(after), write.sets_manager ? manager : "=", DepartmentIndex(before, write.id),
            DepartmentIndex(after, write.id), write.event, after.active() ? "1" : "0");
  for (std::string& field : write.edited) put.arguments.push_back(std::move(field));
  put.request_id = std::move(write.request_id);
  put.fingerprint = std::move(write.fingerprint);
  CO_ASSIGN_OR_RETURN(Outcome outcome, co_await store_.Write(call, std::move(put)));
  co_return Translate(std::move(outcome));
}

Task<absl::StatusOr<Outcome>> PersonStore::Delete(rpc::Call call, v1::Person person, std::string request_id,
                                                  std::string fingerprint) {
  const PersonKeys keys(store_, call);
  const std::string id(absl::StripPrefix(person.name(), "people/"));
  CO_ASSIGN_OR_RETURN(std::vector<std::string> reports, co_await ListReports(call, id, "", kMostReports + 1));
  if (reports.size() > kMostReports) {
    co_return InvalidField("name", absl::StrCat("must be somebody whom at most ", kMostReports, " report to"));
  }
  store::Write write;
  write.script = &kDelete;
  write.keys = IndexKeys(keys, id);
  write.arguments = Words(id, person.etag(), person.external_id(), EmailIndex(person), DepartmentIndex(person, id));
  for (std::string& report : reports) {
    write.keys.push_back(keys.Person(report));
    write.arguments.push_back(std::move(report));
  }
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return Translate(std::move(outcome));
}

Task<absl::StatusOr<Outcome>> PersonStore::PutPart(rpc::Call call, PartWrite part) {
  store::Write write;
  write.script = &kPutPart;
  write.keys = Words(PersonKeys(store_, call).Person(part.id));
  if (!part.needed_key.empty()) write.keys.push_back(std::move(part.needed_key));
  write.arguments = Words(std::move(part.id), std::move(part.field), std::move(part.etag),
                          part.bytes ? absl::StrCat("+", *part.bytes) : std::string("-"), part.joins ? "1" : "",
                          std::move(part.edited), std::move(part.event), std::move(part.resource),
                          std::move(part.object), std::move(part.manager));
  write.request_id = std::move(part.request_id);
  write.fingerprint = std::move(part.fingerprint);
  CO_ASSIGN_OR_RETURN(Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return Translate(std::move(outcome));
}

Task<absl::Status> PersonStore::RecordShown(rpc::Call call, std::vector<std::string> ids) {
  if (!call.Has(api::v1::ROLE_HR_ADMIN)) co_return absl::OkStatus();
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ids.erase(std::remove(ids.begin(), ids.end(), call.subject()), ids.end());
  if (ids.empty()) co_return absl::OkStatus();
  std::string object = ids.size() == 1 ? absl::StrCat("people/", ids[0]) : "people";
  co_return co_await store_.RecordRead(std::move(call), std::move(object), std::move(ids));
}

}  // namespace cortado::profile
