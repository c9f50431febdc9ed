// cortadoctl match suggest | explain | request | list; the answers stand in command_answer.cc
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/filter_arguments.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/suggestion_text.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Match;
using matching::v1::Request;

struct SuggestArguments {
  std::shared_ptr<FilterArguments> filter = std::make_shared<FilterArguments>();
  std::string page;
  int count = 10;
  int distance = 0;
  bool include_own_line = false;
  bool details = false;
  bool with_times = false;
};

absl::Status Suggest(Ctl& ctl, const SuggestArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::SuggestRoleModelsRequest request;
  request.set_person("people/" + me.person);
  request.set_page_size(arguments.count);
  request.set_distance(arguments.distance);
  request.set_include_own_line(arguments.include_own_line);
  request.set_page_token(arguments.page);
  request.set_with_times(arguments.with_times);
  ASSIGN_OR_RETURN(*request.mutable_filter(), ReadFilter(*arguments.filter));
  ASSIGN_OR_RETURN(const auto response, session->Call(session->matching(), &Matching::SuggestRoleModels, me, request));
  ctl.Document(response);
  if (!response.note().text().empty()) ctl.Say(absl::StrCat(response.note().text(), "\n"));
  for (const auto& suggestion : response.suggestions()) ctl.Say(RenderSuggestion(suggestion, ctl.style()));
  if (response.has_missing()) ctl.Say(absl::StrCat(response.missing().text(), "\n"));
  if (response.times_unavailable()) ctl.Say("Not all times could be looked up at the moment.\n");
  if (arguments.details && !response.suggestions().empty()) {
    ctl.Say("\n");
    ctl.Say(PartsTable(response.suggestions()));
  }
  ctl.Say(absl::StrCat(Count(response.considered_count(), "person was", "people were"), " looked at",
                       response.not_joined_count() > 0 ? absl::StrCat("; ", Grouped(response.not_joined_count()),
                                                                      " more would fit and have not joined")
                                                       : "",
                       ".\n"));
  if (!response.next_page_token().empty()) {
    ctl.Say(absl::StrCat("More: the same command with --page ", response.next_page_token(), "\n"));
  }
  return absl::OkStatus();
}

absl::Status ExplainOne(Ctl& ctl, const std::string& who, int distance) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(who));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::ExplainMatchRequest request;
  request.set_person("people/" + me.person);
  request.set_mentor("people/" + id);
  request.set_distance(distance);
  ASSIGN_OR_RETURN(const auto suggestion, session->Call(session->matching(), &Matching::ExplainMatch, me, request));
  ctl.Say(RenderSuggestion(suggestion, ctl.style()));
  ctl.Say(ExplanationTable(suggestion));
  ctl.Document(suggestion);
  return absl::OkStatus();
}

struct AskArguments {
  std::string who;
  std::string message;
  std::vector<std::string> times;
  std::vector<std::string> next;
  bool include_own_line = false;
};

absl::Status Ask(Ctl& ctl, const AskArguments& arguments) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(arguments.who));
  matching::v1::RequestMatchRequest request;
  request.set_mentor("people/" + id);
  request.set_message(arguments.message);
  request.set_include_own_line(arguments.include_own_line);
  for (const std::string& next : arguments.next) {
    ASSIGN_OR_RETURN(const std::string choice, PersonId(next));
    request.add_next_choices("people/" + choice);
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  for (const std::string& text : arguments.times) {
    ASSIGN_OR_RETURN(const absl::Time time, ParseInstant(text, ZoneOf(*session, me)));
    *request.add_proposed_times() = ToTimestamp(time);
  }
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Request asked, session->Call(session->matching(), &Matching::RequestMatch, me, request));
  ctl.Say(absl::StrCat("Asked ", asked.mentor().display_name(), ": ", asked.name(), " waits for an answer.\n",
                       "They say yes with: cortadoctl match accept ", ShortName(asked.name()), " --as ", id, "\n"));
  ctl.Document(asked);
  return absl::OkStatus();
}

