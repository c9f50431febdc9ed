// cortadoctl people find | skill find | role find
#include "clients/ctl/command_find.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr int kMost = 50;

struct Arguments {
  std::vector<std::string> words;
  std::string department;
  int limit = 0;
  bool ids = false;
};

// What the three verbs do alike: ask, then print ids, a document, or a table.
template <typename Request, typename Response, typename Show>
absl::Status Find(Ctl& ctl, const Arguments& arguments, Request request,
                  grpc::Status (Profile::*method)(grpc::ClientContext*, const Request&, Response*), Show show) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  request.set_query(absl::StrJoin(arguments.words, " "));
  request.set_page_size(arguments.limit);
  ASSIGN_OR_RETURN(const Response response, session->Call(session->profile(), method, caller, request));
  ctl.Document(response);
  const Table table = show(response);
  if (table.empty() && !arguments.ids) ctl.Say(absl::StrCat("Nothing begins like \"", request.query(), "\".\n"));
  if (!table.empty()) ctl.Say(table);
  return absl::OkStatus();
}

// Ids alone are for scripts and for completing what is typed in a shell: one a line, without a title.
void SayIds(const Ctl& ctl, const std::string& name) { ctl.Say(absl::StrCat(ShortName(name), "\n")); }

absl::Status FindPeople(Ctl& ctl, const Arguments& arguments) {
  profile::v1::SearchPeopleRequest request;
  request.set_department(arguments.department);
  return Find(ctl, arguments, request, &Profile::SearchPeople, [&](const profile::v1::SearchPeopleResponse& found) {
    Table table({{"PERSON"},
                 {"NAME", Align::kLeft, true},
                 {"TITLE", Align::kLeft, true},
                 {"DEPARTMENT", Align::kLeft, true},
                 {"ZONE"}});
    for (const type::v1::PersonCard& card : found.people()) {
      if (arguments.ids) SayIds(ctl, card.person());
      if (!arguments.ids) {
        table.Add({ShortName(card.person()), card.display_name(), card.title(), card.department(), card.time_zone()});
      }
    }
    return table;
  });
}

absl::Status FindSkills(Ctl& ctl, const Arguments& arguments) {
  return Find(ctl, arguments, profile::v1::SearchSkillsRequest(), &Profile::SearchSkills,
              [&](const profile::v1::SearchSkillsResponse& found) {
                Table table({{"SKILL"}, {"NAME"}, {"ALSO CALLED", Align::kLeft, true}});
                for (const profile::v1::Skill& skill : found.skills()) {
                  if (arguments.ids) SayIds(ctl, skill.name());
                  if (arguments.ids) continue;
                  table.Add({ShortName(skill.name()), skill.display_name(), absl::StrJoin(skill.aliases(), ", ")});
                }
                return table;
              });
}

absl::Status FindRoles(Ctl& ctl, const Arguments& arguments) {
  return Find(ctl, arguments, profile::v1::SearchRolesRequest(), &Profile::SearchRoles,
              [&](const profile::v1::SearchRolesResponse& found) {
                Table table({{"ROLE"}, {"NAME"}, {"TAKES", Align::kLeft, true}});
                for (const profile::v1::Role& role : found.roles()) {
                  if (arguments.ids) SayIds(ctl, role.name());
                  if (arguments.ids) continue;
                  std::vector<std::string> takes;
                  for (const auto& requirement : role.requirements()) takes.push_back(requirement.display_name());
                  table.Add({ShortName(role.name()), role.display_name(), absl::StrJoin(takes, ", ")});
                }
                return table;
              });
}

// The noun of this name, which may have other verbs already.
CLI::App* NounOf(CLI::App& app, const std::string& noun, const std::string& description) {
  for (CLI::App* there : app.get_subcommands([&](const CLI::App* any) { return any->get_name() == noun; })) {
    return there;
  }
  return AddNoun(app, noun, description);
}

CLI::App* AddFindVerb(CLI::App* noun, const std::string& description, const std::shared_ptr<Arguments>& arguments) {
  CLI::App* find = AddVerb(noun, "find", description);
  find->add_option("words", arguments->words, "the beginnings of words; small typing errors are forgiven")->required();
  find->add_option("--limit", arguments->limit, "at most this many (10)")->check(CLI::Range(1, kMost));
  find->add_flag("--ids", arguments->ids, "print ids alone, one a line, as for completion in a shell");
  return find;
}

}  // namespace

void AddFind(CLI::App& app, Ctl& ctl) {
  auto people = std::make_shared<Arguments>();
  CLI::App* find = AddFindVerb(NounOf(app, "people", "who people are"), "find by name, title or address", people);
  find->add_option("--department", people->department, "only this department");
  OnParsed(find, ctl, [&ctl, people] { return FindPeople(ctl, *people); });

  auto skills = std::make_shared<Arguments>();
  find = AddFindVerb(NounOf(app, "skill", "what people can do"), "find by any of its names", skills);
  OnParsed(find, ctl, [&ctl, skills] { return FindSkills(ctl, *skills); });

  auto roles = std::make_shared<Arguments>();
  find = AddFindVerb(NounOf(app, "role", "what roles take"), "find by any of its names", roles);
  OnParsed(find, ctl, [&ctl, roles] { return FindRoles(ctl, *roles); });
}

}  // namespace cortado::ctl
