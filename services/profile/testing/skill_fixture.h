// For tests of skills and what is made of them: a catalogue that is brought in, and people with skills.
// Thread contract: one thread at a time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {

class SkillFixture : public ProfileFixture {
 protected:
  using Levels = std::vector<std::pair<std::string, int>>;  // {"Go", 3}; 0: not known.

  // Adds skills held and wanted to what the person has.
  static void AddSkills(v1::Person& person, const Levels& held, const Levels& wanted = {}) {
    for (const auto& [skill, level] : held) {
      v1::HeldSkill& item = *person.add_skills_held();
      item.set_skill(skill);
      item.set_level(level);
    }
    for (const auto& [skill, level] : wanted) {
      v1::WantedSkill& item = *person.add_skills_wanted();
      item.set_skill(skill);
      item.set_level(level);
    }
  }
  // Adds a role to what is to be brought in.
  static v1::Role& AddRole(v1::ImportCatalogRequest& request, const std::string& name, const Levels& skills) {
    v1::Role& role = *request.add_roles();
    role.set_display_name(name);
    for (const auto& [skill, level] : skills) {
      v1::Requirement& requirement = *role.add_requirements();
      requirement.set_skill(skill);
      requirement.set_level(level);
    }
    return role;
  }
  absl::StatusOr<v1::ImportCatalogResponse> Import(v1::ImportCatalogRequest request) {
    request.set_request_id(RequestId());
    return SyncWait(profile_.catalog_import().Run(Hr(), request));
  }
  absl::StatusOr<v1::Role> GetRole(const std::string& name) {
    v1::GetRoleRequest request;
    request.set_name(name);
    return SyncWait(profile_.roles().Get(Hr(), request));
  }
  // Writes the field `path` of `role`, as it was read.
  absl::StatusOr<v1::Role> UpdateRole(v1::Role role, const std::string& path) {
    v1::UpdateRoleRequest request;
    *request.mutable_role() = std::move(role);
    request.mutable_update_mask()->add_paths(path);
    request.set_request_id(RequestId());
    return SyncWait(profile_.roles().Update(Hr(), request));
  }
  // The names of the skills that `text` may mean.
  std::vector<std::string> Meanings(const std::string& text) {
    v1::ResolveSkillsRequest request;
    request.add_texts(text);
    const auto response = SyncWait(profile_.skills().Resolve(Hr(), request));
    EXPECT_THAT(response, cortado::testing::IsOk());
    std::vector<std::string> names;
    if (!response.ok()) return names;
    const v1::ResolvedSkill& resolved = response->resolved(0);
    if (resolved.has_skill()) names.push_back(resolved.skill().name());
    for (const v1::Skill& skill : resolved.candidates()) names.push_back(skill.name());
    return names;
  }
};

}  // namespace cortado::profile
