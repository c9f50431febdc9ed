#include "services/profile/catalog_import.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr size_t kMostAtOnce = 100;  // Skills written by one script.
constexpr int kMostAliases = 50;
constexpr int kTries = 5;

// Adds the aliases that `skill` lacks; returns whether there were any.
bool AddAliases(const google::protobuf::RepeatedPtrField<std::string>& aliases, v1::Skill& skill) {
  const int before = skill.aliases_size();
  for (const std::string& alias : aliases) {
    const auto& known = skill.aliases();
    if (std::find(known.begin(), known.end(), alias) == known.end()) skill.add_aliases(alias);
  }
  return skill.aliases_size() > before;
}

// What the skills of a request make of a catalogue.
struct SkillPlan {
  std::map<std::string, v1::Skill> after;  // Everything, by id.
  std::set<std::string> added, changed;    // Ids.
  int unchanged = 0;
};

absl::StatusOr<SkillPlan> PlanSkills(const SkillView& view, const v1::ImportCatalogRequest& request) {
  SkillPlan plan;
  plan.after = view.by_id;
  absl::flat_hash_map<std::string, std::string> shown;  // Slug of a display name to id.
  for (const auto& [id, skill] : view.by_id) shown.emplace(SkillSlug(skill.display_name()), id);
  for (int i = 0; i < request.skills_size(); ++i) {
    const v1::Skill& skill = request.skills(i);
    std::string id = SkillSlug(skill.display_name());
    if (const auto known = shown.find(id); known != shown.end()) id = known->second;
    if (const auto merge = view.merges.find(id); merge != view.merges.end()) id = merge->second.into;
    const auto [at, is_new] = plan.after.try_emplace(id);
    if (is_new) {
      at->second.set_name(absl::StrCat("skills/", id));
      at->second.set_display_name(skill.display_name());
      shown.emplace(id, id);
      plan.added.insert(id);
    }
    const bool grown = AddAliases(skill.aliases(), at->second);
    if (at->second.aliases_size() > kMostAliases) {
      return InvalidField(absl::StrCat("skills[", i, "].aliases"), "makes more than 50 with those it has");
    }
    if (!is_new && grown && !plan.added.contains(id)) plan.changed.insert(id);
    if (!is_new && !grown) ++plan.unchanged;
  }
  return plan;
}

// The catalogue as it will be, for settling what roles name.
SkillViewPtr ViewAfter(const SkillView& view, const SkillPlan& plan) {
  StoredSkills stored;
  stored.version = view.version;
  stored.merges = view.merges;
  for (const auto& [id, skill] : plan.after) stored.skills.push_back(skill);
  return MakeView(std::move(stored));
}

absl::StatusOr<std::vector<v1::Role>> SettledRoles(const SkillView& view, const v1::ImportCatalogRequest& request) {
  std::vector<v1::Role> roles;
  for (int i = 0; i < request.roles_size(); ++i) {
    v1::Role& role = roles.emplace_back(request.roles(i));
    std::vector<SkillMention> mentions;
    CollectSkills(role, absl::StrCat("roles[", i, "]."), mentions);
    std::set<std::string> seen;
    for (const SkillMention& mention : mentions) {
      const std::optional<NamedSkill> skill = FindSkill(view, *mention.skill);
      if (!skill) return NoSuchSkill(view, mention);
      if (!seen.insert(skill->name).second) return InvalidField(mention.path, "names a skill of the role again");
      *mention.skill = skill->name;
      *mention.display_name = skill->display_name;
    }
  }
  return roles;
}

// Whether `known` says what `wanted` does.
bool SaysTheSame(v1::Role known, v1::Role wanted) {
  for (v1::Role* role : {&known, &wanted}) {
    role->clear_name();
    role->clear_etag();
  }
  return google::protobuf::util::MessageDifferencer::Equals(known, wanted);
}

}  // namespace

