// cortadoctl guide show | save, and question list | add | change | archive
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::ConversationGuide;
using matching::v1::Question;

struct GuideArguments {
  std::string match;
  bool fresh = false;
  std::vector<std::string> add;
  std::vector<int> remove, asked, useful;
};

absl::StatusOr<ConversationGuide> Read(Ctl& ctl, const GuideArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::GetConversationGuideRequest request;
  request.set_match("matches/" + ShortName(arguments.match));
  request.set_fresh(arguments.fresh);
  return session->Call(session->matching(), &Matching::GetConversationGuide, me, request);
}

void Show(const Ctl& ctl, const ConversationGuide& guide) {
  ctl.Say(absl::StrCat(guide.mentee().display_name(), " asks ", guide.mentor().display_name(), ":\n\n"));
  for (int i = 0; i < guide.questions_size(); ++i) {
    const auto& question = guide.questions(i);
    const char* mark = question.useful() ? " (asked, worth it)" : question.asked() ? " (asked)" : "";
    ctl.Say(absl::StrCat(i + 1 < 10 ? " " : "", i + 1, ". ", question.text().text(), mark, "\n"));
  }
  if (guide.questions().empty()) ctl.Say("No questions.\n");
}

absl::Status ShowGuide(Ctl& ctl, const GuideArguments& arguments) {
  ASSIGN_OR_RETURN(const ConversationGuide guide, Read(ctl, arguments));
  Show(ctl, guide);
  ctl.Document(guide);
  return absl::OkStatus();
}

// Marks the questions with these numbers, from 1. INVALID_ARGUMENT names one there is none of.
template <typename Mark>
absl::Status ForEach(ConversationGuide& guide, const std::vector<int>& numbers, Mark mark) {
  for (const int number : numbers) {
    if (number < 1 || number > guide.questions_size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no question ", number, ": the guide has ", guide.questions_size()));
    }
    mark(*guide.mutable_questions(number - 1));
  }
  return absl::OkStatus();
}

absl::Status SaveGuide(Ctl& ctl, const GuideArguments& arguments) {
  ASSIGN_OR_RETURN(ConversationGuide guide, Read(ctl, arguments));
  RETURN_IF_ERROR(ForEach(guide, arguments.asked, [](auto& question) { question.set_asked(true); }));
  RETURN_IF_ERROR(ForEach(guide, arguments.useful, [](auto& question) {
    question.set_asked(true);
    question.set_useful(true);
  }));
  RETURN_IF_ERROR(ForEach(guide, arguments.remove, [](auto&) {}));
  std::vector<int> last_first = arguments.remove;
  std::sort(last_first.rbegin(), last_first.rend());
  last_first.erase(std::unique(last_first.begin(), last_first.end()), last_first.end());
  for (const int number : last_first) guide.mutable_questions()->DeleteSubrange(number - 1, 1);
  for (const std::string& words : arguments.add) guide.add_questions()->mutable_text()->set_text(words);
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::SaveConversationGuideRequest request;
  *request.mutable_guide() = std::move(guide);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const ConversationGuide kept,
                   session->Call(session->matching(), &Matching::SaveConversationGuide, me, request));
  Show(ctl, kept);
  ctl.Document(kept);
  return absl::OkStatus();
}

struct QuestionArguments {
  std::string name;
  std::string group;
  std::optional<std::string> english, german;
  std::vector<std::string> kinds;
};

absl::Status List(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto all, ListPages(*session, session->matching(), &Matching::ListQuestions, caller,
                                             matching::v1::ListQuestionsRequest()));
  Table table({{"QUESTION"}, {"ABOUT"}, {"WORDS", Align::kLeft, true}, {"FOR", Align::kLeft, true}});
  for (const Question& question : all.questions()) {
    if (question.archived()) continue;
    std::vector<std::string> kinds;
    for (const int kind : question.kinds()) kinds.push_back(EnumWords(static_cast<profile::v1::DestinationKind>(kind)));
    table.Add({ShortName(question.name()), EnumWords(question.group()), question.text_en(),
               kinds.empty() ? "everybody" : absl::StrJoin(kinds, ", ")});
  }
  ctl.Say(table.empty() ? "No questions of your own.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::StatusOr<Question> Fill(const QuestionArguments& arguments, google::protobuf::FieldMask& mask) {
  Question question;
  if (!arguments.group.empty()) {
    const auto group = ParseEnum<matching::v1::QuestionGroup>(arguments.group);
    if (!group) return absl::InvalidArgumentError("--about must be days, projects, places, journey, advice or luck");
    question.set_group(*group);
    mask.add_paths("group");
  }
  if (arguments.english) {
    question.set_text_en(*arguments.english);
    mask.add_paths("text_en");
  }
  if (arguments.german) {
    question.set_text_de(*arguments.german);
    mask.add_paths("text_de");
  }
  for (const std::string& text : arguments.kinds) {
    const auto kind = ParseEnum<profile::v1::DestinationKind>(text);
    if (!kind) return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no kind, as sideways"));
    question.add_kinds(*kind);
  }
  if (!arguments.kinds.empty()) mask.add_paths("kinds");
  return question;
}

