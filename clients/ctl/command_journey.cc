// cortadoctl journey list | confirm
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command_changes.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::JourneyStep;
using profile::v1::Person;

std::string Years(const JourneyStep& step) {
  if (step.from_year() == 0 && step.to_year() == 0) return "";
  const auto year = [](int value) { return value == 0 ? std::string() : absl::StrCat(value); };
  return absl::StrCat(year(step.from_year()), "-", year(step.to_year()));
}

void Show(const Ctl& ctl, const Person& person) {
  Table table({{"STEP", Align::kRight},
               {"ROLE", Align::kLeft, true},
               {"DEPARTMENT", Align::kLeft, true},
               {"YEARS"},
               {"MOVE"},
               {"SEEN BY"}});
  for (int i = 0; i < person.journey_size(); ++i) {
    const JourneyStep& step = person.journey(i);
    const bool unsaid = step.audience() == profile::v1::AUDIENCE_UNSPECIFIED;
    const std::string seen_by = unsaid ? "everyone" : EnumWords(step.audience());
    table.Add({absl::StrCat(i + 1), step.role(), step.department(), Years(step), EnumWords(step.move()),
               step.confirmed() ? seen_by : "only me: a draft"});
  }
  ctl.Say(table.empty() ? "No step is told.\n" : table.Render(ctl.style(), ctl.columns()));
}

absl::StatusOr<Person> Mine(Session& session, const Caller& me) {
  profile::v1::GetPersonRequest request;
  request.set_name("people/" + me.person);
  return session.Call(session.profile(), &Profile::GetPerson, me, request);
}

absl::Status List(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Person person, Mine(*session, me));
  Show(ctl, person);
  ctl.Document(person);
  return absl::OkStatus();
}

struct ConfirmArguments {
  std::vector<int> steps;
  std::string move;
  std::string audience;
};

// INVALID_ARGUMENT: no such step, move or audience.
absl::Status ConfirmIn(const ConfirmArguments& arguments, Person& person) {
  for (const int number : arguments.steps) {
    if (number < 1 || number > person.journey_size()) {
      return absl::InvalidArgumentError(absl::StrCat("there is no step ", number,
                                                     "; `cortadoctl journey list` numbers ",
                                                     Count(person.journey_size(), "step", "steps")));
    }
    JourneyStep& step = *person.mutable_journey(number - 1);
    step.set_confirmed(true);
    if (!arguments.move.empty()) {
      const auto move = ParseEnum<profile::v1::MoveKind>(arguments.move);
      if (!move) {
        const std::string choices = EnumChoices(google::protobuf::GetEnumDescriptor<profile::v1::MoveKind>());
        return absl::InvalidArgumentError(absl::StrCat("\"", arguments.move, "\" is no move: write ", choices));
      }
      step.set_move(*move);
    }
    if (!arguments.audience.empty()) {
      const auto audience = ParseEnum<profile::v1::Audience>(arguments.audience);
      if (!audience) {
        return absl::InvalidArgumentError(
            absl::StrCat("\"", arguments.audience, "\" is no audience: write only_me or everyone"));
      }
      step.set_audience(*audience);
    }
  }
  return absl::OkStatus();
}

absl::Status Confirm(Ctl& ctl, const ConfirmArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::UpdatePersonRequest request;
  ASSIGN_OR_RETURN(*request.mutable_person(), Mine(*session, me));
  RETURN_IF_ERROR(ConfirmIn(arguments, *request.mutable_person()));
  request.mutable_update_mask()->add_paths("journey");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Person after, session->Call(session->profile(), &Profile::UpdatePerson, me, request));
  Show(ctl, after);
  ctl.Document(after);
  return absl::OkStatus();
}

}  // namespace

void AddJourney(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "journey", "the path you came");

  CLI::App* list = AddVerb(noun, "list", "your steps, drafts too, by number");
  OnParsed(list, ctl, [&ctl] { return List(ctl); });

  auto arguments = std::make_shared<ConfirmArguments>();
  CLI::App* confirm = AddVerb(noun, "confirm", "say that drafts are as it was, so that they are told");
  confirm->add_option("steps", arguments->steps, "their numbers in `journey list`")->required();
  confirm->add_option("--move", arguments->move,
                      "another kind of move than guessed: start, up, side, down, back_to_craft or new_field");
  confirm->add_option("--audience", arguments->audience, "who may see them: only_me or everyone (as it is)");
  confirm->footer("Example: cortadoctl journey confirm 2 3 --as p17");
  OnParsed(confirm, ctl, [&ctl, arguments] { return Confirm(ctl, *arguments); });
}

}  // namespace cortado::ctl
