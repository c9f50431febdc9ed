// cortadoctl program create | copy | list | show | rules | weights | archive | invite | people | join | not-now | leave
// | skip
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

using matching::v1::Participant;
using matching::v1::Program;
using Answer = matching::v1::RespondToInvitationRequest;

constexpr int kInvitedAtOnce = 200;

struct ProgramArguments {
  std::string program, display_name, kind, goal, description;
  std::vector<std::string> rules, owners, people, tags, weights;
  std::optional<int> distance, cooldown;
  std::string next, time_zone;
  int group_size = 0, places = 0, every_weeks = 0;
  bool mentee = false, mentor = false, take_part = false;
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

absl::Status Change(Ctl& ctl, const ProgramArguments& arguments, bool archive) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::UpdateProgramRequest request;
  ASSIGN_OR_RETURN(*request.mutable_program(), Get(*session, caller, NameOf(arguments)));
  if (archive) {
    request.mutable_program()->set_archived(true);
  } else {
    request.mutable_program()->clear_rules();
    RETURN_IF_ERROR(AddRules(arguments.rules, *request.mutable_program()));
  }
  request.mutable_update_mask()->add_paths(archive ? "archived" : "rules");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Program changed,
                   session->Call(session->matching(), &Matching::UpdateProgram, caller, request));
  Show(ctl, changed);
  return absl::OkStatus();
}

absl::Status Invite(Ctl& ctl, const ProgramArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::InviteParticipantsRequest request;
  request.set_program(NameOf(arguments));
  request.mutable_participant()->set_mentee(arguments.mentee);
  request.mutable_participant()->set_mentor(arguments.mentor);
  request.mutable_participant()->set_places(arguments.places);
  for (const std::string& tag : arguments.tags) request.mutable_participant()->add_tags(tag);
  matching::v1::InviteParticipantsResponse all;
  for (size_t next = 0; next < arguments.people.size();) {
    request.clear_people();
    for (; next < arguments.people.size() && request.people_size() < kInvitedAtOnce; ++next) {
      ASSIGN_OR_RETURN(const profile::v1::Person person, FindPerson(*session, caller, arguments.people[next]));
      request.add_people(person.name());
    }
    request.set_request_id(session->RequestId());
    ASSIGN_OR_RETURN(const auto some,
                     session->Call(session->matching(), &Matching::InviteParticipants, caller, request));
    all.set_invited_count(all.invited_count() + some.invited_count());
  }
  ctl.Say(absl::StrCat("Invited ", Count(all.invited_count(), "person", "people"),
                       "; each is in once they say so themselves.\n"));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::Status ListPeople(Ctl& ctl, const ProgramArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::ListParticipantsRequest request;
  request.set_program(NameOf(arguments));
  ASSIGN_OR_RETURN(const auto all,
                   ListPages(*session, session->matching(), &Matching::ListParticipants, caller, request));
  Table table({{"PERSON"}, {"NAME", Align::kLeft, true}, {"STATE"}, {"AS"}, {"PLACES", Align::kRight}, {""}});
  for (const Participant& one : all.participants()) {
    const char* as = one.mentee() && one.mentor() ? "both" : one.mentor() ? "mentor" : one.mentee() ? "mentee" : "";
    table.Add({ShortName(one.person().person()), one.person().display_name(), EnumWords(one.state()), as,
               one.mentor() ? absl::StrCat(std::max(1, one.places())) : "", one.skips_next_round() ? "sits out" : ""});
  }
  ctl.Say(table.empty() ? "Nobody was invited yet.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::Status Respond(Ctl& ctl, const ProgramArguments& arguments, Answer::Answer answer) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::RespondToInvitationRequest request;
  request.set_program(NameOf(arguments));
  request.set_answer(answer);
  if (arguments.mentee || arguments.mentor) {
    request.mutable_participant()->set_mentee(arguments.mentee);
    request.mutable_participant()->set_mentor(arguments.mentor);
    request.mutable_participant()->set_places(arguments.places);
  }
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Participant now,
                   session->Call(session->matching(), &Matching::RespondToInvitation, me, request));
  ctl.Say(absl::StrCat("You are now: ", EnumWords(now.state()), ".\n"));
  ctl.Document(now);
  return absl::OkStatus();
}

absl::Status Skip(Ctl& ctl, const ProgramArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::SkipRoundRequest request;
  request.set_program(NameOf(arguments));
  request.set_take_part(arguments.take_part);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Participant now, session->Call(session->matching(), &Matching::SkipRound, me, request));
  ctl.Say(now.skips_next_round() ? "You sit the next round out.\n" : "You are in the next round.\n");
  ctl.Document(now);
  return absl::OkStatus();
}

