// cortadoctl program create | copy | list | show | rules | weights | opt-out | archive; the verbs about its people
// stand in command_participants.cc
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/find_person.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/rule_arguments.h"
#include "clients/ctl/weight_arguments.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Program;

struct ProgramArguments {
  std::string program, display_name, kind, goal, description, choice;
  std::vector<std::string> rules, owners, weights;
  std::optional<int> distance, cooldown;
  std::string next, time_zone;
  int group_size = 0, every_weeks = 0;
  bool opt_out = false;
};

std::string NameOf(const ProgramArguments& arguments) { return "programs/" + ShortName(arguments.program); }

absl::Status AddRules(const std::vector<std::string>& texts, Program& program) {
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(*program.add_rules(), ParseRule(text));
  }
  return absl::OkStatus();
}

absl::TimeZone ZoneNamed(const std::string& name) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(name, &zone) ? zone : absl::UTCTimeZone();
}

// Reads "2026-12-01 09:00" in the programme's zone.
absl::Status SetCadence(const ProgramArguments& arguments, Program& program) {
  program.set_every_weeks(arguments.every_weeks);
  program.set_time_zone(arguments.time_zone);
  absl::Time next;
  std::string error;
  if (arguments.next.empty()) return absl::OkStatus();
  if (!absl::ParseTime("%Y-%m-%d %H:%M", arguments.next, ZoneNamed(arguments.time_zone), &next, &error)) {
    return absl::InvalidArgumentError("--next must be as \"2026-12-01 09:00\"");
  }
  *program.mutable_next_round_time() = ToTimestamp(next);
  return absl::OkStatus();
}

void Show(const Ctl& ctl, const Program& program) {
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Programme", program.name()}, {"Name", program.display_name()}, {"Kind", EnumWords(program.kind())}};
  if (program.goal() != 0) facts.emplace_back("Goal", EnumWords(program.goal()));
  if (program.has_cooldown_weeks()) facts.emplace_back("Cooldown", Count(program.cooldown_weeks(), "week", "weeks"));
  if (program.group_size() > 2) facts.emplace_back("Groups of", absl::StrCat(program.group_size()));
  if (program.every_weeks() > 0) {
    const std::string when = WallClock(ToTime(program.next_round_time()), ZoneNamed(program.time_zone()));
    facts.emplace_back("Rounds",
                       absl::StrCat("every ", Count(program.every_weeks(), "week", "weeks"), ", next ", when));
  }
  if (!program.owners().empty()) facts.emplace_back("Owners", absl::StrJoin(program.owners(), ", "));
  if (program.has_weights()) facts.emplace_back("Weights", WeightWords(program.weights()));
  if (program.opt_out())
    facts.emplace_back("Opt-out", "whoever is invited is in after three working days, unless they say no");
  if (program.archived()) facts.emplace_back("State", "archived");
  ctl.Say(RenderFacts(facts, ctl.style()));
  for (const auto& rule : program.rules()) ctl.Say(absl::StrCat("  ", rule.id(), ": ", rule.text().text(), "\n"));
  ctl.Document(program);
}

absl::StatusOr<Program> Get(Session& session, const Caller& caller, const std::string& name) {
  matching::v1::GetProgramRequest request;
  request.set_name(name);
  return session.Call(session.matching(), &Matching::GetProgram, caller, request);
}

absl::Status Create(Ctl& ctl, const ProgramArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::CreateProgramRequest request;
  Program& program = *request.mutable_program();
  program.set_display_name(arguments.display_name);
  program.set_description(arguments.description);
  const auto kind = ParseEnum<matching::v1::ProgramKind>(arguments.kind);
  if (!kind) return absl::InvalidArgumentError("--kind must be cohort, evergreen, reverse, coffee or circles");
  program.set_kind(*kind);
  if (!arguments.goal.empty()) {
    const auto goal = ParseEnum<matching::v1::CohortGoal>(arguments.goal);
    if (!goal) return absl::InvalidArgumentError("--goal must be quality, coverage or stable");
    program.set_goal(*goal);
  }
  if (arguments.distance) program.set_distance(*arguments.distance);
  if (arguments.cooldown) program.set_cooldown_weeks(*arguments.cooldown);
  program.set_group_size(arguments.group_size);
  program.set_opt_out(arguments.opt_out);
  RETURN_IF_ERROR(SetCadence(arguments, program));
  RETURN_IF_ERROR(AddRules(arguments.rules, program));
  for (const std::string& owner : arguments.owners) {
    ASSIGN_OR_RETURN(const profile::v1::Person person, FindPerson(*session, caller, owner));
    program.add_owners(person.name());
  }
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Program made, session->Call(session->matching(), &Matching::CreateProgram, caller, request));
  Show(ctl, made);
  return absl::OkStatus();
}

absl::Status Copy(Ctl& ctl, const ProgramArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::CopyProgramRequest request;
  request.set_program(NameOf(arguments));
  request.set_display_name(arguments.display_name);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Program made, session->Call(session->matching(), &Matching::CopyProgram, caller, request));
  Show(ctl, made);
  return absl::OkStatus();
}

absl::Status List(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto all, ListPages(*session, session->matching(), &Matching::ListPrograms, caller,
                                             matching::v1::ListProgramsRequest()));
  Table table({{"PROGRAMME"}, {"NAME", Align::kLeft, true}, {"KIND"}, {"STATE"}});
  for (const Program& program : all.programs()) {
    table.Add({ShortName(program.name()), program.display_name(), EnumWords(program.kind()),
               program.archived() ? "archived" : ""});
  }
  ctl.Say(table.empty() ? "No programmes.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::Status ShowOne(Ctl& ctl, const ProgramArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Program program, Get(*session, caller, NameOf(arguments)));
  Show(ctl, program);
  return absl::OkStatus();
}

