// cortadoctl profile start | suggest | note
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/ctl/command.h"
#include "clients/ctl/destination_arguments.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

struct StartArguments {
  std::shared_ptr<DestinationArguments> destination = std::make_shared<DestinationArguments>();
  std::vector<std::string> learn;
  std::optional<int> minutes;

  bool empty() const { return destination->kind.empty() && learn.empty() && !minutes; }
};

// Asks on the terminal; an empty line leaves the question unanswered.
std::string AskLine(const std::string& question) {
  std::fputs(absl::StrCat(question, "\n> ").c_str(), stdout);
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
  return std::string(absl::StripAsciiWhitespace(line));
}

absl::Status AskThree(StartArguments& arguments) {
  const std::string where = AskLine(
      "1. Where would you like to go? next level, sideways, back to craft, fewer hours, portfolio, new field,\n"
      "   deepen here, not sure yet - and behind a colon, if you like, in your own words");
  const std::vector<std::string> parts = absl::StrSplit(where, absl::MaxSplits(':', 1));
  arguments.destination->kind = absl::StrReplaceAll(absl::StripAsciiWhitespace(parts[0]), {{" ", "_"}});
  if (parts.size() > 1) arguments.destination->text = std::string(absl::StripAsciiWhitespace(parts[1]));
  const std::string learn = AskLine("2. What would you like to learn? Separate with commas");
  for (absl::string_view word : absl::StrSplit(learn, ',', absl::SkipWhitespace())) {
    arguments.learn.emplace_back(absl::StripAsciiWhitespace(word));
  }
  const std::string minutes = AskLine("3. How many minutes a week for it?");
  int number = 0;
  if (minutes.empty()) return absl::OkStatus();
  if (!absl::SimpleAtoi(minutes, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", minutes, "\" is no number of minutes, as 60"));
  }
  arguments.minutes = number;
  return absl::OkStatus();
}

void ShowStart(const Ctl& ctl, const profile::v1::StartProfileResponse& written) {
  if (written.has_destination()) ctl.Say(absl::StrCat("Where to:  ", DestinationPhrase(written.destination()), "\n"));
  std::vector<std::string> wanted;
  for (const auto& skill : written.person().skills_wanted()) wanted.push_back(skill.display_name());
  ctl.Say(absl::StrCat("To learn:  ", wanted.empty() ? "nothing yet" : absl::StrJoin(wanted, ", "), "\n"));
  ctl.Say(absl::StrCat("Time:      ", written.time().weekly_minutes(), " minutes a week\n"));
  for (const auto& unsettled : written.unsettled()) {
    std::vector<std::string> meant;
    for (const auto& skill : unsettled.candidates()) meant.push_back(skill.display_name());
    const std::string hint = meant.empty() ? "no skill comes near; cortadoctl skill list shows all"
                                           : absl::StrCat("did you mean ", absl::StrJoin(meant, " or "), "?");
    ctl.Say(absl::StrCat("Not added: ", unsettled.text(), " (", hint, ")\n"));
  }
  ctl.Say("\nNow: cortadoctl match suggest\n");
}

absl::Status RunStart(Ctl& ctl, StartArguments arguments) {
  const bool can_ask = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !ctl.json;
  if (arguments.empty() && !can_ask) {
    return absl::InvalidArgumentError("answer at least one: --kind, --learn or --minutes");
  }
  if (arguments.empty()) RETURN_IF_ERROR(AskThree(arguments));
  profile::v1::StartProfileRequest request;
  if (!arguments.destination->kind.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_destination(), ReadDestination(*arguments.destination));
  }
  for (const std::string& text : arguments.learn) request.add_learn(text);
  if (arguments.minutes) request.set_weekly_minutes(*arguments.minutes);
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::GetPersonRequest get;
  get.set_name("people/" + me.person);
  ASSIGN_OR_RETURN(const profile::v1::Person person, session->Call(session->profile(), &Profile::GetPerson, me, get));
  request.set_person(get.name());
  request.set_etag(person.etag());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto written, session->Call(session->profile(), &Profile::StartProfile, me, request));
  ShowStart(ctl, written);
  ctl.Document(written);
  return absl::OkStatus();
}

absl::Status RunSuggest(Ctl& ctl, const std::string& title) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::SuggestProfileRequest request;
  request.set_person("people/" + me.person);
  request.set_title(title);
  ASSIGN_OR_RETURN(const auto suggested, session->Call(session->profile(), &Profile::SuggestProfile, me, request));
  if (suggested.skills_held().empty() && suggested.skills_wanted().empty()) {
    ctl.Say(absl::StrCat("Too few people list anything as ", suggested.title().empty() ? "yours" : suggested.title(),
                         " to suggest something.\n"));
  }
  const auto show = [&ctl](absl::string_view what, const auto& skills) {
    if (skills.empty()) return;
    Table table({{std::string(what), Align::kLeft, true}, {"OF THEM", Align::kRight}});
    for (const auto& skill : skills) table.Add({skill.display_name(), absl::StrCat(skill.percent(), " %")});
    ctl.Say(table);
  };
  if (suggested.people_count() > 0) {
    ctl.Say(absl::StrCat(Count(suggested.people_count(), "other person", "other people"), " with the title ",
                         suggested.title(), ":\n\n"));
  }
  show("THEY CAN", suggested.skills_held());
  show("THEY WANT TO LEARN", suggested.skills_wanted());
  ctl.Document(suggested);
  return absl::OkStatus();
}

absl::Status RunNote(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::DraftManagerNoteRequest request;
  request.set_person("people/" + me.person);
  ASSIGN_OR_RETURN(const auto note, session->Call(session->profile(), &Profile::DraftManagerNote, me, request));
  ctl.Say(absl::StrCat(note.subject(), "\n\n", note.body(), "\n"));
  ctl.Document(note);
  return absl::OkStatus();
}

}  // namespace

void AddProfile(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "profile", "a profile in a minute");

  auto arguments = std::make_shared<StartArguments>();
  CLI::App* start = AddVerb(noun, "start", "answer three questions: where to, what to learn, minutes a week");
  AddDestinationOptions(start, arguments->destination);
  start->add_option("--learn", arguments->learn, "a skill, in your words; may be given again");
  start->add_option("--minutes", arguments->minutes, "a week, for chats");
  start->footer(
      "Without options, on a terminal, it asks. Example:\n"
      "  cortadoctl profile start --kind sideways --text \"Data engineer\" --learn SQL --minutes 45");
  OnParsed(start, ctl, [&ctl, arguments] { return RunStart(ctl, *arguments); });

  auto title = std::make_shared<std::string>();
  CLI::App* suggest = AddVerb(noun, "suggest", "what people in your role list, for choosing from");
  suggest->add_option("title", *title, "another title than yours");
  OnParsed(suggest, ctl, [&ctl, title] { return RunSuggest(ctl, *title); });

  CLI::App* note = AddVerb(noun, "note", "a draft of what you could tell your manager");
  OnParsed(note, ctl, [&ctl] { return RunNote(ctl); });
}

}  // namespace cortado::ctl
