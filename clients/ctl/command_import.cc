// cortadoctl people import
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command_people.h"
#include "clients/ctl/import_diff.h"
#include "clients/ctl/import_people.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using nlohmann::json;

constexpr size_t kProblemsShown = 50;

struct ImportArguments {
  std::string path;
  std::string mapping, preset;
  bool assume_open = false;
  bool skip_bad_rows = false;
  bool dry_run = false;
  bool all = false;
  bool leavers = false;
  bool force = false;
  int max_leaving = 0;
};

absl::StatusOr<PeopleMapping> MappingOf(const ImportArguments& arguments) {
  if (!arguments.preset.empty()) return PeopleMapping::Preset(arguments.preset);
  if (arguments.mapping.empty()) return PeopleMapping();
  std::ifstream file(arguments.mapping, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", arguments.mapping));
  return PeopleMapping::Parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

profile::v1::ImportPeopleRequest HowOf(const ImportArguments& arguments) {
  profile::v1::ImportPeopleRequest how;
  how.set_assume_open(arguments.assume_open);
  how.set_validate_only(arguments.dry_run);
  how.set_deactivate_absent(arguments.leavers);
  how.set_max_leaving_percent(arguments.force ? 100 : arguments.max_leaving);
  return how;
}

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
  json document = {{"rows", file.row_count},
                   {"skipped", skipped},
                   {"added", response.added_count()},
                   {"changed", response.changed_count()},
                   {"unchanged", response.unchanged_count()},
                   {"leaving", response.leaving_count()},
                   {"keptFields", response.kept_count()},
                   {"newSkills", response.skill_count()},
                   {"unknownManagers", response.unknown_manager_count()},
                   {"seconds", absl::ToDoubleSeconds(outcome.took)},
                   {"problems", problems}};
  const json answer = json::parse(JsonOf(response), nullptr, /*allow_exceptions=*/false);
  for (const char* list : {"changes", "errors"}) document[list] = answer.value(list, json::array());
  return document;
}

void ShowOutcome(const Ctl& ctl, const ImportOutcome& outcome, const PeopleFile& file, int64_t skipped) {
  const auto& response = outcome.response;
  Table table({{"ROWS", Align::kRight}, {"WHAT"}});
  table.Add({Grouped(response.added_count()), "added"});
  table.Add({Grouped(response.changed_count()), "changed"});
  table.Add({Grouped(response.unchanged_count()), "unchanged"});
  if (response.leaving_count() > 0) table.Add({Grouped(response.leaving_count()), "left, because they are missing"});
  if (skipped > 0) table.Add({Grouped(skipped), "skipped, because they were bad"});
  table.Add({Grouped(response.kept_count()), "fields kept, because their person edited them"});
  table.Add({Grouped(response.skill_count()), "skills new to the catalogue"});
  table.Add({Grouped(response.unknown_manager_count()), "managers unknown"});
  ctl.Say(table);
  ctl.Say(absl::StrFormat("Imported %s of %s people in %s, %s people/s.\n", Grouped(outcome.rows),
                          Grouped(file.row_count), Span(outcome.took),
                          Grouped(static_cast<int64_t>(outcome.PeoplePerSecond()))));
}

void ShowDiff(const Ctl& ctl, const ImportOutcome& outcome, const PeopleFile& file, const ImportArguments& arguments) {
  ctl.Say("Nothing was written. The import would find:\n");
  ctl.Say(RenderImportDiff(outcome.response, file.problems, ctl.style(), {arguments.all, ctl.columns()}));
}

// Whoever is left out of a file because their row is bad has not left.
absl::Status CheckLeavers(const ImportArguments& arguments, const PeopleFile& file) {
  if (!arguments.leavers || file.problems.empty()) return absl::OkStatus();
  ReportProblems(arguments.path, file.problems);
  return absl::InvalidArgumentError("--leavers takes a file without bad rows: their people would count as gone");
}

absl::Status CheckProblems(const ImportArguments& arguments, const PeopleFile& file) {
  if (file.problems.empty() || arguments.dry_run) return absl::OkStatus();
  ReportProblems(arguments.path, file.problems);
  if (arguments.skip_bad_rows && !file.rows.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Count(static_cast<int64_t>(file.problems.size()), "problem", "problems"), " in ", arguments.path,
                   ", so nothing was imported; mend the file",
                   file.rows.empty() ? "" : ", or import the good rows alone with --skip-bad-rows"));
}

