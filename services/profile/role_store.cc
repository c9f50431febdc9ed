#include "services/profile/role_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"
#include "services/profile/skill_catalog.h"
#include "services/profile/skill_store.h"

namespace cortado::profile {
namespace {

// role:R is the record of one, roles the sorted set of every R, role_aliases a hash of the slug of an alias to its R.
std::string RolesKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "roles");
}
std::string AliasesKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "role_aliases");
}

// K: roles, role_aliases, skill_merges, then the roles. A: id of the skill merged (''), then for each role its id,
// revision read ('' to create), bytes ('' to remove), how many aliases go and how many come, and the slugs of those.
const store::WriteScript kPut("profile.put_roles", R"lua(
  local roles, i = {}, 2
  while i <= #A do
    local role = {id = A[i], read = A[i + 1], bytes = A[i + 2], go = {}, come = {}}
    local go, come = tonumber(A[i + 3]), tonumber(A[i + 4])
    for j = i + 5, i + 4 + go do role.go[#role.go + 1] = A[j] end
    for j = i + 5 + go, i + 4 + go + come do role.come[#role.come + 1] = A[j] end
    roles[#roles + 1] = role
    i = i + 5 + go + come
  end
  local released, claimed, ids = {}, {}, {}
  for n, held in ipairs(redis.call('MGET', unpack(K, 4))) do
    local role = roles[n]
    role.held = held
    if role.read == '' and held then return refuse('TAKEN', n) end
    if role.read ~= '' and not held then return refuse('ABSENT', n) end
    if role.read ~= '' and revision_of(held) ~= role.read then return refuse('ETAG', n) end
    for _, slug in ipairs(role.go) do released[slug] = role.id end
    if role.bytes ~= '' then ids[role.id] = n end
  end
  local slugs, owner = {}, {}
  for n, role in ipairs(roles) do
    if not role.held then slugs[#slugs + 1], owner[#owner + 1] = role.id, n end
    for _, slug in ipairs(role.come) do
      if claimed[slug] or (ids[slug] and ids[slug] ~= n) then return refuse('ALIAS', n) end
      claimed[slug] = true
      slugs[#slugs + 1], owner[#owner + 1] = slug, n
    end
  end
  if #slugs > 0 then
    local scores = redis.call('ZMSCORE', K[1], unpack(slugs))
    for j, holder in ipairs(redis.call('HMGET', K[2], unpack(slugs))) do
      local id, slug = roles[owner[j]].id, slugs[j]
      if holder and holder ~= id and released[slug] ~= holder then return refuse('ALIAS', owner[j]) end
      if scores[j] and slug ~= id then return refuse('ALIAS', owner[j]) end
    end
  end
  for _, role in ipairs(roles) do
    if #role.go > 0 then redis.call('HDEL', K[2], unpack(role.go)) end
  end
  for n, role in ipairs(roles) do
    local name = 'roles/' .. role.id
    if role.bytes == '' then
      redis.call('DEL', K[3 + n])
      redis.call('ZREM', K[1], role.id)
      event('role.deleted', name)
    else
      redis.call('SET', K[3 + n], record(role.bytes))
      redis.call('ZADD', K[1], 0, role.id)
      local set = {'HSET', K[2]}
      for _, slug in ipairs(role.come) do set[#set + 1], set[#set + 2] = slug, role.id end
      if #set > 2 then redis.call(unpack(set)) end
      event(role.held and 'role.updated' or 'role.created', name)
    end
    changed('role', role.id, role.bytes == '' and 'd' or 'u')
    resource = name
  end
  if #roles > 1 then object = 'roles' end
  local merge = {}
  for word in string.gmatch(A[1] ~= '' and redis.call('HGET', K[3], A[1]) or '', '%S+') do merge[#merge + 1] = word end
  if #merge > 0 then
    merge[4] = string.format('%d', tonumber(merge[4]) + #roles)
    redis.call('HSET', K[3], A[1], table.concat(merge, ' '))
    object = 'skills/' .. A[1]
  end
)lua");

std::vector<std::string> AliasSlugs(const std::optional<v1::Role>& role, absl::string_view id) {
  std::vector<std::string> slugs;
  if (!role) return slugs;
  for (const std::string& alias : role->aliases()) slugs.push_back(SkillSlug(alias));
  std::sort(slugs.begin(), slugs.end());
  slugs.erase(std::unique(slugs.begin(), slugs.end()), slugs.end());
  // A role needs no alias for its own name.
  slugs.erase(std::remove(slugs.begin(), slugs.end(), id), slugs.end());
  return slugs;
}

void AppendArguments(RoleWrite role, std::vector<std::string>& arguments) {
  std::vector<std::string> go = AliasSlugs(role.before, role.id), come = AliasSlugs(role.after, role.id);
  std::string bytes;
  if (role.after) {
    role.after->clear_name();
    role.after->clear_etag();
    bytes = role.after->SerializeAsString();
  }
  for (std::string& word : Words(std::move(role.id), role.before ? role.before->etag() : "", std::move(bytes),
                                 absl::StrCat(go.size()), absl::StrCat(come.size()))) {
    arguments.push_back(std::move(word));
  }
  for (std::string& slug : go) arguments.push_back(std::move(slug));
  for (std::string& slug : come) arguments.push_back(std::move(slug));
}

absl::Status Refusal(const store::Outcome& outcome) {
  const int64_t index = outcome.values.empty() ? 0 : outcome.values[0].integer - 1;
  if (outcome.refusal == "ABSENT") return NotFound().Metadata("index", absl::StrCat(index));
  if (outcome.refusal == "ETAG") return EtagMismatch().Metadata("index", absl::StrCat(index));
  Error error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN, "the name of the role is taken");
  if (outcome.refusal == "ALIAS") return error.Field("role.aliases", "has a title of another role");
  return error.Field("role_id", "belongs to another role");
}

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

Task<absl::StatusOr<std::vector<std::optional<std::string>>>> RoleStore::FindIds(rpc::Call call,
                                                                                 std::vector<std::string> titles) {
  std::vector<std::optional<std::string>> ids;
  if (titles.empty()) co_return ids;
  std::vector<std::string> scores = Words("ZMSCORE", RolesKey(store_, call));
  std::vector<std::string> aliases = Words("HMGET", AliasesKey(store_, call));
  for (std::string& title : titles) {
    title = SkillSlug(title);
    scores.push_back(title);
    aliases.push_back(title);
  }
  CO_ASSIGN_OR_RETURN(const redis::Reply named, co_await store_.Read(call, std::move(scores)));
  CO_ASSIGN_OR_RETURN(const redis::Reply aliased, co_await store_.Read(call, std::move(aliases)));
  for (size_t i = 0; i < titles.size(); ++i) {
    std::optional<std::string>& id = ids.emplace_back();
    if (!aliased.elements[i].IsNil()) id = aliased.elements[i].text;
    if (!named.elements[i].IsNil()) id = std::move(titles[i]);
  }
  co_return ids;
}

Task<absl::StatusOr<std::vector<v1::Role>>> RoleStore::All(rpc::Call call) {
  constexpr int kPortion = 1000;
  std::vector<v1::Role> all;
  for (std::string after;;) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await ListIds(call, after, kPortion));
    if (ids.empty()) co_return all;
    after = ids.back();
    CO_ASSIGN_OR_RETURN(std::vector<v1::Role> roles, co_await FindAll(call, std::move(ids)));
    for (v1::Role& role : roles) all.push_back(std::move(role));
  }
}

Task<absl::StatusOr<store::Outcome>> RoleStore::Put(rpc::Call call, RoleWrite role, std::string request_id,
                                                    std::string fingerprint) {
  store::Write write;
  write.script = &kPut;
  write.keys =
      Words(RolesKey(store_, call), AliasesKey(store_, call), MergesKey(store_, call), RoleKey(store_, call, role.id));
  write.arguments = Words("");
  AppendArguments(std::move(role), write.arguments);
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refusal(outcome);
  co_return outcome;
}

Task<absl::Status> RoleStore::PutAll(rpc::Call call, std::vector<RoleWrite> roles, std::string merge) {
  if (roles.empty()) co_return absl::OkStatus();
  store::Write write;
  write.script = &kPut;
  write.keys = Words(RolesKey(store_, call), AliasesKey(store_, call), MergesKey(store_, call));
  write.arguments = Words(std::move(merge));
  for (RoleWrite& role : roles) {
    write.keys.push_back(RoleKey(store_, call, role.id));
    AppendArguments(std::move(role), write.arguments);
  }
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (!outcome.refused()) co_return absl::OkStatus();
  co_return Refusal(outcome);
}

}  // namespace cortado::profile