void ShowLists(const Ctl& ctl, const matching::v1::ListRequestsResponse& requests,
               const matching::v1::ListMatchesResponse& matches) {
  const auto day = [](const google::protobuf::Timestamp& time) {
    return absl::FormatTime("%Y-%m-%d", ToTime(time), absl::UTCTimeZone());
  };
  Table asked({{"REQUEST"}, {"FROM", Align::kLeft, true}, {"TO", Align::kLeft, true}, {"STATE"}, {"ASKED"}});
  for (const Request& request : requests.requests()) {
    asked.Add({ShortName(request.name()), request.requester().display_name(), request.mentor().display_name(),
               EnumWords(request.state()), day(request.create_time())});
  }
  Table matched({{"MATCH"}, {"MENTEE", Align::kLeft, true}, {"MENTOR", Align::kLeft, true}, {"STATE"}, {"SINCE"}});
  for (const Match& match : matches.matches()) {
    matched.Add({ShortName(match.name()), match.mentee().display_name(), match.mentor().display_name(),
                 EnumWords(match.state()), day(match.create_time())});
  }
  ctl.Say(asked.empty() ? "No requests.\n" : asked.Render(ctl.style(), ctl.columns()));
  ctl.Say("\n");
  ctl.Say(matched.empty() ? "No matches.\n" : matched.Render(ctl.style(), ctl.columns()));
}

absl::Status List(Ctl& ctl, bool open) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::ListRequestsRequest request;
  if (open) request.set_state(Request::STATE_OPEN);
  ASSIGN_OR_RETURN(const auto requests, ListPages(*session, session->matching(), &Matching::ListRequests, me, request));
  ASSIGN_OR_RETURN(const auto matches, ListPages(*session, session->matching(), &Matching::ListMatches, me,
                                                 matching::v1::ListMatchesRequest()));
  ShowLists(ctl, requests, matches);
  nlohmann::json both = nlohmann::json::parse(JsonOf(requests));
  both["matches"] = nlohmann::json::parse(JsonOf(matches))["matches"];
  both.erase("nextPageToken");
  ctl.Document(both.dump(1));
  return absl::OkStatus();
}

}  // namespace

void AddMatch(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "match", "who should meet whom: role models, asking and answering");

  auto suggest_arguments = std::make_shared<SuggestArguments>();
  CLI::App* suggest = AddVerb(noun, "suggest", "role models for you, best first");
  suggest->add_option("--count", suggest_arguments->count, "how many, 1 to 100 (10)");
  suggest->add_option("--distance", suggest_arguments->distance,
                      "-100: my own corner .. 100: the other end of the house");
  suggest->add_flag("--include-own-line", suggest_arguments->include_own_line, "also people of your reporting line");
  suggest->add_option("--page", suggest_arguments->page, "the next page, as the last one said");
  AddFilterOptions(suggest, suggest_arguments->filter);
  suggest->add_flag("--times", suggest_arguments->with_times, "also the next times of people with an open door");
  suggest->add_flag("--details", suggest_arguments->details, "also the parts of each score");
  OnParsed(suggest, ctl, [&ctl, suggest_arguments] { return Suggest(ctl, *suggest_arguments); });

  auto ask = std::make_shared<AskArguments>();
  CLI::App* explain = AddVerb(noun, "explain", "what the score of somebody is made of, for you");
  explain->add_option("person", ask->who, "whose")->required();
  explain->add_option("--distance", suggest_arguments->distance, "as in suggest");
  OnParsed(explain, ctl,
           [&ctl, ask, suggest_arguments] { return ExplainOne(ctl, ask->who, suggest_arguments->distance); });

  CLI::App* request = AddVerb(noun, "request", "ask somebody");
  request->add_option("person", ask->who, "whom")->required();
  request->add_option("--message", ask->message, "why them, in your words");
  request->add_option("--time", ask->times, "a time that would suit, at most three");
  request->add_option("--next", ask->next, "whom to ask should this come to nothing, in this order, at most four");
  request->add_flag("--include-own-line", ask->include_own_line, "they are in my reporting line, and I mean it");
  OnParsed(request, ctl, [&ctl, ask] { return Ask(ctl, *ask); });

  AddDiscovery(noun, ctl);
  AddProposals(noun, ctl);
  AddAnswers(noun, ctl);

  auto open = std::make_shared<bool>(false);
  CLI::App* list = AddVerb(noun, "list", "your requests and matches, newest first");
  list->add_flag("--open", *open, "only requests that wait for an answer");
  OnParsed(list, ctl, [&ctl, open] { return List(ctl, *open); });
}

}  // namespace cortado::ctl
