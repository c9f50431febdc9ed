// cortadoctl program invite | people | nudge | join | not-now | skip | leave
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/find_person.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Participant;
using Answer = matching::v1::RespondToInvitationRequest;
using NudgeRequest = matching::v1::NudgeParticipantsRequest;

constexpr int kInvitedAtOnce = 200;

struct ParticipantArguments {
  std::string program, audience;
  std::vector<std::string> people, tags;
  int places = 0;
  bool mentee = false, mentor = false, take_part = false, dry_run = false;
};

std::string NameOf(const ParticipantArguments& arguments) { return "programs/" + ShortName(arguments.program); }

// What is worth knowing of somebody beside their state.
std::string NotesOf(const Participant& one) {
  std::vector<std::string> notes;
  if (one.chat_booked()) notes.push_back("chat booked");
  if (one.skips_next_round()) notes.push_back("sits out");
  if (one.state() == Participant::STATE_INVITED && one.has_enroll_time()) {
    notes.push_back(
        absl::StrCat("in from ", absl::FormatTime("%e %b", ToTime(one.enroll_time()), absl::UTCTimeZone())));
  }
  return absl::StrJoin(notes, ", ");
}

absl::Status Invite(Ctl& ctl, const ParticipantArguments& arguments) {
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
  ctl.Say(absl::StrCat("Invited ", Count(all.invited_count(), "person", "people"), ".\n"));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::Status ListPeople(Ctl& ctl, const ParticipantArguments& arguments) {
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
               one.mentor() ? absl::StrCat(std::max(1, one.places())) : "", NotesOf(one)});
  }
  ctl.Say(table.empty() ? "Nobody was invited yet.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::Status Respond(Ctl& ctl, const ParticipantArguments& arguments, Answer::Answer answer) {
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

absl::Status Skip(Ctl& ctl, const ParticipantArguments& arguments) {
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

absl::Status Nudge(Ctl& ctl, const ParticipantArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  NudgeRequest request;
  request.set_program(NameOf(arguments));
  request.set_audience(arguments.audience == "no-chat" ? NudgeRequest::AUDIENCE_NO_CHAT
                                                       : NudgeRequest::AUDIENCE_NOT_ANSWERED);
  request.set_validate_only(arguments.dry_run);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto nudged,
                   session->Call(session->matching(), &Matching::NudgeParticipants, caller, request));
  ctl.Say(absl::StrCat(arguments.dry_run ? "Would remind " : "Reminded ",
                       Count(nudged.nudged_count(), "person", "people"), ":\n  ", nudged.text().text(), "\n"));
  if (nudged.waiting_count() > 0) {
    ctl.Say(absl::StrCat(Count(nudged.waiting_count(), "person was", "people were"),
                         " reminded less than a week ago, and not again.\n"));
  }
  ctl.Document(nudged);
  return absl::OkStatus();
}

void AddPart(CLI::App* verb, const std::shared_ptr<ParticipantArguments>& arguments) {
  verb->add_flag("--mentee", arguments->mentee, "look for a mentor");
  verb->add_flag("--mentor", arguments->mentor, "mentor others");
  verb->add_option("--places", arguments->places, "how many at once");
}

}  // namespace

void AddParticipants(CLI::App* noun, Ctl& ctl) {
  auto arguments = std::make_shared<ParticipantArguments>();
  const auto add = [&](const char* name, const char* words) {
    CLI::App* verb = AddVerb(noun, name, words);
    verb->add_option("program", arguments->program, "which")->required();
    return verb;
  };
  CLI::App* invite = add("invite", "invite people; each decides for themselves");
  invite->add_option("people", arguments->people, "whom")->required();
  invite->add_option("--tag", arguments->tags, "a word that rules may name; may be given again");
  AddPart(invite, arguments);
  OnParsed(invite, ctl, [&ctl, arguments] { return Invite(ctl, *arguments); });
  OnParsed(add("people", "who was invited and who takes part"), ctl,
           [&ctl, arguments] { return ListPeople(ctl, *arguments); });
  CLI::App* join = add("join", "take part");
  AddPart(join, arguments);
  OnParsed(join, ctl, [&ctl, arguments] { return Respond(ctl, *arguments, Answer::ANSWER_JOIN); });
  OnParsed(add("not-now", "stay out this time"), ctl,
           [&ctl, arguments] { return Respond(ctl, *arguments, Answer::ANSWER_NOT_NOW); });
  CLI::App* skip = add("skip", "sit the next round out, once");
  skip->add_flag("--take-part", arguments->take_part, "take part in it after all");
  OnParsed(skip, ctl, [&ctl, arguments] { return Skip(ctl, *arguments); });
  OnParsed(add("leave", "leave; needs no reason"), ctl,
           [&ctl, arguments] { return Respond(ctl, *arguments, Answer::ANSWER_LEAVE); });
  CLI::App* nudge = add("nudge", "remind people kindly, each at most once a week");
  nudge->add_option("whom", arguments->audience, "no-answer or no-chat")
      ->required()
      ->check(CLI::IsMember({"no-answer", "no-chat"}));
  nudge->add_flag("--dry-run", arguments->dry_run, "how many it would be, and what they would read");
  OnParsed(nudge, ctl, [&ctl, arguments] { return Nudge(ctl, *arguments); });
}

}  // namespace cortado::ctl
