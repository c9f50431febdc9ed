// cortadoctl match set | teams, and what `match suggest` says of whom one wants to see
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/filter_arguments.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/suggestion_text.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

struct SetArguments {
  std::shared_ptr<FilterArguments> filter = std::make_shared<FilterArguments>();
  int size = 3;
  bool include_own_line = false;
};

std::string Names(const google::protobuf::RepeatedPtrField<std::string>& skills) {
  return absl::StrJoin(skills, ", ", [](std::string* out, const std::string& name) { *out += ShortName(name); });
}

absl::Status SuggestSet(Ctl& ctl, const SetArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::SuggestMentorSetRequest request;
  request.set_person("people/" + me.person);
  request.set_size(arguments.size);
  request.set_include_own_line(arguments.include_own_line);
  ASSIGN_OR_RETURN(*request.mutable_filter(), ReadFilter(*arguments.filter));
  ASSIGN_OR_RETURN(const auto set, session->Call(session->matching(), &Matching::SuggestMentorSet, me, request));
  ctl.Document(set);
  if (set.has_note()) ctl.Say(absl::StrCat(set.note().text(), "\n"));
  for (const auto& member : set.members()) {
    ctl.Say(RenderSuggestion(member.suggestion(), ctl.style()));
    ctl.Say(absl::StrCat("  adds ", Names(member.adds()), "\n"));
  }
  if (set.members().empty()) return absl::OkStatus();
  ctl.Say(absl::StrCat("\nTogether they cover ", set.covered() / 10, " % of your gap",
                       set.is_best() ? "; nobody else would cover more.\n" : ".\n"));
  if (!set.uncovered_skills().empty()) {
    ctl.Say(absl::StrCat("Still open: ", Names(set.uncovered_skills()), "\n"));
  }
  return absl::OkStatus();
}

absl::Status SuggestTeams(Ctl& ctl, int count) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::SuggestTeamsRequest request;
  request.set_person("people/" + me.person);
  request.set_page_size(count);
  ASSIGN_OR_RETURN(const auto teams, session->Call(session->matching(), &Matching::SuggestTeams, me, request));
  ctl.Document(teams);
  if (teams.has_note()) ctl.Say(absl::StrCat(teams.note().text(), "\n"));
  Table table({{"TEAM", Align::kLeft, true},
               {"LOOKS FOR", Align::kLeft, true},
               {"WANT IT", Align::kRight},
               {"HAVE IT", Align::kRight},
               {"TALK TO", Align::kLeft, true}});
  for (const auto& team : teams.teams()) {
    std::string department = team.department();
    std::string contact = team.has_contact() ? CardPhrase(team.contact()) : "";
    for (const auto& skill : team.skills()) {
      const std::string have = skill.holding_count() == 0 ? "under 5" : absl::StrCat(skill.holding_count(), "+");
      table.Add({department, skill.display_name(), absl::StrCat(skill.wanting_count(), "+"), have, contact});
      department.clear();
      contact.clear();
    }
  }
  if (!table.empty()) ctl.Say(table);
  return absl::OkStatus();
}

}  // namespace

void AddDiscovery(CLI::App* match, Ctl& ctl) {
  auto arguments = std::make_shared<SetArguments>();
  CLI::App* set = AddVerb(match, "set", "two or three people who together cover most of your gap");
  set->add_option("--size", arguments->size, "how many at most, 1 to 3 (3)");
  set->add_flag("--include-own-line", arguments->include_own_line, "also people of your reporting line");
  AddFilterOptions(set, arguments->filter);
  OnParsed(set, ctl, [&ctl, arguments] { return SuggestSet(ctl, *arguments); });

  auto count = std::make_shared<int>(5);
  CLI::App* teams = AddVerb(match, "teams", "teams elsewhere that look for what you have");
  teams->add_option("--count", *count, "how many, 1 to 50 (5)");
  OnParsed(teams, ctl, [&ctl, count] { return SuggestTeams(ctl, *count); });
}

}  // namespace cortado::ctl
