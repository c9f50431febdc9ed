#include "services/profile/erasure_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"
#include "services/profile/person_store.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr int kMostReports = 400;

// K: proofs, open. A: person, bytes, '1' when finished.
const store::WriteScript kSaveProof("profile.save_erasure", R"lua(
  redis.call('HSET', K[1], A[1], record(A[2]))
  if A[3] == '1' then redis.call('SREM', K[2], A[1]) else redis.call('SADD', K[2], A[1]) end
  resource = 'people/' .. A[1]
)lua");

// K: managers, reports, then the persons. A: manager, ids.
const store::WriteScript kDetach("profile.detach_reports", R"lua(
  for i = 2, #A do
    redis.call('ZREM', K[2], A[1] .. '/' .. A[i])
    if redis.call('HGET', K[1], A[i]) == A[1] then
      redis.call('HDEL', K[1], A[i])
      redis.call('HSET', K[1 + i], 'manager', '')
      changed('person', A[i], 'u')
    end
  end
  resource = 'people/' .. A[1]
)lua");

// K: person, people, external, email, managers, reports, departments, sessions, access, slack_users, slack_pending,
// identities. A: id, revision read ('' for none), external id, address, department.
const store::WriteScript kRemove("profile.erase_person", R"lua(
  local id = A[1]
  local held = redis.call('HGET', K[1], 'person')
  if (held and revision_of(held) or '') ~= A[2] then return refuse('ETAG') end
  if #redis.call('ZRANGEBYLEX', K[6], '[' .. id .. '/', '(' .. id .. '0', 'LIMIT', 0, 1) > 0 then return refuse('ETAG') end
  local fields, sessions = redis.call('HGETALL', K[1]), redis.call('HLEN', K[8])
  local grants = redis.call('HEXISTS', K[9], id)
  local pending, waiting = redis.call('HGETALL', K[11]), {}
  for i = 1, #pending, 2 do
    if string.sub(pending[i + 1], 1, #id + 1) == id .. ' ' then waiting[#waiting + 1] = pending[i] end
  end
  if #fields == 0 and sessions == 0 and grants == 0 and #waiting == 0 then return unchanged('people/' .. id) end
  local slack = redis.call('HGET', K[1], 'slack')
  local user = slack and string.match(slack, '^%S+')
  local manager = redis.call('HGET', K[5], id)
  local links = #waiting
  if user and redis.call('HGET', K[10], user) == id then
    redis.call('HDEL', K[10], user)
    links = links + 1
  end
  for i = 1, #waiting do redis.call('HDEL', K[11], waiting[i]) end
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'l:' then redis.call('HDEL', K[12], string.sub(fields[i], 3)) end
  end
  redis.call('DEL', K[1], K[8])
  redis.call('HDEL', K[9], id)
  redis.call('ZREM', K[2], id)
  if A[3] ~= '' then redis.call('HDEL', K[3], A[3]) end
  if A[4] ~= '' then redis.call('HDEL', K[4], A[4]) end
  if A[5] ~= '' then redis.call('ZREM', K[7], A[5]) end
  redis.call('HDEL', K[5], id)
  if manager then redis.call('ZREM', K[6], manager .. '/' .. id) end
  changed('person', id, 'd')
  event('person.erased', 'people/' .. id)
  resource = 'people/' .. id
  out = {#fields / 2, sessions, grants, links}
)lua");

std::string Key(const store::Store& store, const rpc::Call& call, absl::string_view rest) {
  return store.Key(call.organization(), rest);
}

}  // namespace

Task<absl::StatusOr<std::optional<v1::ErasureProof>>> ErasureStore::FindProof(rpc::Call call, std::string person) {
  std::vector<std::string> command = Words("HGET", Key(store_, call, "erasure"), std::move(person));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  if (reply.IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(reply.text));
  std::optional<v1::ErasureProof> proof(std::in_place);
  CO_RETURN_IF_ERROR(store::ParseMessage(record, *proof));
  co_return proof;
}

Task<absl::Status> ErasureStore::SaveProof(rpc::Call call, const v1::ErasureProof& proof, std::string request_id,
                                           std::string fingerprint) {
  store::Write write;
  write.script = &kSaveProof;
  write.keys = Words(Key(store_, call, "erasure"), Key(store_, call, "erasure:open"));
  write.arguments = Words(PersonId(proof.person()), proof.SerializeAsString(), proof.has_finish_time() ? "1" : "");
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  co_return (co_await store_.Write(call, std::move(write))).status();
}

Task<absl::StatusOr<std::vector<std::string>>> ErasureStore::ListOpen(rpc::Call call) {
  std::vector<std::string> command = Words("SMEMBERS", Key(store_, call, "erasure:open"));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> people;
  for (const redis::Reply& element : reply.elements) people.push_back(element.text);
  co_return people;
}

Task<absl::StatusOr<int>> ErasureStore::Detach(rpc::Call call, std::string person) {
  const PersonKeys keys(store_, call);
  std::vector<std::string> command = Words("ZRANGEBYLEX", keys.Reports(), absl::StrCat("[", person, "/"),
                                           absl::StrCat("(", person, "0"), "LIMIT", "0", absl::StrCat(kMostReports));
  CO_ASSIGN_OR_RETURN(const redis::Reply reports, co_await store_.Read(call, std::move(command)));
  if (reports.elements.empty()) co_return 0;
  store::Write write;
  write.script = &kDetach;
  write.keys = Words(keys.Managers(), keys.Reports());
  write.arguments = Words(person);
  for (const redis::Reply& report : reports.elements) {
    std::string id = report.text.substr(person.size() + 1);
    write.keys.push_back(keys.Person(id));
    write.arguments.push_back(std::move(id));
  }
  CO_RETURN_IF_ERROR((co_await store_.Write(call, std::move(write))).status());
  co_return static_cast<int>(reports.elements.size());
}

Task<absl::StatusOr<privacy::Erased>> ErasureStore::Remove(rpc::Call call, std::string person) {
  const PersonKeys keys(store_, call);
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Person> found, co_await PersonStore(store_).Find(call, person));
  const v1::Person known = found.value_or(v1::Person());
  store::Write write;
  write.script = &kRemove;
  write.keys =
      Words(keys.Person(person), keys.People(), keys.External(), keys.Email(), keys.Managers(), keys.Reports(),
            keys.Departments(), Key(store_, call, absl::StrCat("sessions:", person)), Key(store_, call, "access"),
            Key(store_, call, "slack_users"), Key(store_, call, "slack_pending"), Key(store_, call, "identities"));
  write.arguments = Words(person, known.etag(), known.external_id(), EmailIndex(known), DepartmentIndex(known, person));
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return EtagMismatch();
  privacy::Erased erased;
  erased.done = true;
  static constexpr const char* kKinds[] = {"person.fields", "sessions", "access", "slack_links"};
  for (size_t i = 0; i < outcome.values.size() && i < std::size(kKinds); ++i) {
    if (outcome.values[i].integer > 0) erased.removed[kKinds[i]] = outcome.values[i].integer;
  }
  co_return erased;
}

}  // namespace cortado::profile
