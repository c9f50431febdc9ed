#include "services/profile/skill_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

void Join(const v1::HeldSkill& from, v1::HeldSkill& to) {
  to.set_level(std::max(to.level(), from.level()));
  if (from.has_years()) to.set_years(std::max(to.years(), from.years()));
}

template <typename Wish>
void Join(const Wish& from, Wish& to) {
  to.set_level(std::max(to.level(), from.level()));
  to.set_importance(std::max(to.importance(), from.importance()));
}

template <typename Item>
bool Follow(const SkillView& view, google::protobuf::RepeatedPtrField<Item>& items) {
  bool changed = false;
  for (Item& item : items) {
    const std::string id = SkillId(item.skill());
    if (!view.merges.contains(id) && !view.renames.contains(id)) continue;
    const v1::Skill* now = GetSkill(view, item.skill());
    const bool same = now != nullptr && now->name() == item.skill() && now->display_name() == item.display_name();
    if (now == nullptr || same) continue;
    item.set_skill(now->name());
    item.set_display_name(now->display_name());
    changed = true;
  }
  for (int i = 0; changed && i < items.size(); ++i) {
    for (int j = items.size() - 1; j > i; --j) {
      if (items[i].skill() != items[j].skill()) continue;
      Join(items[j], items[i]);
      items.DeleteSubrange(j, 1);
    }
  }
  return changed;
}

}  // namespace

SkillViewPtr MakeView(StoredSkills stored) {
  auto view = std::make_shared<SkillView>();
  view->version = std::move(stored.version);
  for (auto& [id, merge] : stored.merges) {
    const bool renamed = merge.into == id;
    if (renamed && merge.state == StoredMerge::State::kDone) continue;
    (renamed ? view->renames : view->merges).emplace(id, std::move(merge));
  }
  for (v1::Skill& skill : stored.skills) {
    std::string id = SkillId(skill.name());
    view->by_id.emplace(std::move(id), std::move(skill));
  }
  for (const auto& [id, skill] : view->by_id) {
    // The names of a merged skill were taken from the one it went into, and given to a new one.
    view->merges.erase(id);
    // Whoever writes lets no name mean two skills, so nothing is refused here.
    (void)view->catalog.AddShared({id, skill.display_name(), {skill.aliases().begin(), skill.aliases().end()}});
  }
  return view;
}

const v1::Skill* GetSkill(const SkillView& view, absl::string_view name) {
  std::string id = SkillId(name);
  if (const auto merge = view.merges.find(id); merge != view.merges.end()) id = merge->second.into;
  const auto found = view.by_id.find(id);
  return found == view.by_id.end() ? nullptr : &found->second;
}

std::optional<NamedSkill> FindSkill(const SkillView& view, absl::string_view text) {
  const v1::Skill* skill = nullptr;
  if (absl::StartsWith(text, "skills/")) {
    skill = GetSkill(view, text);
  } else {
    std::optional<std::string> id = view.catalog.Find(text);
    if (!id) id = view.catalog.FindNamed(text);
    if (id) skill = GetSkill(view, *id);
  }
  if (skill == nullptr) return std::nullopt;
  return NamedSkill{skill->name(), skill->display_name()};
}

void CollectSkills(v1::Person& person, absl::string_view path, std::vector<SkillMention>& mentions) {
  for (int i = 0; i < person.skills_held_size(); ++i) {
    v1::HeldSkill& skill = *person.mutable_skills_held(i);
    mentions.push_back(
        {skill.mutable_skill(), skill.mutable_display_name(), absl::StrCat(path, "skills_held[", i, "].skill")});
  }
  for (int i = 0; i < person.skills_wanted_size(); ++i) {
    v1::WantedSkill& skill = *person.mutable_skills_wanted(i);
    mentions.push_back(
        {skill.mutable_skill(), skill.mutable_display_name(), absl::StrCat(path, "skills_wanted[", i, "].skill")});
  }
}

void CollectSkills(v1::Role& role, absl::string_view path, std::vector<SkillMention>& mentions) {
  for (int i = 0; i < role.requirements_size(); ++i) {
    v1::Requirement& requirement = *role.mutable_requirements(i);
    mentions.push_back({requirement.mutable_skill(), requirement.mutable_display_name(),
                        absl::StrCat(path, "requirements[", i, "].skill")});
  }
}

bool FollowMerges(const SkillView& view, v1::Person& person) {
  if (view.merges.empty() && view.renames.empty()) return false;
  const bool held = Follow(view, *person.mutable_skills_held());
  const bool wanted = Follow(view, *person.mutable_skills_wanted());
  return held || wanted;
}

bool FollowMerges(const SkillView& view, v1::Role& role) { return Follow(view, *role.mutable_requirements()); }

}  // namespace cortado::profile