// Weights given as part=weight replace all there were; none: as in the organisation.
absl::Status Weigh(Ctl& ctl, const ProgramArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::UpdateProgramRequest request;
  ASSIGN_OR_RETURN(*request.mutable_program(), Get(*session, caller, NameOf(arguments)));
  request.mutable_program()->clear_weights();
  if (!arguments.weights.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_program()->mutable_weights(), ParseWeights(arguments.weights));
  }
  request.mutable_update_mask()->add_paths("weights");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Program changed,
                   session->Call(session->matching(), &Matching::UpdateProgram, caller, request));
  Show(ctl, changed);
  return absl::OkStatus();
}

void AddPart(CLI::App* verb, const std::shared_ptr<ProgramArguments>& arguments) {
  verb->add_flag("--mentee", arguments->mentee, "look for a mentor");
  verb->add_flag("--mentor", arguments->mentor, "mentor others");
  verb->add_option("--places", arguments->places, "how many at once");
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
  create->footer("Example: cortadoctl program create Spring --kind cohort --rule \"must common-hours=120\"");
  OnParsed(create, ctl, [&ctl, arguments] { return Create(ctl, *arguments); });
  OnParsed(AddVerb(noun, "list", "those you may see"), ctl, [&ctl] { return List(ctl); });
  OnParsed(AddProgramVerb(noun, "show", "one, with its rules in words", arguments), ctl,
           [&ctl, arguments] { return ShowOne(ctl, *arguments); });
  CLI::App* rules = AddProgramVerb(noun, "rules", "replace its rules", arguments);
  rules->add_option("--rule", arguments->rules, "as \"must mentor-department=Sales,Data\"; may be given again");
  OnParsed(rules, ctl, [&ctl, arguments] { return Change(ctl, *arguments, false); });
  CLI::App* weights = AddProgramVerb(noun, "weights", "what each part of a score weighs here", arguments);
  weights->add_option("weights", arguments->weights, "as gap=40 journey=10; none: as in the organisation");
  OnParsed(weights, ctl, [&ctl, arguments] { return Weigh(ctl, *arguments); });
  CLI::App* copy = AddProgramVerb(noun, "copy", "make one with the same terms, and nobody in it", arguments);
  copy->add_option("--name", arguments->display_name, "what people call the new one")->required();
  OnParsed(copy, ctl, [&ctl, arguments] { return Copy(ctl, *arguments); });
  OnParsed(AddProgramVerb(noun, "archive", "no more rounds, invitations or answers", arguments), ctl,
           [&ctl, arguments] { return Change(ctl, *arguments, true); });
}

}  // namespace

void AddProgram(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "program", "mentoring programmes and coffee draws");
  auto arguments = std::make_shared<ProgramArguments>();
  AddManaging(noun, ctl, arguments);
  CLI::App* invite = AddProgramVerb(noun, "invite", "invite people; each decides for themselves", arguments);
  invite->add_option("people", arguments->people, "whom")->required();
  invite->add_option("--tag", arguments->tags, "a word that rules may name; may be given again");
  AddPart(invite, arguments);
  OnParsed(invite, ctl, [&ctl, arguments] { return Invite(ctl, *arguments); });
  OnParsed(AddProgramVerb(noun, "people", "who was invited and who takes part", arguments), ctl,
           [&ctl, arguments] { return ListPeople(ctl, *arguments); });
  CLI::App* join = AddProgramVerb(noun, "join", "take part", arguments);
  AddPart(join, arguments);
  OnParsed(join, ctl, [&ctl, arguments] { return Respond(ctl, *arguments, Answer::ANSWER_JOIN); });
  OnParsed(AddProgramVerb(noun, "not-now", "stay out this time", arguments), ctl,
           [&ctl, arguments] { return Respond(ctl, *arguments, Answer::ANSWER_NOT_NOW); });
  CLI::App* skip = AddProgramVerb(noun, "skip", "sit the next round out, once", arguments);
  skip->add_flag("--take-part", arguments->take_part, "take part in it after all");
  OnParsed(skip, ctl, [&ctl, arguments] { return Skip(ctl, *arguments); });
  OnParsed(AddProgramVerb(noun, "leave", "leave; needs no reason", arguments), ctl,
           [&ctl, arguments] { return Respond(ctl, *arguments, Answer::ANSWER_LEAVE); });
}

}  // namespace cortado::ctl
