#include "services/profile/skill_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"
#include "services/profile/skill_catalog.h"

namespace cortado::profile {
namespace {

// skills: hash of S to record; skill_slugs: hash of slug to S; skills_version: revision of the last change.
std::string SkillsKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "skills");
}
std::string SlugsKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "skill_slugs");
}
std::string VersionKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "skills_version");
}

// K: skills, skill_slugs, skills_version. A: for each skill its id, its bytes, the number of its slugs and the slugs.
const store::WriteScript kInsert("profile.insert_skills", R"lua(
  local slugs, owners, i = {}, {}, 1
  while i <= #A do
    for j = i + 3, i + 2 + tonumber(A[i + 2]) do
      slugs[#slugs + 1], owners[#owners + 1] = A[j], A[i]
    end
    i = i + 3 + tonumber(A[i + 2])
  end
  for j, holder in ipairs(redis.call('HMGET', K[2], unpack(slugs))) do
    if holder then return refuse('TAKEN', slugs[j]) end
  end
  for j, slug in ipairs(slugs) do redis.call('HSETNX', K[2], slug, owners[j]) end
  i = 1
  while i <= #A do
    redis.call('HSET', K[1], A[i], record(A[i + 1]))
    changed('skill', A[i], 'u')
    resource = 'skills/' .. A[i]
    i = i + 3 + tonumber(A[i + 2])
  end
  redis.call('SET', K[3], rev)
  event('skill.created', resource)
)lua");

const redis::Script kList(R"lua(#!lua flags=no-writes
return {redis.call('GET', KEYS[2]) or '0', redis.call('HGETALL', KEYS[1])}
)lua");

std::vector<std::string> SlugsOf(const v1::Skill& skill, const std::string& id) {
  std::vector<std::string> slugs = Words(id, SkillSlug(skill.display_name()));
  for (const std::string& alias : skill.aliases()) slugs.push_back(SkillSlug(alias));
  return slugs;
}

}  // namespace

Task<absl::StatusOr<std::string>> SkillStore::Version(rpc::Call call) {
  std::vector<std::string> command = Words("GET", VersionKey(store_, call));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  co_return reply.IsNil() ? std::string("0") : reply.text;
}

Task<absl::StatusOr<std::pair<std::string, std::vector<v1::Skill>>>> SkillStore::List(rpc::Call call) {
  std::vector<std::string> keys = Words(SkillsKey(store_, call), VersionKey(store_, call));
  std::vector<std::string> nothing;
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await store_.ReadScript(call, kList, std::move(keys), std::move(nothing)));
  std::pair<std::string, std::vector<v1::Skill>> list;
  list.first = reply.elements[0].text;
  const std::vector<redis::Reply>& fields = reply.elements[1].elements;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(fields[i + 1].text));
    v1::Skill& skill = list.second.emplace_back();
    CO_RETURN_IF_ERROR(store::ParseMessage(record, skill));
    skill.set_name(absl::StrCat("skills/", fields[i].text));
    skill.set_etag(record.etag());
  }
  co_return list;
}

Task<absl::StatusOr<store::Outcome>> SkillStore::Insert(rpc::Call call, std::vector<v1::Skill> skills,
                                                        std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kInsert;
  write.keys = Words(SkillsKey(store_, call), SlugsKey(store_, call), VersionKey(store_, call));
  for (v1::Skill& skill : skills) {
    const std::string id(absl::StripPrefix(skill.name(), "skills/"));
    std::vector<std::string> slugs = SlugsOf(skill, id);
    skill.clear_name();
    skill.clear_etag();
    write.arguments.push_back(id);
    write.arguments.push_back(skill.SerializeAsString());
    write.arguments.push_back(absl::StrCat(slugs.size()));
    for (std::string& slug : slugs) write.arguments.push_back(std::move(slug));
  }
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) {
    co_return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
                    "the name or an alias already means another skill")
        .Field("skill.display_name", "belongs to another skill, as name or alias");
  }
  co_return outcome;
}

}  // namespace cortado::profile
