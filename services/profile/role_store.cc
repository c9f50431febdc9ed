#include "services/profile/role_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

// role:R is the record of one, roles the sorted set of every R.
std::string RolesKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "roles");
}

// K: role, roles. A: id, revision read ('' to create), bytes ('' to remove).
const store::WriteScript kPut("profile.put_role", R"lua(
  local held = redis.call('GET', K[1])
  if A[2] == '' and held then return refuse('TAKEN') end
  if A[2] ~= '' and not held then return refuse('ABSENT') end
  if A[2] ~= '' and revision_of(held) ~= A[2] then return refuse('ETAG') end
  if A[3] == '' then
    redis.call('DEL', K[1])
    redis.call('ZREM', K[2], A[1])
    changed('role', A[1], 'd')
    event('role.deleted', 'roles/' .. A[1])
  else
    redis.call('SET', K[1], record(A[3]))
    redis.call('ZADD', K[2], 0, A[1])
    changed('role', A[1], 'u')
    event(held and 'role.updated' or 'role.created', 'roles/' .. A[1])
  end
  resource = 'roles/' .. A[1]
)lua");

absl::StatusOr<v1::Role> ReadRole(const std::string& id, const store::Record& record) {
  v1::Role role;
  RETURN_IF_ERROR(store::ParseMessage(record, role));
  role.set_name(absl::StrCat("roles/", id));
  role.set_etag(record.etag());
  return role;
}

}  // namespace

std::string RoleKey(const store::Store& store, const rpc::Call& call, absl::string_view id) {
  return store.Key(call.organization(), absl::StrCat("role:", id));
}

Task<absl::StatusOr<std::optional<v1::Role>>> RoleStore::Find(rpc::Call call, std::string id) {
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record, co_await store_.Find(call, RoleKey(store_, call, id)));
  if (!record) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(v1::Role role, ReadRole(id, *record));
  co_return role;
}

Task<absl::StatusOr<std::vector<v1::Role>>> RoleStore::FindAll(rpc::Call call, std::vector<std::string> ids) {
  std::vector<std::string> keys;
  for (const std::string& id : ids) keys.push_back(RoleKey(store_, call, id));
  CO_ASSIGN_OR_RETURN(const auto records, co_await store_.FindAll(call, std::move(keys)));
  std::vector<v1::Role> roles;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!records[i]) continue;
    CO_ASSIGN_OR_RETURN(v1::Role role, ReadRole(ids[i], *records[i]));
    roles.push_back(std::move(role));
  }
  co_return roles;
}

Task<absl::StatusOr<std::vector<std::string>>> RoleStore::ListIds(rpc::Call call, std::string after, int limit) {
  std::vector<std::string> command =
      Words("ZRANGEBYLEX", RolesKey(store_, call), after.empty() ? std::string("-") : absl::StrCat("(", after), "+",
            "LIMIT", "0", absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> ids;
  for (const redis::Reply& element : reply.elements) ids.push_back(element.text);
  co_return ids;
}

Task<absl::StatusOr<store::Outcome>> RoleStore::Put(rpc::Call call, std::string id, std::optional<v1::Role> role,
                                                    std::string etag, std::string request_id, std::string fingerprint) {
  std::string bytes;
  if (role) {
    role->clear_name();
    role->clear_etag();
    bytes = role->SerializeAsString();
  }
  store::Write write;
  write.script = &kPut;
  write.keys = Words(RoleKey(store_, call, id), RolesKey(store_, call));
  write.arguments = Words(std::move(id), std::move(etag), std::move(bytes));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (!outcome.refused()) co_return outcome;
  if (outcome.refusal == "ABSENT") co_return NotFound();
  if (outcome.refusal == "ETAG") co_return EtagMismatch();
  co_return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN, "the id of the role is taken")
      .Field("role_id", "belongs to another role");
}

}  // namespace cortado::profile
