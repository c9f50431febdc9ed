#include "services/profile/skill_merges.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

using State = StoredMerge::State;

constexpr int kPortion = 250;  // People of one batch: three commands each.
constexpr int kTries = 20;

// The one that stays, with the names of the one that goes.
v1::Skill Joined(v1::Skill stays, const v1::Skill& goes) {
  const auto add = [&stays](const std::string& name) {
    const auto& aliases = stays.aliases();
    if (std::find(aliases.begin(), aliases.end(), name) == aliases.end()) stays.add_aliases(name);
  };
  add(goes.display_name());
  for (const std::string& alias : goes.aliases()) add(alias);
  return stays;
}

SkillWrite Decide(const SkillView& view, const v1::MergeSkillsRequest& request) {
  SkillWrite write;
  const auto goes = view.by_id.find(SkillId(request.skill())), stays = view.by_id.find(SkillId(request.into()));
  if (goes == view.by_id.end() || stays == view.by_id.end()) {
    write.refusal = "ABSENT";
  } else if (goes->second.etag() != request.etag()) {
    write.refusal = "ETAG";
  } else {
    write.skills.push_back(Joined(stays->second, goes->second));
  }
  return write;
}

bool Names(const v1::Person& person, const std::string& skill) {
  const auto is = [&skill](const auto& item) { return item.skill() == skill; };
  return std::any_of(person.skills_held().begin(), person.skills_held().end(), is) ||
         std::any_of(person.skills_wanted().begin(), person.skills_wanted().end(), is);
}

}  // namespace

Task<absl::Status> SkillMerges::Begin(rpc::Call call, const v1::MergeSkillsRequest& request) {
  // Before there is anything to go on with: whatever happens next, the job comes by.
  CO_RETURN_IF_ERROR(co_await parts_.jobs.Schedule(call, kJob, parts_.clock.Now() + kPeriod));
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
    const auto under_way = view->merges.find(SkillId(request.skill()));
    const bool same = under_way != view->merges.end() && under_way->second.into == SkillId(request.into());
    if (same) co_return absl::OkStatus();
    SkillWrite write = Decide(*view, request);
    write.version = view->version;
    write.request_id = request.request_id();
    write.fingerprint = store::Fingerprint(call, request);
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                        co_await parts_.skills.store().BeginMerge(call, SkillId(request.skill()), std::move(write)));
    if (!outcome.refused()) co_return absl::OkStatus();
    if (outcome.refusal != "STALE") co_return SkillRefusal(outcome.refusal);
  }
  co_return SkillRefusal("STALE");
}

Task<absl::StatusOr<v1::Skill>> SkillMerges::Update(rpc::Call call, const v1::UpdateSkillRequest& request) {
  CO_RETURN_IF_ERROR(co_await parts_.jobs.Schedule(call, kJob, parts_.clock.Now()));
  co_return co_await parts_.skills.Update(std::move(call), request);
}

Task<absl::Status> SkillMerges::GoOn(rpc::Call call, std::string id, State state) {
  CO_RETURN_IF_ERROR(co_await Rewrite(call, id));
  co_return co_await parts_.skills.store().EndStage(std::move(call), std::move(id), state);
}

Task<absl::StatusOr<v1::MergeSkillsResponse>> SkillMerges::Merge(rpc::Call call,
                                                                 const v1::MergeSkillsRequest& request) {
  const std::string id = SkillId(request.skill());
  if (id == SkillId(request.into())) co_return InvalidField("into", "must be another skill");
  CO_RETURN_IF_ERROR(co_await Begin(call, request));
  CO_ASSIGN_OR_RETURN(SkillViewPtr view, co_await parts_.skills.View(call));
  auto merge = view->merges.find(id);
  if (merge == view->merges.end()) co_return NotFound();
  if (merge->second.state == State::kRunning) {
    CO_RETURN_IF_ERROR(co_await GoOn(call, id, State::kRunning));
    CO_ASSIGN_OR_RETURN(view, co_await parts_.skills.View(call));
    merge = view->merges.find(id);
    if (merge == view->merges.end()) co_return NotFound();
  }
  v1::MergeSkillsResponse response;
  if (const v1::Skill* skill = GetSkill(*view, request.into())) *response.mutable_skill() = *skill;
  response.set_people_count(merge->second.people);
  response.set_role_count(merge->second.roles);
  co_return response;
}

