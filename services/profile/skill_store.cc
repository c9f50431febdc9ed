#include "services/profile/skill_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"
#include "services/profile/person_store.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

// skills: hash of S to record; skills_version: revision of the last change; skill_merges: hash of the S that went to
// "INTO TOKEN PEOPLE ROLES STATE BEGUN".
std::string SkillsKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "skills");
}
std::string VersionKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "skills_version");
}

// K: skills, skills_version, skill_merges. A: version, refusal, event, id renamed (''), then id and bytes of each
// skill.
const store::WriteScript kPut("profile.put_skills", R"lua(
  if A[2] ~= '' then return refuse(A[2]) end
  if (redis.call('GET', K[2]) or '0') ~= A[1] then return refuse('STALE') end
  local set = {'HSET', K[1]}
  for i = 5, #A, 2 do
    set[#set + 1], set[#set + 2] = A[i], record(A[i + 1])
    changed('skill', A[i], 'u')
    resource = 'skills/' .. A[i]
  end
  redis.call(unpack(set))
  redis.call('SET', K[2], rev)
  if A[4] ~= '' then redis.call('HSET', K[3], A[4], table.concat({A[4], rev, '0', '0', 'r', now}, ' ')) end
  if #A > 6 then object = 'skills' end
  event(A[3], object or resource, 'count', tostring((#A - 4) / 2))
)lua");

// K: skills, skills_version, skill_merges. A: version, refusal, the id that goes, id and bytes of the one that stays.
const store::WriteScript kBeginMerge("profile.begin_merge", R"lua(
  if A[2] ~= '' then return refuse(A[2]) end
  if (redis.call('GET', K[2]) or '0') ~= A[1] then return refuse('STALE') end
  local set = {'HSET', K[3], A[3], table.concat({A[4], rev, '0', '0', 'r', now}, ' ')}
  local merges = redis.call('HGETALL', K[3])
  for i = 1, #merges, 2 do
    local into, rest = string.match(merges[i + 1], '^(%S+)( .*)$')
    if into == A[3] and merges[i] ~= A[3] then
      set[#set + 1], set[#set + 2] = merges[i], A[4] .. rest
    end
  end
  redis.call('HDEL', K[1], A[3])
  redis.call('HSET', K[1], A[4], record(A[5]))
  redis.call(unpack(set))
  redis.call('SET', K[2], rev)
  changed('skill', A[4], 'u')
  event('skill.merged', 'skills/' .. A[3], 'into', 'skills/' .. A[4])
  resource, object = 'skills/' .. A[4], 'skills/' .. A[3]
)lua");

// K: skill_merges, then the people. A: id that went, token, then id, revision read and bytes of each.
const store::WriteScript kRewritePeople("profile.rewrite_people", R"lua(
  local merge = {}
  for word in string.gmatch(redis.call('HGET', K[1], A[1]) or '', '%S+') do merge[#merge + 1] = word end
  if merge[2] ~= A[2] or merge[5] == 'd' then return refuse('FENCED') end
  local ids, stale = {}, {}
  for i = 1, (#A - 2) / 3 do
    local id, held = A[3 * i], redis.call('HGET', K[1 + i], 'person')
    if held and revision_of(held) == A[3 * i + 1] then
      redis.call('HSET', K[1 + i], 'person', record(A[3 * i + 2]))
      changed('person', id, 'u')
      ids[#ids + 1] = id
    elseif held then
      stale[#stale + 1] = id
    end
  end
  if #ids == 0 then return unchanged('skills/' .. A[1], unpack(stale)) end
  merge[3] = string.format('%d', tonumber(merge[3]) + #ids)
  redis.call('HSET', K[1], A[1], table.concat(merge, ' '))
  object, people, out = 'skills/' .. A[1], ids, stale
)lua");

// K: skill_merges, skills_version. A: id that went, state before, state after.
const store::WriteScript kEndStage("profile.end_merge_stage", R"lua(
  local merge = {}
  for word in string.gmatch(redis.call('HGET', K[1], A[1]) or '', '%S+') do merge[#merge + 1] = word end
  if merge[5] ~= A[2] then return unchanged('skills/' .. A[1]) end
  merge[5] = A[3]
  redis.call('HSET', K[1], A[1], table.concat(merge, ' '))
  redis.call('SET', K[2], rev)
  if A[2] == 'r' and merge[1] ~= A[1] then changed('skill', A[1], 'd') end
  object = 'skills/' .. A[1]
)lua");

const redis::Script kList(R"lua(#!lua flags=no-writes
return {redis.call('GET', KEYS[2]) or '0', redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[3])}
)lua");

constexpr char kStates[] = "rld";  // In the order of StoredMerge::State.

absl::StatusOr<StoredMerge> ReadMerge(absl::string_view stored) {
  const std::vector<std::string> words = absl::StrSplit(stored, ' ');
  StoredMerge merge;
  int64_t begun = 0;
  const bool good = words.size() == 6 && absl::SimpleAtoi(words[2], &merge.people) &&
                    absl::SimpleAtoi(words[3], &merge.roles) && absl::SimpleAtoi(words[5], &begun);
  if (!good) return absl::InternalError("a stored merge has the wrong form");
  merge.into = words[0];
  merge.token = words[1];
  if (words[4] == "l") merge.state = StoredMerge::State::kLooking;
  if (words[4] == "d") merge.state = StoredMerge::State::kDone;
  merge.begun = absl::FromUnixMillis(begun);
  return merge;
}

std::string BytesOf(v1::Skill skill) {
  skill.clear_name();
  skill.clear_etag();
  return skill.SerializeAsString();
}

}  // namespace

std::string MergesKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "skill_merges");
}

Task<absl::StatusOr<std::string>> SkillStore::Version(rpc::Call call) {
  std::vector<std::string> command = Words("GET", VersionKey(store_, call));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  co_return reply.IsNil() ? std::string("0") : reply.text;
}

Task<absl::StatusOr<StoredSkills>> SkillStore::List(rpc::Call call) {
  std::vector<std::string> keys = Words(SkillsKey(store_, call), VersionKey(store_, call), MergesKey(store_, call));
  std::vector<std::string> nothing;
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await store_.ReadScript(call, kList, std::move(keys), std::move(nothing)));
  StoredSkills stored;
  stored.version = reply.elements[0].text;
  const std::vector<redis::Reply>& skills = reply.elements[1].elements;
  for (size_t i = 0; i + 1 < skills.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(skills[i + 1].text));
    v1::Skill& skill = stored.skills.emplace_back();
    CO_RETURN_IF_ERROR(store::ParseMessage(record, skill));
    skill.set_name(absl::StrCat("skills/", skills[i].text));
    skill.set_etag(record.etag());
  }
  const std::vector<redis::Reply>& merges = reply.elements[2].elements;
  for (size_t i = 0; i + 1 < merges.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(StoredMerge merge, ReadMerge(merges[i + 1].text));
    stored.merges.emplace(merges[i].text, std::move(merge));
  }
  co_return stored;
}

Task<absl::StatusOr<store::Outcome>> SkillStore::Put(rpc::Call call, SkillWrite put) {
  store::Write write;
  write.script = &kPut;
  write.keys = Words(SkillsKey(store_, call), VersionKey(store_, call), MergesKey(store_, call));
  write.arguments = Words(std::move(put.version), std::move(put.refusal), std::move(put.event), std::move(put.renamed));
  for (const v1::Skill& skill : put.skills) {
    write.arguments.push_back(SkillId(skill.name()));
    write.arguments.push_back(BytesOf(skill));
  }
  write.request_id = std::move(put.request_id);
  write.fingerprint = std::move(put.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<store::Outcome>> SkillStore::BeginMerge(rpc::Call call, std::string id, SkillWrite into) {
  store::Write write;
  write.script = &kBeginMerge;
  write.keys = Words(SkillsKey(store_, call), VersionKey(store_, call), MergesKey(store_, call));
  const v1::Skill stays = into.skills.empty() ? v1::Skill() : into.skills[0];
  write.arguments =
      Words(std::move(into.version), std::move(into.refusal), std::move(id), SkillId(stays.name()), BytesOf(stays));
  write.request_id = std::move(into.request_id);
  write.fingerprint = std::move(into.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<std::vector<std::string>>> SkillStore::RewritePeople(rpc::Call call, std::string id,
                                                                         std::string token,
                                                                         std::vector<Rewrite> people) {
  store::Write write;
  write.script = &kRewritePeople;
  write.keys = Words(MergesKey(store_, call));
  write.arguments = Words(std::move(id), std::move(token));
  for (Rewrite& rewrite : people) {
    write.keys.push_back(PersonKey(store_, call, rewrite.id));
    write.arguments.push_back(std::move(rewrite.id));
    write.arguments.push_back(rewrite.person.etag());
    write.arguments.push_back(StoredBytes(std::move(rewrite.person)));
  }
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return absl::AbortedError("the merge was ended elsewhere");
  std::vector<std::string> stale;
  for (redis::Reply& value : outcome.values) stale.push_back(std::move(value.text));
  co_return stale;
}

Task<absl::Status> SkillStore::EndStage(rpc::Call call, std::string id, StoredMerge::State from) {
  const size_t state = static_cast<size_t>(from);
  store::Write write;
  write.script = &kEndStage;
  write.keys = Words(MergesKey(store_, call), VersionKey(store_, call));
  write.arguments = Words(std::move(id), std::string(1, kStates[state]), std::string(1, kStates[state + 1]));
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  (void)outcome;
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