absl::Status Add(Ctl& ctl, const QuestionArguments& arguments) {
  matching::v1::CreateQuestionRequest request;
  google::protobuf::FieldMask unused;
  ASSIGN_OR_RETURN(*request.mutable_question(), Fill(arguments, unused));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Question made, session->Call(session->matching(), &Matching::CreateQuestion, caller, request));
  ctl.Say(absl::StrCat("Added ", made.name(), ".\n"));
  ctl.Document(made);
  return absl::OkStatus();
}

absl::Status Change(Ctl& ctl, const QuestionArguments& arguments, bool archive) {
  matching::v1::UpdateQuestionRequest request;
  ASSIGN_OR_RETURN(*request.mutable_question(), Fill(arguments, *request.mutable_update_mask()));
  if (archive) {
    request.mutable_question()->set_archived(true);
    request.mutable_update_mask()->add_paths("archived");
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto all, ListPages(*session, session->matching(), &Matching::ListQuestions, caller,
                                             matching::v1::ListQuestionsRequest()));
  const std::string name = "questions/" + ShortName(arguments.name);
  for (const Question& question : all.questions()) {
    if (question.name() == name) request.mutable_question()->set_etag(question.etag());
  }
  if (request.question().etag().empty()) return absl::NotFoundError(absl::StrCat("there is no ", name));
  request.mutable_question()->set_name(name);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Question changed,
                   session->Call(session->matching(), &Matching::UpdateQuestion, caller, request));
  ctl.Say(absl::StrCat(archive ? "Archived " : "Changed ", changed.name(), ".\n"));
  ctl.Document(changed);
  return absl::OkStatus();
}

void AddQuestionOptions(CLI::App* verb, const std::shared_ptr<QuestionArguments>& arguments, bool is_new) {
  verb->add_option("--about", arguments->group, "days, projects, places, journey, advice or luck")->required(is_new);
  verb->add_option("--en", arguments->english,
                   "in English; may name {name}, {skill}, {past}, {present}, {role}, {place}")
      ->required(is_new);
  verb->add_option("--de", arguments->german, "in German");
  verb->add_option("--kind", arguments->kinds, "only for this destination, as sideways; may be given again");
}

}  // namespace

void AddGuide(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "guide", "what the two of a match could talk about");
  auto arguments = std::make_shared<GuideArguments>();
  CLI::App* show = AddVerb(noun, "show", "the questions for a match");
  show->add_option("match", arguments->match, "which")->required();
  show->add_flag("--fresh", arguments->fresh, "new ones, for the next chat");
  OnParsed(show, ctl, [&ctl, arguments] { return ShowGuide(ctl, *arguments); });

  CLI::App* save = AddVerb(noun, "save", "keep the guide for both, changed as you say");
  save->add_option("match", arguments->match, "which")->required();
  save->add_flag("--fresh", arguments->fresh, "begin with new questions");
  save->add_option("--add", arguments->add, "a question in your own words; may be given again");
  save->add_option("--remove", arguments->remove, "the number of a question; may be given again");
  save->add_option("--asked", arguments->asked, "the number of one you talked about");
  save->add_option("--useful", arguments->useful, "the number of one that was worth it");
  OnParsed(save, ctl, [&ctl, arguments] { return SaveGuide(ctl, *arguments); });
}

void AddQuestion(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "question", "your organisation's own questions for guides");
  OnParsed(AddVerb(noun, "list", "those there are"), ctl, [&ctl] { return List(ctl); });

  auto fresh = std::make_shared<QuestionArguments>();
  CLI::App* add = AddVerb(noun, "add", "add one");
  AddQuestionOptions(add, fresh, true);
  add->footer("Example: cortadoctl question add --about places --en \"What happens in our guild for {skill}?\"");
  OnParsed(add, ctl, [&ctl, fresh] { return Add(ctl, *fresh); });

  auto changed = std::make_shared<QuestionArguments>();
  CLI::App* change = AddVerb(noun, "change", "change one");
  change->add_option("question", changed->name, "which")->required();
  AddQuestionOptions(change, changed, false);
  OnParsed(change, ctl, [&ctl, changed] { return Change(ctl, *changed, false); });

  auto old = std::make_shared<QuestionArguments>();
  CLI::App* archive = AddVerb(noun, "archive", "ask one no more");
  archive->add_option("question", old->name, "which")->required();
  OnParsed(archive, ctl, [&ctl, old] { return Change(ctl, *old, true); });
}

}  // namespace cortado::ctl
