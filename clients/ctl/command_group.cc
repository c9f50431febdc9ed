// cortadoctl group show | say | take-back; org groups list | ask | drop
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::GroupAnswer;
using profile::v1::GroupQuestion;
using profile::v1::Groups;
using profile::v1::Organization;

absl::StatusOr<Organization> ReadOrganization(Session& session, const Caller& caller) {
  return session.Call(session.profile(), &Profile::GetOrganization, caller, profile::v1::GetOrganizationRequest());
}

absl::StatusOr<Groups> ReadGroups(Session& session, const Caller& me) {
  profile::v1::GetGroupsRequest request;
  request.set_name(absl::StrCat("people/", me.person, "/groups"));
  return session.Call(session.profile(), &Profile::GetGroups, me, request);
}

void ShowGroups(Ctl& ctl, const Organization& organization, const Groups& groups) {
  Table table({{"QUESTION"}, {"IN WORDS", Align::kLeft, true}, {"YOU SAY"}, {"CHOICES", Align::kLeft, true}});
  for (const GroupQuestion& question : organization.group_questions()) {
    const auto said =
        std::find_if(groups.answers().begin(), groups.answers().end(),
                     [&question](const GroupAnswer& answer) { return answer.question() == question.id(); });
    table.Add({question.id(), question.question(), said == groups.answers().end() ? "-" : said->choice(),
               absl::StrJoin(question.choices(), " | ")});
  }
  ctl.Say(table.empty() ? "Your organisation asks nothing about groups.\n"
                        : absl::StrCat(table.Render(ctl.style(), ctl.columns()),
                                       "Nobody but you reads it. It counts in the fairness report from next month on, "
                                       "among five and more.\n"));
  ctl.Document(groups);
}

absl::Status Show(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Organization organization, ReadOrganization(*session, me));
  ASSIGN_OR_RETURN(const Groups groups, ReadGroups(*session, me));
  ShowGroups(ctl, organization, groups);
  return absl::OkStatus();
}

// Says `choice`, or with none takes back what was said: of one question, or of all where it is empty.
absl::Status Change(Ctl& ctl, const std::string& question, const std::string& choice) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Organization organization, ReadOrganization(*session, me));
  ASSIGN_OR_RETURN(const Groups before, ReadGroups(*session, me));
  profile::v1::UpdateGroupsRequest request;
  request.mutable_groups()->set_name(before.name());
  request.mutable_groups()->set_etag(before.etag());
  for (const GroupAnswer& answer : before.answers()) {
    if (!question.empty() && answer.question() != question) *request.mutable_groups()->add_answers() = answer;
  }
  if (!choice.empty()) {
    GroupAnswer& answer = *request.mutable_groups()->add_answers();
    answer.set_question(question);
    answer.set_choice(choice);
  }
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Groups groups, session->Call(session->profile(), &Profile::UpdateGroups, me, request));
  ShowGroups(ctl, organization, groups);
  return absl::OkStatus();
}

void ShowQuestions(Ctl& ctl, const Organization& organization) {
  Table table({{"QUESTION"}, {"IN WORDS", Align::kLeft, true}, {"CHOICES", Align::kLeft, true}});
  for (const GroupQuestion& question : organization.group_questions()) {
    table.Add({question.id(), question.question(), absl::StrJoin(question.choices(), " | ")});
  }
  ctl.Say(table.empty() ? "Nothing is asked about groups.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(organization);
}

absl::Status ListQuestions(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Organization organization, ReadOrganization(*session, caller));
  ShowQuestions(ctl, organization);
  return absl::OkStatus();
}

// Asks `question`, in place of one with its id; one without choices is asked no more.
absl::Status ChangeQuestions(Ctl& ctl, const GroupQuestion& question) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(Organization organization, ReadOrganization(*session, caller));
  profile::v1::UpdateOrganizationRequest request;
  Organization& after = *request.mutable_organization();
  after.set_etag(organization.etag());
  // The name is not written, but a whole organisation has one.
  after.set_display_name(organization.display_name());
  bool known = false;
  for (const GroupQuestion& asked : organization.group_questions()) {
    const bool same = asked.id() == question.id();
    known = known || same;
    if (!same) *after.add_group_questions() = asked;
    if (same && !question.choices().empty()) *after.add_group_questions() = question;
  }
  if (!known && question.choices().empty()) {
    return absl::NotFoundError(absl::StrCat("nothing is asked under \"", question.id(), "\"; see org groups list"));
  }
  if (!known) *after.add_group_questions() = question;
  request.mutable_update_mask()->add_paths("group_questions");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(organization, session->Call(session->profile(), &Profile::UpdateOrganization, caller, request));
  ShowQuestions(ctl, organization);
  return absl::OkStatus();
}

}  // namespace

void AddGroup(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "group", "groups you say you belong to; nobody but you reads it");
  OnParsed(AddVerb(noun, "show", "what your organisation asks, and what you say"), ctl, [&ctl] { return Show(ctl); });
  auto question = std::make_shared<std::string>();
  auto choice = std::make_shared<std::string>();
  CLI::App* say = AddVerb(noun, "say", "answer a question; in place of what you said before");
  say->add_option("question", *question, "its name, as group show tells")->required();
  say->add_option("choice", *choice, "one of its choices")->required();
  OnParsed(say, ctl, [&ctl, question, choice] { return Change(ctl, *question, *choice); });
  CLI::App* take_back = AddVerb(noun, "take-back", "remove what you said");
  take_back->add_option("question", *question, "to this question alone; none: to all");
  OnParsed(take_back, ctl, [&ctl, question] { return Change(ctl, *question, ""); });
}

void AddGroupQuestions(CLI::App* org, Ctl& ctl) {
  CLI::App* noun = AddNoun(*org, "groups", "what people may say of themselves, for the fairness report alone");
  OnParsed(AddVerb(noun, "list", "what is asked"), ctl, [&ctl] { return ListQuestions(ctl); });
  auto id = std::make_shared<std::string>();
  auto words = std::make_shared<std::string>();
  auto choices = std::make_shared<std::vector<std::string>>();
  CLI::App* ask = AddVerb(noun, "ask", "ask a question, or word one anew");
  ask->add_option("id", *id, "a name for it, as age")->required();
  ask->add_option("question", *words, "the question")->required();
  ask->add_option("--choice", *choices, "an answer; give at least two. One that is worded anew is another one")
      ->required();
  OnParsed(ask, ctl, [&ctl, id, words, choices] {
    GroupQuestion question;
    question.set_id(*id);
    question.set_question(*words);
    for (const std::string& choice : *choices) question.add_choices(choice);
    return ChangeQuestions(ctl, question);
  });
  CLI::App* drop = AddVerb(noun, "drop", "ask it no more; what people answered is removed within the hour");
  drop->add_option("id", *id, "its name")->required();
  OnParsed(drop, ctl, [&ctl, id] {
    GroupQuestion question;
    question.set_id(*id);
    return ChangeQuestions(ctl, question);
  });
}

}  // namespace cortado::ctl
