#include "services/profile/skill_gaps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/skill_gap.h"
#include "services/profile/skill_relations.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr int kMostDirections = 10;
constexpr int kMostRoles = 5;
constexpr int32_t kFewestMovers = 5;

std::vector<HeldSkill> HeldBy(const v1::Person& person) {
  std::vector<HeldSkill> held;
  for (const v1::HeldSkill& skill : person.skills_held()) held.push_back({skill.skill(), skill.level()});
  return held;
}

// Skills needed and the names to show for them.
struct Needs {
  std::vector<NeededSkill> needed;
  std::map<std::string, std::string> names;

  void Add(NeededSkill skill, const std::string& name) {
    names.emplace(skill.skill, name);
    needed.push_back(std::move(skill));
  }
};

Needs WantedBy(const v1::Person& person) {
  Needs needs;
  for (const v1::WantedSkill& skill : person.skills_wanted()) {
    needs.Add({skill.skill(), skill.level(), skill.importance()}, skill.display_name());
  }
  return needs;
}

Needs TakenBy(const v1::Role& role) {
  Needs needs;
  for (const v1::Requirement& skill : role.requirements()) {
    needs.Add({skill.skill(), skill.level(), skill.importance()}, skill.display_name());
  }
  return needs;
}

Needs SkillsOf(const v1::Person& person) {
  Needs needs;
  for (const v1::HeldSkill& skill : person.skills_held()) {
    needs.Add({skill.skill(), skill.level(), kUnknown}, skill.display_name());
  }
  return needs;
}

v1::SkillGap MakeGap(const v1::Person& person, const Needs& needs) {
  const profile::SkillGap found = FindSkillGap(HeldBy(person), needs.needed);
  v1::SkillGap gap;
  gap.set_person(person.name());
  gap.set_met_count(found.met);
  for (const GapEntry& entry : found.missing) {
    v1::GapItem& item = *gap.add_items();
    item.set_skill(entry.skill);
    item.set_display_name(needs.names.at(entry.skill));
    item.set_held(entry.held);
    item.set_held_level(entry.held_level);
    item.set_wanted_level(entry.needed_level);
    item.set_weight(entry.weight);
    item.set_importance(entry.importance);
    item.set_missing_levels(entry.missing_levels.value_or(0));
  }
  for (const std::string& skill : found.unclear) {
    v1::GapItem& item = *gap.add_unclear();
    item.set_skill(skill);
    item.set_display_name(needs.names.at(skill));
    item.set_held(true);
    for (const NeededSkill& need : needs.needed) {
      if (need.skill != skill) continue;
      item.set_wanted_level(std::max(item.wanted_level(), need.level));
      item.set_importance(std::max(item.importance(), need.importance));
    }
  }
  return gap;
}

}  // namespace

Task<absl::StatusOr<PersonFile>> SkillGaps::Open(rpc::Call call, std::string id) {
  std::vector<std::string> ids;
  ids.push_back(std::move(id));
  CO_ASSIGN_OR_RETURN(auto files, co_await parts_.people.FindFiles(call, std::move(ids)));
  if (!files[0]) co_return NotFound();
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(std::move(call)));
  FollowMerges(*view, files[0]->person);
  co_return *std::move(files[0]);
}

Task<absl::StatusOr<v1::SkillGap>> SkillGaps::Measure(rpc::Call call, const PersonFile& file,
                                                      const v1::GetSkillGapRequest& request) {
  if (!request.other_person().empty()) {
    CO_ASSIGN_OR_RETURN(const PersonFile other, co_await Open(std::move(call), PersonId(request.other_person())));
    v1::SkillGap gap = MakeGap(file.person, SkillsOf(other.person));
    gap.set_compared_with(other.person.name());
    co_return gap;
  }
  std::string role_name = request.role();
  if (role_name.empty()) {
    v1::SkillGap gap = MakeGap(file.person, WantedBy(file.person));
    // Who wants nothing they lack may still lack something on the way to where they want to go.
    if (!file.destinations.empty()) role_name = file.destinations[0].destination.role();
    if (gap.items_size() > 0 || role_name.empty()) co_return gap;
  }
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Role> role, co_await parts_.roles.Find(call, RoleId(role_name)));
  if (!role && !request.role().empty()) co_return NotFound();
  v1::SkillGap gap = MakeGap(file.person, TakenBy(role.value_or(v1::Role())));
  if (role) gap.set_role(role->name());
  co_return gap;
}

Task<absl::Status> SkillGaps::LookAround(rpc::Call call, const v1::Person& person, v1::SkillGap& gap) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
  std::vector<std::string> held;
  for (const v1::HeldSkill& skill : person.skills_held()) held.push_back(skill.skill());
  std::vector<std::pair<std::string, int32_t>> moves;
  std::vector<v1::DirectionSkill> skills;
  const auto look = [&](const Census& census) {
    const std::string self = PersonId(person.name());
    for (auto* items : {gap.mutable_items(), gap.mutable_unclear()}) {
      for (v1::GapItem& item : *items) {
        item.set_teacher_count(census.Teachers(item.skill(), item.wanted_level(), self, parts_.clock.Now()));
      }
    }
    if (gap.items_size() > 0) return;
    if (!person.title().empty()) moves = census.MovesFrom(person.title());
    skills = SkillDirections(census, *view, held, kMostDirections);
  };
  CO_RETURN_IF_ERROR(co_await parts_.censuses.Read(call, look));
  std::vector<std::string> titles;
  for (const auto& [title, people] : moves) {
    if (people >= kFewestMovers && titles.size() < kMostRoles) titles.push_back(title);
  }
  CO_ASSIGN_OR_RETURN(const auto roles, co_await parts_.roles.FindIds(call, titles));
  for (size_t i = 0; i < titles.size(); ++i) {
    v1::DirectionRole& direction = *gap.add_directions()->mutable_role();
    if (roles[i]) direction.set_role(absl::StrCat("roles/", *roles[i]));
    direction.set_display_name(titles[i]);
    direction.set_people_count(moves[i].second);
  }
  for (v1::DirectionSkill& skill : skills) {
    if (gap.directions_size() == kMostDirections) break;
    *gap.add_directions()->mutable_skill() = std::move(skill);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::SkillGap>> SkillGaps::Get(rpc::Call call, const v1::GetSkillGapRequest& request) {
  const std::string owner = PersonId(request.person());
  if (!call.IsSelf(owner) && !call.IsService()) co_return AccessDenied();
  if (!request.role().empty() && !request.other_person().empty()) {
    co_return InvalidField("other_person", "cannot be given together with a role");
  }
  CO_ASSIGN_OR_RETURN(const PersonFile file, co_await Open(call, owner));
  CO_ASSIGN_OR_RETURN(v1::SkillGap gap, co_await Measure(call, file, request));
  CO_RETURN_IF_ERROR(co_await LookAround(call, file.person, gap));
  co_return gap;
}

}  // namespace cortado::profile