absl::Status Open(Ctl& ctl, Session*& session, Caller& caller) {
  ASSIGN_OR_RETURN(session, ctl.session());
  ASSIGN_OR_RETURN(caller, session->Default());
  return absl::OkStatus();
}

absl::Status Import(Ctl& ctl, const ImportArguments& arguments) {
  ASSIGN_OR_RETURN(const PeopleMapping mapping, MappingOf(arguments));
  ASSIGN_OR_RETURN(PeopleFile file, LoadPeople(arguments.path, mapping));
  const auto is_stranger = [](const FileProblem& problem) { return !problem.stranger.empty(); };
  Session* session = nullptr;
  Caller caller;
  if (std::any_of(file.problems.begin(), file.problems.end(), is_stranger)) {
    RETURN_IF_ERROR(Open(ctl, session, caller));
    RETURN_IF_ERROR(ForgetKnownManagers(*session, caller, file));
  }
  RETURN_IF_ERROR(CheckLeavers(arguments, file));
  RETURN_IF_ERROR(CheckProblems(arguments, file));
  const int64_t skipped = file.row_count - static_cast<int64_t>(file.rows.size());
  RETURN_IF_ERROR(Open(ctl, session, caller));
  if (arguments.assume_open) {
    ctl.Say("--assume-open: everybody counts as joined and open to mentor. For test data alone.\n");
  }
  ASSIGN_OR_RETURN(const ImportOutcome outcome,
                   SendPeople(*session, caller, MakeMessages(std::move(file.rows), HowOf(arguments))));
  if (arguments.dry_run) {
    ShowDiff(ctl, outcome, file, arguments);
  } else {
    ShowOutcome(ctl, outcome, file, skipped);
  }
  ctl.Document(OutcomeJson(outcome, file, skipped).dump(2));
  // Without --dry-run the same file would be refused.
  const int64_t known = arguments.skip_bad_rows ? 0 : static_cast<int64_t>(file.problems.size());
  const int64_t wrong = known + outcome.response.error_count();
  if (wrong == 0 || !arguments.dry_run) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Count(wrong, "thing is", "things are"), " wrong: an import of this file would be refused"));
}

}  // namespace

void AddImport(CLI::App* people, Ctl& ctl) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* import = AddVerb(people, "import", "bring in a file of people, or keep them in step with it");
  import->add_option("file", arguments->path, "a CSV file, plain or gzip")->required();
  import->add_flag("--dry-run", arguments->dry_run, "write nothing; show what would change, field by field");
  import->add_flag("--all", arguments->all, "with --dry-run: everybody, not the first 20 of each group");
  CLI::Option* mapping = import->add_option("--mapping", arguments->mapping,
                                            "a JSON file that says what its columns are (docs/import.md)");
  import
      ->add_option("--preset", arguments->preset,
                   "a file we know: " + absl::StrJoin(PeopleMapping::PresetNames(), ", "))
      ->excludes(mapping);
  CLI::Option* leavers = import->add_flag("--leavers", arguments->leavers,
                                          "whoever HR knew and who is not in the file has left: make them inactive");
  CLI::Option* most = import
                          ->add_option("--max-leaving", arguments->max_leaving,
                                       "refuse when more than this percentage of people would leave (5)")
                          ->check(CLI::Range(1, 100))
                          ->needs(leavers);
  import->add_flag("--force", arguments->force, "let any number of people leave")->needs(leavers)->excludes(most);
  import->add_flag("--assume-open", arguments->assume_open,
                   "treat everybody as joined and open to mentor; for test data alone");
  import->add_flag("--skip-bad-rows", arguments->skip_bad_rows, "import the good rows of a file with bad ones");
  OnParsed(import, ctl, [&ctl, arguments] { return Import(ctl, *arguments); });
}

}  // namespace cortado::ctl