Task<absl::Status> CatalogImport::WriteSkills(rpc::Call call, std::vector<v1::Skill> skills) {
  CO_ASSIGN_OR_RETURN(SkillViewPtr view, co_await skills_.View(call));
  for (size_t begin = 0; begin < skills.size(); begin += kMostAtOnce) {
    const size_t end = std::min(skills.size(), begin + kMostAtOnce);
    SkillWrite write;
    write.version = view->version;
    write.event = "skills.imported";
    write.skills.assign(skills.begin() + begin, skills.begin() + end);
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await skills_.store().Put(call, std::move(write)));
    if (outcome.refused()) co_return absl::AbortedError("somebody else changed the catalogue");
    CO_ASSIGN_OR_RETURN(view, co_await skills_.View(call));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> CatalogImport::LeaveOthersTitles(rpc::Call call, std::string id, v1::Role& role) {
  std::vector<std::string> aliases(role.aliases().begin(), role.aliases().end());
  CO_ASSIGN_OR_RETURN(const auto owners, co_await roles_.FindIds(std::move(call), aliases));
  role.clear_aliases();
  for (size_t i = 0; i < aliases.size(); ++i) {
    if (!owners[i] || *owners[i] == id) role.add_aliases(aliases[i]);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> CatalogImport::PlanRoles(rpc::Call call, std::vector<v1::Role> roles, std::vector<RoleWrite>& writes,
                                            v1::ImportCatalogResponse& response) {
  std::vector<std::string> ids;
  for (const v1::Role& role : roles) {
    ids.push_back(role.name().empty() ? SkillSlug(role.display_name()) : RoleId(role.name()));
  }
  CO_ASSIGN_OR_RETURN(const auto known, co_await roles_.FindIds(call, ids));
  std::set<std::string> seen;
  for (size_t i = 0; i < roles.size(); ++i) {
    // A role that another name of it is now an alias of is that one.
    if (known[i]) ids[i] = *known[i];
    if (!seen.insert(ids[i]).second) {
      co_return InvalidField(absl::StrCat("roles[", i, "].display_name"), "means a role that stands before it");
    }
    CO_RETURN_IF_ERROR(co_await LeaveOthersTitles(call, ids[i], roles[i]));
    CO_ASSIGN_OR_RETURN(std::optional<v1::Role> before, co_await roles_.Find(call, ids[i]));
    roles[i].set_origin(v1::ROLE_ORIGIN_IMPORTED);
    const bool edited =
        before && (before->origin() == v1::ROLE_ORIGIN_EDITED || before->origin() == v1::ROLE_ORIGIN_UNSPECIFIED);
    if (before && SaysTheSame(*before, roles[i])) {
      response.set_unchanged(response.unchanged() + 1);
    } else if (edited) {
      response.set_kept(response.kept() + 1);
    } else {
      before ? response.set_roles_changed(response.roles_changed() + 1)
             : response.set_roles_added(response.roles_added() + 1);
      RoleWrite write;
      write.id = ids[i];
      write.before = std::move(before);
      write.after = std::move(roles[i]);
      writes.push_back(std::move(write));
    }
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::ImportCatalogResponse>> CatalogImport::Run(rpc::Call call,
                                                                   const v1::ImportCatalogRequest& request) {
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await skills_.View(call));
    CO_ASSIGN_OR_RETURN(const SkillPlan plan, PlanSkills(*view, request));
    CO_ASSIGN_OR_RETURN(std::vector<v1::Role> roles, SettledRoles(*ViewAfter(*view, plan), request));
    v1::ImportCatalogResponse response;
    response.set_skills_added(static_cast<int>(plan.added.size()));
    response.set_skills_changed(static_cast<int>(plan.changed.size()));
    response.set_unchanged(plan.unchanged);
    std::vector<RoleWrite> writes;
    CO_RETURN_IF_ERROR(co_await PlanRoles(call, std::move(roles), writes, response));
    if (request.validate_only()) co_return response;
    std::vector<v1::Skill> skills;
    for (const auto* ids : {&plan.added, &plan.changed}) {
      for (const std::string& id : *ids) skills.push_back(plan.after.at(id));
    }
    absl::Status written = co_await WriteSkills(call, std::move(skills));
    for (size_t begin = 0; written.ok() && begin < writes.size(); begin += RoleStore::kBatch) {
      const size_t end = std::min(writes.size(), begin + RoleStore::kBatch);
      std::vector<RoleWrite> batch(writes.begin() + begin, writes.begin() + end);
      written = co_await roles_.PutAll(call, std::move(batch));
    }
    if (written.ok()) co_return response;
    // Somebody wrote between: what is left of it is worked out again.
    if (!absl::IsAborted(written) || attempt == kTries) co_return written;
  }
}

}  // namespace cortado::profile
