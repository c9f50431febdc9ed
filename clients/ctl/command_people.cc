// cortadoctl people import | get | list | update
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/import_people.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/person_update.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using nlohmann::json;
using profile::v1::Person;

constexpr size_t kProblemsShown = 50;

struct ImportArguments {
  std::string path;
  bool assume_open = false;
  bool skip_bad_rows = false;
  bool dry_run = false;
};

void ReportProblems(const std::string& path, const std::vector<FileProblem>& problems) {
  const Style style = StyleFor(STDERR_FILENO);
  for (size_t i = 0; i < problems.size() && i < kProblemsShown; ++i) {
    std::fprintf(stderr, "%s %s\n", style.Yellow("bad:").c_str(), FormatProblem(path, problems[i]).c_str());
  }
  if (problems.size() > kProblemsShown) {
    std::fprintf(stderr, "... and %s more\n", Grouped(static_cast<int64_t>(problems.size() - kProblemsShown)).c_str());
  }
}

json OutcomeJson(const ImportOutcome& outcome, const PeopleFile& file, int64_t skipped) {
  const auto& response = outcome.response;
  json problems = json::array();
  for (const FileProblem& problem : file.problems) {
    problems.push_back(
        {{"line", problem.line}, {"column", problem.column}, {"what", problem.what}, {"fix", problem.fix}});
  }
  return {{"rows", file.row_count},
          {"skipped", skipped},
          {"added", response.added_count()},
          {"changed", response.changed_count()},
          {"unchanged", response.unchanged_count()},
          {"keptFields", response.kept_count()},
          {"newSkills", response.skill_count()},
          {"unknownManagers", response.unknown_manager_count()},
          {"seconds", absl::ToDoubleSeconds(outcome.took)},
          {"problems", problems}};
}

void ShowOutcome(const Ctl& ctl, const ImportOutcome& outcome, const PeopleFile& file, int64_t skipped) {
  const auto& response = outcome.response;
  Table table({{"ROWS", Align::kRight}, {"WHAT"}});
  table.Add({Grouped(response.added_count()), "added"});
  table.Add({Grouped(response.changed_count()), "changed"});
  table.Add({Grouped(response.unchanged_count()), "unchanged"});
  if (skipped > 0) table.Add({Grouped(skipped), "skipped, because they were bad"});
  table.Add({Grouped(response.kept_count()), "fields kept, because their person edited them"});
  table.Add({Grouped(response.skill_count()), "skills new to the catalogue"});
  table.Add({Grouped(response.unknown_manager_count()), "managers unknown"});
  ctl.Say(table);
  ctl.Say(absl::StrFormat("Imported %s of %s people in %s, %s people/s.\n", Grouped(outcome.rows),
                          Grouped(file.row_count), Span(outcome.took),
                          Grouped(static_cast<int64_t>(outcome.PeoplePerSecond()))));
}

absl::Status Import(Ctl& ctl, const ImportArguments& arguments) {
  ASSIGN_OR_RETURN(PeopleFile file, LoadPeople(arguments.path));
  if (!file.problems.empty()) {
    ReportProblems(arguments.path, file.problems);
    if (!arguments.skip_bad_rows || file.rows.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(Count(static_cast<int64_t>(file.problems.size()), "problem", "problems"), " in ", arguments.path,
                       ", so nothing was imported; mend the file",
                       file.rows.empty() ? "" : ", or import the good rows alone with --skip-bad-rows"));
    }
  }
  const auto good = static_cast<int64_t>(file.rows.size());
  const int64_t skipped = file.row_count - good;
  ImportOutcome outcome;
  if (arguments.dry_run) {
    ctl.Say(absl::StrFormat("%s would be imported; nothing was sent.\n", Count(good, "person", "people")));
    ctl.Document(OutcomeJson(outcome, file, skipped).dump(2));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  if (arguments.assume_open) {
    ctl.Say("--assume-open: everybody counts as joined and open to mentor. For test data alone.\n");
  }
  ASSIGN_OR_RETURN(outcome, SendPeople(*session, caller, MakeMessages(std::move(file.rows), arguments.assume_open)));
  ShowOutcome(ctl, outcome, file, skipped);
  ctl.Document(OutcomeJson(outcome, file, skipped).dump(2));
  return absl::OkStatus();
}