// Reads the programme, and writes the field `path` as `set` makes it.
absl::Status Change(Ctl& ctl, const ProgramArguments& arguments, const char* path,
                    const std::function<absl::Status(Program& program)>& set) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::UpdateProgramRequest request;
  ASSIGN_OR_RETURN(*request.mutable_program(), Get(*session, caller, NameOf(arguments)));
  RETURN_IF_ERROR(set(*request.mutable_program()));
  request.mutable_update_mask()->add_paths(path);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Program changed,
                   session->Call(session->matching(), &Matching::UpdateProgram, caller, request));
  Show(ctl, changed);
  return absl::OkStatus();
}

absl::Status ChangeRules(Ctl& ctl, const ProgramArguments& arguments) {
  return Change(ctl, arguments, "rules", [&](Program& program) {
    program.clear_rules();
    return AddRules(arguments.rules, program);
  });
}

absl::Status Archive(Ctl& ctl, const ProgramArguments& arguments) {
  return Change(ctl, arguments, "archived", [](Program& program) {
    program.set_archived(true);
    return absl::OkStatus();
  });
}

// Weights given as part=weight replace all there were; none: as in the organisation.
absl::Status Weigh(Ctl& ctl, const ProgramArguments& arguments) {
  return Change(ctl, arguments, "weights", [&](Program& program) {
    program.clear_weights();
    if (arguments.weights.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(*program.mutable_weights(), ParseWeights(arguments.weights));
    return absl::OkStatus();
  });
}

absl::Status OptOut(Ctl& ctl, const ProgramArguments& arguments) {
  return Change(ctl, arguments, "opt_out", [&](Program& program) {
    program.set_opt_out(arguments.choice == "on");
    return absl::OkStatus();
  });
}

CLI::App* AddProgramVerb(CLI::App* noun, const std::string& name, const std::string& words,
                         const std::shared_ptr<ProgramArguments>& arguments) {
  CLI::App* verb = AddVerb(noun, name, words);
  verb->add_option("program", arguments->program, "which")->required();
  return verb;
}

void AddManaging(CLI::App* noun, Ctl& ctl, const std::shared_ptr<ProgramArguments>& arguments) {
  CLI::App* create = AddVerb(noun, "create", "make one");
  create->add_option("name", arguments->display_name, "what people call it")->required();
  create->add_option("--kind", arguments->kind, "cohort, evergreen, reverse, coffee or circles")->required();
  create->add_option("--goal", arguments->goal, "of a cohort: quality, coverage or stable");
  create->add_option("--description", arguments->description, "what it is for");
  create->add_option("--rule", arguments->rules, "as \"forbid own-line\"; may be given again");
  create->add_option("--owner", arguments->owners, "who runs it beside HR; may be given again");
  create->add_option("--distance", arguments->distance, "0 near .. 1000 far");
  create->add_option("--cooldown", arguments->cooldown, "of coffee: weeks until two meet again");
  create->add_option("--group-size", arguments->group_size, "of coffee: 2 to 8");
  create->add_option("--every-weeks", arguments->every_weeks, "a round by itself so often; published as it is");
  create->add_option("--next", arguments->next, "with --every-weeks: when the next is run, as \"2026-12-01 09:00\"");
  create->add_option("--zone", arguments->time_zone, "IANA zone of that time (UTC)");
  create->add_flag("--opt-out", arguments->opt_out, "of coffee: people are in unless they say no (see `org coffee`)");
  create->footer("Example: cortadoctl program create Spring --kind cohort --rule \"must common-hours=120\"");
  OnParsed(create, ctl, [&ctl, arguments] { return Create(ctl, *arguments); });
  OnParsed(AddVerb(noun, "list", "those you may see"), ctl, [&ctl] { return List(ctl); });
  OnParsed(AddProgramVerb(noun, "show", "one, with its rules in words", arguments), ctl,
           [&ctl, arguments] { return ShowOne(ctl, *arguments); });
  CLI::App* rules = AddProgramVerb(noun, "rules", "replace its rules", arguments);
  rules->add_option("--rule", arguments->rules, "as \"must mentor-department=Sales,Data\"; may be given again");
  OnParsed(rules, ctl, [&ctl, arguments] { return ChangeRules(ctl, *arguments); });
  CLI::App* weights = AddProgramVerb(noun, "weights", "what each part of a score weighs here", arguments);
  weights->add_option("weights", arguments->weights, "as gap=40 journey=10; none: as in the organisation");
  OnParsed(weights, ctl, [&ctl, arguments] { return Weigh(ctl, *arguments); });
  CLI::App* copy = AddProgramVerb(noun, "copy", "make one with the same terms, and nobody in it", arguments);
  copy->add_option("--name", arguments->display_name, "what people call the new one")->required();
  OnParsed(copy, ctl, [&ctl, arguments] { return Copy(ctl, *arguments); });
  OnParsed(AddProgramVerb(noun, "archive", "no more rounds, invitations or answers", arguments), ctl,
           [&ctl, arguments] { return Archive(ctl, *arguments); });
  CLI::App* opt_out =
      AddProgramVerb(noun, "opt-out", "of a coffee draw: whether people are in unless they say no", arguments);
  opt_out->add_option("choice", arguments->choice, "on or off")->required()->check(CLI::IsMember({"on", "off"}));
  OnParsed(opt_out, ctl, [&ctl, arguments] { return OptOut(ctl, *arguments); });
}

}  // namespace

void AddProgram(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "program", "mentoring programmes and coffee draws");
  auto arguments = std::make_shared<ProgramArguments>();
  AddManaging(noun, ctl, arguments);
  AddParticipants(noun, ctl);
}

}  // namespace cortado::ctl