Task<absl::Status> SkillMerges::Run(rpc::Call call, jobs::Fence) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
  const absl::Time looked = parts_.clock.Now() - kLook;
  for (const auto* under_way : {&view->merges, &view->renames}) {
    for (const auto& [id, merge] : *under_way) {
      const bool due = merge.state == State::kRunning || (merge.state == State::kLooking && merge.begun <= looked);
      if (!due) continue;
      CO_RETURN_IF_ERROR(co_await GoOn(call, id, merge.state));
    }
  }
  co_return absl::OkStatus();
}

Task<absl::Status> SkillMerges::Rewrite(rpc::Call call, std::string id) {
  CO_RETURN_IF_ERROR(co_await RewriteRoles(call, id));
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
  for (std::string after; !call.Cancelled();) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await parts_.people.ListIds(call, after, kPortion, ""));
    if (ids.empty()) co_return absl::OkStatus();
    after = ids.back();
    CO_RETURN_IF_ERROR(co_await RewritePeople(call, view, id, std::move(ids)));
  }
  co_return absl::CancelledError("the merge was cut short; ask for it again, or let it go on by itself");
}

Task<absl::Status> SkillMerges::RewritePeople(rpc::Call call, SkillViewPtr view, std::string id,
                                              std::vector<std::string> ids) {
  const std::string skill = absl::StrCat("skills/", id);
  const auto& list = view->merges.contains(id) ? view->merges : view->renames;
  const auto merge = list.find(id);
  if (merge == list.end()) co_return NotFound();
  // Whoever was changed meanwhile is read again.
  for (int attempt = 1; attempt <= kTries && !ids.empty(); ++attempt) {
    CO_ASSIGN_OR_RETURN(std::vector<std::optional<v1::Person>> people, co_await parts_.people.FindAll(call, ids));
    std::vector<profile::Rewrite> rewrites;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (!people[i] || !Names(*people[i], skill) || !FollowMerges(*view, *people[i])) continue;
      rewrites.push_back({ids[i], *std::move(people[i])});
    }
    ids.clear();
    if (rewrites.empty()) break;
    CO_ASSIGN_OR_RETURN(
        ids, co_await parts_.skills.store().RewritePeople(call, id, merge->second.token, std::move(rewrites)));
  }
  if (ids.empty()) co_return absl::OkStatus();
  co_return absl::AbortedError("somebody keeps changing; ask for the merge again");
}

Task<absl::Status> SkillMerges::RewriteRoles(rpc::Call call, std::string id) {
  const std::string skill = absl::StrCat("skills/", id);
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
    CO_ASSIGN_OR_RETURN(std::vector<v1::Role> roles, co_await parts_.roles.All(call));
    std::vector<RoleWrite> writes;
    for (v1::Role& role : roles) {
      const auto is = [&skill](const v1::Requirement& requirement) { return requirement.skill() == skill; };
      if (std::none_of(role.requirements().begin(), role.requirements().end(), is)) continue;
      if (writes.size() == RoleStore::kBatch) break;
      RoleWrite write{RoleId(role.name()), role, role};
      if (!FollowMerges(*view, *write.after)) continue;
      writes.push_back(std::move(write));
    }
    if (writes.empty()) co_return absl::OkStatus();
    const absl::Status written = co_await parts_.roles.PutAll(call, std::move(writes), id);
    // Progress begins the count anew; a role that was changed meanwhile is read again.
    if (written.ok()) attempt = 0;
    if (!written.ok() && !absl::IsAborted(written) && !absl::IsNotFound(written)) co_return written;
  }
  co_return absl::AbortedError("a role keeps changing; ask for the merge again");
}

}  // namespace cortado::profile
