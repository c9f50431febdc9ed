// cortadoctl match set | teams, and what `match suggest` says of whom one wants to see
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/filter_arguments.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/skill_calls.h"
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

// Tells a share in thousandths; "-" for what too few were asked for.
std::string Percent(bool known, int32_t thousandths) {
  return known ? absl::StrFormat("%.1f %%", thousandths / 10.0) : "-";
}

absl::Status Report(Ctl& ctl, int sample) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::GetMatchReportRequest request;
  request.set_sample(sample);
  ASSIGN_OR_RETURN(const auto report,
                   CallForLong(*session, session->matching(), &Matching::GetMatchReport, caller, request));
  ctl.Document(report);
  ctl.Say(absl::StrCat("Asked for ", Grouped(report.asker_count()), " of ",
                       Count(report.people_count(), "person", "people"), ", ", Grouped(report.with_gap_count()),
                       " with a skill gap.\n"));
  Table table({{"MEASURE", Align::kLeft, true}, {"HERE", Align::kRight}, {"BY COUNTING SKILLS", Align::kRight}});
  table.Add({"get somebody suggested", Percent(report.has_served(), report.served()), ""});
  table.Add({"with a gap: meet a holder elsewhere with two years more among the first three",
             Percent(report.has_well_served(), report.well_served()), ""});
  table.Add({"median of the gap covered by the first", Percent(report.has_best_one(), report.best_one()),
             Percent(report.has_baseline_one(), report.baseline_one())});
  table.Add({"median of the gap covered by the best three", Percent(report.has_best_three(), report.best_three()),
             Percent(report.has_baseline_three(), report.baseline_three())});
  table.Add({"lists of ten that hold the most frequent person",
             Percent(report.has_most_frequent(), report.most_frequent()), ""});
  table.Add({"Gini of appearances (0 all alike)",
             report.has_gini() ? absl::StrFormat("%.2f", report.gini() / 1000.0) : "-", ""});
  ctl.Say(table);
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

  auto sample = std::make_shared<int>(500);
  CLI::App* report = AddVerb(match, "report", "how good the suggestions of your organisation are; for HR");
  report->add_option("--sample", *sample, "how many people to ask for, 1 to 100,000 (500)")
      ->check(CLI::Range(1, 100'000));
  OnParsed(report, ctl, [&ctl, sample] { return Report(ctl, *sample); });

  auto count = std::make_shared<int>(5);
  CLI::App* teams = AddVerb(match, "teams", "teams elsewhere that look for what you have");
  teams->add_option("--count", *count, "how many, 1 to 50 (5)");
  OnParsed(teams, ctl, [&ctl, count] { return SuggestTeams(ctl, *count); });
}

}  // namespace cortado::ctl
