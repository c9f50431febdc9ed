// cortadoctl role create | update | delete
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command_changes.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/skill_calls.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::Role;

struct RoleArguments {
  std::string role;
  std::string id;
  std::string display_name;
  std::vector<std::string> aliases;
  std::vector<std::string> requirements;
  std::vector<std::string> without;
  bool clear_aliases = false;
};

// Writes `SKILL[:LEVEL[:IMPORTANCE]]` over the requirement of the same skill, or behind the others. INVALID_ARGUMENT
// for a name of several skills; a name of none is left to the server, which may add it.
absl::Status Require(Session& session, const Caller& caller, const std::string& text, Role& role) {
  SkillCell cell = ParseSkill(text);
  const absl::StatusOr<profile::v1::Skill> skill = FindSkill(session, caller, cell.name);
  if (!skill.ok() && !absl::IsNotFound(skill.status())) return skill.status();
  if (skill.ok()) cell.name = skill->name();
  profile::v1::Requirement* requirement = nullptr;
  for (auto& known : *role.mutable_requirements()) {
    if (known.skill() == cell.name) requirement = &known;
  }
  if (requirement == nullptr) {
    requirement = role.add_requirements();
    requirement->set_skill(cell.name);
  }
  requirement->set_level(cell.level);
  requirement->set_importance(cell.importance);
  return absl::OkStatus();
}

void Show(const Ctl& ctl, const Role& role) {
  ctl.Document(role);
  ctl.Say(RenderFacts({{"role", role.name()},
                       {"title", role.display_name()},
                       {"also called", absl::StrJoin(role.aliases(), ", ")},
                       {"comes from", EnumWords(role.origin())}},
                      ctl.style()));
  ShowRequirements(ctl, role.requirements());
}

absl::Status Create(Ctl& ctl, const RoleArguments& arguments) {
  profile::v1::CreateRoleRequest request;
  request.set_role_id(arguments.id);
  request.mutable_role()->set_display_name(arguments.role);
  for (const std::string& alias : arguments.aliases) request.mutable_role()->add_aliases(alias);
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  for (const std::string& text : arguments.requirements) {
    RETURN_IF_ERROR(Require(*session, caller, text, *request.mutable_role()));
  }
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Role role, session->Call(session->profile(), &Profile::CreateRole, caller, request));
  Show(ctl, role);
  return absl::OkStatus();
}

absl::StatusOr<Role> Fetch(Session& session, const Caller& caller, const std::string& text) {
  profile::v1::GetRoleRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), FindRole(session, caller, text));
  return session.Call(session.profile(), &Profile::GetRole, caller, request);
}

// Takes requirements out of the role. INVALID_ARGUMENT for a skill it does not take.
absl::Status TakeOut(Session& session, const Caller& caller, const std::vector<std::string>& names, Role& role) {
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const profile::v1::Skill skill, FindSkill(session, caller, name));
    auto& requirements = *role.mutable_requirements();
    const int before = requirements.size();
    for (int i = before - 1; i >= 0; --i) {
      if (requirements[i].skill() == skill.name()) requirements.DeleteSubrange(i, 1);
    }
    if (requirements.size() == before) {
      return absl::InvalidArgumentError(absl::StrCat(role.display_name(), " does not take ", skill.display_name()));
    }
  }
  return absl::OkStatus();
}

absl::Status Update(Ctl& ctl, const RoleArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::UpdateRoleRequest request;
  ASSIGN_OR_RETURN(Role role, Fetch(*session, caller, arguments.role));
  if (!arguments.display_name.empty()) {
    role.set_display_name(arguments.display_name);
    request.mutable_update_mask()->add_paths("display_name");
  }
  if (arguments.clear_aliases || !arguments.aliases.empty()) {
    if (arguments.clear_aliases) role.clear_aliases();
    for (const std::string& alias : arguments.aliases) role.add_aliases(alias);
    request.mutable_update_mask()->add_paths("aliases");
  }
  if (!arguments.requirements.empty() || !arguments.without.empty()) {
    RETURN_IF_ERROR(TakeOut(*session, caller, arguments.without, role));
    for (const std::string& text : arguments.requirements) {
      RETURN_IF_ERROR(Require(*session, caller, text, role));
    }
    request.mutable_update_mask()->add_paths("requirements");
  }
  if (request.update_mask().paths().empty()) {
    return absl::InvalidArgumentError("say what to change: --name, --alias, --clear-aliases, --takes or --without");
  }
  *request.mutable_role() = std::move(role);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Role updated, session->Call(session->profile(), &Profile::UpdateRole, caller, request));
  Show(ctl, updated);
  return absl::OkStatus();
}

absl::Status Delete(Ctl& ctl, const std::string& text) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Role role, Fetch(*session, caller, text));
  profile::v1::DeleteRoleRequest request;
  request.set_name(role.name());
  request.set_etag(role.etag());
  request.set_request_id(session->RequestId());
  RETURN_IF_ERROR(session->Call(session->profile(), &Profile::DeleteRole, caller, request).status());
  ctl.Say(absl::StrCat("Removed ", role.display_name(), " (", role.name(), ") from the catalogue.\n"));
  ctl.Document(role);
  return absl::OkStatus();
}

void AddWhatItTakes(CLI::App* verb, const std::shared_ptr<RoleArguments>& arguments) {
  verb->add_option("--alias", arguments->aliases, "another title of it; may be given again");
  verb->add_option("--takes", arguments->requirements, "SKILL[:LEVEL[:IMPORTANCE]], both 1 to 5; may be given again");
}

}  // namespace

void AddRoleChanges(CLI::App* role, Ctl& ctl) {
  auto made = std::make_shared<RoleArguments>();
  CLI::App* create = AddVerb(role, "create", "add a role to the catalogue");
  create->add_option("title", made->role, "as people call it")->required();
  create->add_option("--id", made->id, "the R of roles/R (made from the title)");
  AddWhatItTakes(create, made);
  create->footer("Example: cortadoctl role create \"Data engineer\" --takes SQL:4:5 --takes Spark:3");
  OnParsed(create, ctl, [&ctl, made] { return Create(ctl, *made); });

  auto edited = std::make_shared<RoleArguments>();
  CLI::App* update = AddVerb(role, "update", "change what a role is called and what it takes");
  update->add_option("role", edited->role, "its title, or roles/R")->required();
  update->add_option("--name", edited->display_name, "as it is called from now on");
  AddWhatItTakes(update, edited);
  update->add_option("--without", edited->without, "a skill it does not take any more; may be given again");
  update->add_flag("--clear-aliases", edited->clear_aliases, "forget the other titles it has");
  update->footer("What is not named stays. Example: cortadoctl role update \"Data engineer\" --takes SQL:5");
  OnParsed(update, ctl, [&ctl, edited] { return Update(ctl, *edited); });

  auto name = std::make_shared<std::string>();
  CLI::App* remove = AddVerb(role, "delete", "take a role out of the catalogue");
  remove->add_option("role", *name, "its title, or roles/R")->required();
  OnParsed(remove, ctl, [&ctl, name] { return Delete(ctl, *name); });
}

}  // namespace cortado::ctl
