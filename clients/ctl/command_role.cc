// cortadoctl role list | show | derive | crossing; changes have a file of their own
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/command_changes.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/skill_calls.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::Role;

absl::Status List(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::ListRolesRequest request;
  ASSIGN_OR_RETURN(const auto roles, ListPages(*session, session->profile(), &Profile::ListRoles, caller, request));
  ctl.Document(roles);
  Table table({{"ROLE", Align::kLeft, true},
               {"TITLE", Align::kLeft, true},
               {"TAKES", Align::kRight},
               {"FROM"},
               {"ALSO", Align::kLeft, true}});
  for (const Role& role : roles.roles()) {
    table.Add({role.name(), role.display_name(), Grouped(role.requirements_size()), EnumWords(role.origin()),
               absl::StrJoin(role.aliases(), ", ")});
  }
  ctl.Say(table.empty() ? "No role is known. Try `cortadoctl catalog load`, or `cortadoctl role derive`.\n"
                        : table.Render(ctl.style(), ctl.columns()));
  return absl::OkStatus();
}

absl::Status Show(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::GetRoleRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), FindRole(*session, caller, name));
  ASSIGN_OR_RETURN(const Role role, session->Call(session->profile(), &Profile::GetRole, caller, request));
  ctl.Document(role);
  ctl.Say(RenderFacts({{"role", role.name()},
                       {"title", role.display_name()},
                       {"also called", absl::StrJoin(role.aliases(), ", ")},
                       {"comes from", EnumWords(role.origin())}},
                      ctl.style()));
  ShowRequirements(ctl, role.requirements());
  return absl::OkStatus();
}

struct DeriveArguments {
  std::vector<std::string> titles;
  int min_people = 0;
  bool dry_run = false;
};

// "Spark (38 %, 3.0 times)", the weightiest first.
std::string Reasons(const profile::v1::DerivedRole& derived) {
  std::vector<std::string> reasons;
  for (int i = 0; i < derived.role().requirements_size() && i < derived.evidence_size(); ++i) {
    reasons.push_back(absl::StrFormat("%s (%d %%, %.1f times)", derived.role().requirements(i).display_name(),
                                      (derived.evidence(i).share() + 5) / 10, derived.evidence(i).lift() / 100.0));
  }
  return absl::StrJoin(reasons, ", ");
}

absl::Status Derive(Ctl& ctl, const DeriveArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::DeriveRolesRequest request;
  for (const std::string& title : arguments.titles) request.add_titles(title);
  request.set_min_people(arguments.min_people);
  request.set_validate_only(arguments.dry_run);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto response,
                   CallForLong(*session, session->profile(), &Profile::DeriveRoles, caller, request));
  ctl.Document(response);
  Table table({{"TITLE", Align::kLeft, true},
               {"PEOPLE", Align::kRight},
               {"TAKES (SHARE OF THEM, TIMES AS MANY AS AMONG ALL)", Align::kLeft, true}});
  for (const profile::v1::DerivedRole& derived : response.roles()) {
    table.Add({derived.role().display_name(), Grouped(derived.people_count()), Reasons(derived)});
  }
  ctl.Say(table.empty() ? "No title is held by enough people who list skills.\n"
                        : table.Render(ctl.style(), ctl.columns()));
  ctl.Say(absl::StrCat(arguments.dry_run ? "Nothing was written. " : "", Count(response.kept(), "role is", "roles are"),
                       " kept: edited or imported.\n"));
  return absl::OkStatus();
}

void Part(const Ctl& ctl, absl::string_view title,
          const google::protobuf::RepeatedPtrField<profile::v1::Requirement>& requirements) {
  if (requirements.empty()) return;
  ctl.Say(absl::StrCat(title, ":\n"));
  ShowRequirements(ctl, requirements, 2);
}

absl::Status Cross(Ctl& ctl, const std::string& from, const std::string& to) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::GetCrossingRequest request;
  ASSIGN_OR_RETURN(*request.mutable_from_role(), FindRole(*session, caller, from));
  ASSIGN_OR_RETURN(*request.mutable_to_role(), FindRole(*session, caller, to));
  ASSIGN_OR_RETURN(const auto crossing, session->Call(session->profile(), &Profile::GetCrossing, caller, request));
  ctl.Document(crossing);
  ctl.Say(absl::StrCat("From ", crossing.from_role().display_name(), " to ", crossing.to_role().display_name(), "\n"));
  Part(ctl, "New", crossing.added());
  Part(ctl, "More of it", crossing.raised());
  Part(ctl, "The same", crossing.same());
  Part(ctl, "Less of it", crossing.lowered());
  Part(ctl, "Left behind", crossing.dropped());
  return absl::OkStatus();
}

}  // namespace

void AddRole(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "role", "what roles take");
  AddRoleChanges(noun, ctl);

  CLI::App* list = AddVerb(noun, "list", "the roles of the catalogue");
  OnParsed(list, ctl, [&ctl] { return List(ctl); });

  auto name = std::make_shared<std::string>();
  CLI::App* show = AddVerb(noun, "show", "what a role takes");
  show->add_option("role", *name, "its title, or roles/R")->required();
  OnParsed(show, ctl, [&ctl, name] { return Show(ctl, *name); });

  auto arguments = std::make_shared<DeriveArguments>();
  CLI::App* derive = AddVerb(noun, "derive", "make roles of the people who hold them");
  derive->add_option("title", arguments->titles, "only of these titles (every title enough people have)");
  derive->add_option("--min-people", arguments->min_people, "at least this many people of a title (20)")
      ->check(CLI::Range(5, 1000));
  derive->add_flag("--dry-run", arguments->dry_run, "only show them");
  derive->footer("Roles that were edited or imported are kept. docs/skills.md has the formula.");
  OnParsed(derive, ctl, [&ctl, arguments] { return Derive(ctl, *arguments); });

  auto from = std::make_shared<std::string>(), to = std::make_shared<std::string>();
  CLI::App* crossing = AddVerb(noun, "crossing", "what changes between two roles");
  crossing->add_option("from", *from, "the role left")->required();
  crossing->add_option("to", *to, "the role entered")->required();
  crossing->footer("Example: cortadoctl role crossing \"Senior software engineer\" \"Engineering manager\"");
  OnParsed(crossing, ctl, [&ctl, from, to] { return Cross(ctl, *from, *to); });
}

}  // namespace cortado::ctl
