// cortadoctl people get | list | update; import and the chart have files of their own
#include "clients/ctl/command_people.h"

#include <memory>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/find_person.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/person_update.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::Person;

absl::Status Get(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Person person, FindPerson(*session, caller, who));
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
  ASSIGN_OR_RETURN(const Person before, FindPerson(*session, caller, who));
  request.mutable_person()->set_name(before.name());
  request.mutable_person()->set_etag(before.etag());
  KeepAudiences(before, *request.mutable_person());
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

  AddImport(noun, ctl);
  AddCharts(noun, ctl);

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
  update->footer("Columns: " + absl::StrJoin(UpdatableColumns(), ", ") +
                 "\nExample: cortadoctl people update p17 title=\"Staff engineer\" skills_held=\"Go:4;SQL:2\" --as p17"
                 "\nAn interest or a step may end in @only_me or @everyone, as interests=\"Chess@only_me;Running\": "
                 "who may see it."
                 "\nThose you name again without it stay seen as they were.");
  OnParsed(update, ctl, [&ctl, who, assignments] { return Update(ctl, *who, *assignments); });
}

}  // namespace cortado::ctl