// By id or name, by the HR system's id, or by e-mail.
absl::StatusOr<Person> Find(Session& session, const Caller& caller, const std::string& who) {
  profile::v1::LookupPersonRequest lookup;
  if (absl::StrContains(who, '@')) {
    lookup.set_email(who);
    return session.Call(session.profile(), &Profile::LookupPerson, caller, lookup);
  }
  const absl::StatusOr<std::string> id = PersonId(who);
  if (id.ok()) {
    profile::v1::GetPersonRequest get;
    get.set_name("people/" + *id);
    absl::StatusOr<Person> person = session.Call(session.profile(), &Profile::GetPerson, caller, get);
    if (person.ok() || !absl::IsNotFound(person.status()) || !caller.person.empty()) return person;
  }
  lookup.set_external_id(who);
  return session.Call(session.profile(), &Profile::LookupPerson, caller, lookup);
}

absl::Status Get(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Person person, Find(*session, caller, who));
  ctl.Say(RenderPerson(person, ctl.style(), ctl.columns()));
  ctl.Document(person);
  return absl::OkStatus();
}

struct ListArguments {
  std::string department;
  bool all = false;
  int64_t limit = 100;
};

absl::Status List(Ctl& ctl, const ListArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::ListPeopleRequest request;
  request.set_department(arguments.department);
  request.set_show_inactive(arguments.all);
  ASSIGN_OR_RETURN(const auto people,
                   ListPages(*session, session->profile(), &Profile::ListPeople, caller, request, arguments.limit));
  Table table({{"PERSON"},
               {"NAME", Align::kLeft, true},
               {"TITLE", Align::kLeft, true},
               {"DEPARTMENT", Align::kLeft, true},
               {"ZONE"}});
  for (const Person& person : people.people()) {
    table.Add(
        {ShortName(person.name()), person.display_name(), person.title(), person.department(), person.time_zone()});
  }
  ctl.Say(table);
  if (!people.next_page_token().empty()) {
    ctl.Say(absl::StrFormat("%s shown of %s; --limit 0 shows all.\n", Grouped(people.people_size()),
                            Grouped(people.total_size())));
  }
  ctl.Document(people);
  return absl::OkStatus();
}

absl::Status Update(Ctl& ctl, const std::string& who, const std::vector<std::string>& assignments) {
  ASSIGN_OR_RETURN(profile::v1::UpdatePersonRequest request, ParsePersonUpdate(assignments));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Person before, Find(*session, caller, who));
  request.mutable_person()->set_name(before.name());
  request.mutable_person()->set_etag(before.etag());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Person after, session->Call(session->profile(), &Profile::UpdatePerson, caller, request));
  ctl.Say(RenderPerson(after, ctl.style(), ctl.columns()));
  ctl.Document(after);
  return absl::OkStatus();
}

}  // namespace

void AddPeople(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "people", "who people are");
  AddErasure(noun, ctl);

  auto import_arguments = std::make_shared<ImportArguments>();
  CLI::App* import = AddVerb(noun, "import", "bring in a file of people");
  import->add_option("file", import_arguments->path, "a CSV file, plain or gzip")->required();
  import->add_flag("--assume-open", import_arguments->assume_open,
                   "treat everybody as joined and open to mentor; for test data alone");
  import->add_flag("--skip-bad-rows", import_arguments->skip_bad_rows, "import the good rows of a file with bad ones");
  import->add_flag("--dry-run", import_arguments->dry_run, "check the file and send nothing");
  OnParsed(import, ctl, [&ctl, import_arguments] { return Import(ctl, *import_arguments); });

  auto who = std::make_shared<std::string>();
  CLI::App* get = AddVerb(noun, "get", "show one person");
  get->add_option("person", *who, "an id, the HR system's id, or an e-mail")->required();
  OnParsed(get, ctl, [&ctl, who] { return Get(ctl, *who); });

  auto list_arguments = std::make_shared<ListArguments>();
  CLI::App* list = AddVerb(noun, "list", "list people by id");
  list->add_option("--department", list_arguments->department, "only this department");
  list->add_flag("--all", list_arguments->all, "also those who left");
  list->add_option("--limit", list_arguments->limit, "at most this many; 0: all (100)")->check(CLI::NonNegativeNumber);
  OnParsed(list, ctl, [&ctl, list_arguments] { return List(ctl, *list_arguments); });

  auto assignments = std::make_shared<std::vector<std::string>>();
  CLI::App* update = AddVerb(noun, "update", "change what is said of a person");
  update->add_option("person", *who, "an id, the HR system's id, or an e-mail")->required();
  update->add_option("assignments", *assignments, "COLUMN=VALUE as in a file of people; an empty value empties it")
      ->required();
  update->footer(
      "Columns: " + absl::StrJoin(UpdatableColumns(), ", ") +
      "\nExample: cortadoctl people update p17 title=\"Staff engineer\" skills_held=\"Go:4;SQL:2\" --as p17");
  OnParsed(update, ctl, [&ctl, who, assignments] { return Update(ctl, *who, *assignments); });
}

}  // namespace cortado::ctl
