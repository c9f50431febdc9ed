// cortadoctl round create | run | show | list | pairs | unmatched | publish | undo
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/ctl/command.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/progress.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/round_calls.h"
#include "clients/ctl/rule_arguments.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Round;

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(200);

struct RoundArguments {
  std::string program, round;
  std::vector<std::string> pinned, forbidden;
  uint64_t seed = 0;
  bool over_all = false;
  TrialArguments trial;
};

void Show(const Ctl& ctl, const Round& round) {
  const auto& figures = round.figures();
  std::vector<std::pair<std::string, std::string>> facts = {{"Round", round.name()},
                                                            {"State", EnumWords(round.state())}};
  if (round.state() == Round::STATE_FAILED) facts.emplace_back("Because", round.failure());
  if (round.has_trial()) facts.emplace_back("Trial", "yes: with other terms than the programme");
  if (round.edited()) facts.emplace_back("Edited", "since it was run");
  if (figures.people() > 0) {
    facts.emplace_back("People", Grouped(figures.people()));
    facts.emplace_back("Matched", Grouped(figures.matched()));
    facts.emplace_back("Left over", Grouped(figures.unmatched()));
    facts.emplace_back("Total score", TotalWords(figures.previous_total_score(), figures.total_score()));
  }
  if (figures.bound() > 0) {
    facts.emplace_back("At most",
                       absl::StrCat(Grouped(figures.bound()),
                                    figures.bound_over_all() ? " (over everybody)" : " (over the 50 best of each)"));
    facts.emplace_back("Gap", Grouped(figures.gap()));
    facts.emplace_back("Blocking pairs", figures.blocking_pairs() < 0 ? "not counted since pairs were exchanged"
                                                                      : Grouped(figures.blocking_pairs()));
  }
  if (round.has_announce_time()) {
    const bool told = round.state() != Round::STATE_PUBLISHED;
    facts.emplace_back(told ? "People were told" : "People are told",
                       WallClock(ToTime(round.announce_time()), absl::LocalTimeZone()));
  }
  if (round.dropped_count() > 0) facts.emplace_back("Dropped", Count(round.dropped_count(), "pair", "pairs"));
  if (figures.across_departments() > 0) {
    facts.emplace_back("Across departments", Count(figures.across_departments(), "pair", "pairs"));
  }
  if (figures.first_meetings() > 0) facts.emplace_back("First meetings", Grouped(figures.first_meetings()));
  facts.emplace_back("Seed", absl::StrCat(round.seed()));
  ctl.Say(RenderFacts(facts, ctl.style()));
  ctl.Document(round);
}

absl::Status Create(Ctl& ctl, const RoundArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::CreateRoundRequest request;
  request.set_program("programs/" + ShortName(arguments.program));
  request.mutable_round()->set_seed(arguments.seed);
  request.mutable_round()->set_over_all(arguments.over_all);
  for (const std::string& text : arguments.pinned) {
    ASSIGN_OR_RETURN(*request.mutable_round()->add_pinned(), FindPair(*session, caller, text));
  }
  for (const std::string& text : arguments.forbidden) {
    ASSIGN_OR_RETURN(*request.mutable_round()->add_forbidden(), FindPair(*session, caller, text));
  }
  RETURN_IF_ERROR(PutTrial(arguments.trial, *request.mutable_round()));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Round made, session->Call(session->matching(), &Matching::CreateRound, caller, request));
  Show(ctl, made);
  return absl::OkStatus();
}

absl::StatusOr<Round> Get(Session& session, const Caller& caller, const std::string& name) {
  matching::v1::GetRoundRequest request;
  request.set_name(name);
  return session.Call(session.matching(), &Matching::GetRound, caller, request);
}

// Looks again and again until the round is no longer worked on.
absl::StatusOr<Round> Await(Session& session, const Caller& caller, Round round) {
  const Round::State begun = round.state();
  Progress progress(begun == Round::STATE_RUNNING ? "Pairing" : EnumWords(begun), "done", round.total_count());
  const auto at_work = [](const Round& one) {
    return one.state() == Round::STATE_RUNNING || one.state() == Round::STATE_PUBLISHING ||
           one.state() == Round::STATE_UNDOING;
  };
  for (int done = 0; at_work(round);) {
    absl::SleepFor(kBetweenLooks);
    ASSIGN_OR_RETURN(round, Get(session, caller, round.name()));
    progress.Advance(std::max(0, round.done_count() - done));
    done = std::max(done, round.done_count());
  }
  return round;
}

absl::Status Run(Ctl& ctl, const RoundArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::RunRoundRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), RoundNameOf(arguments.round));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(Round begun, session->Call(session->matching(), &Matching::RunRound, caller, request));
  ASSIGN_OR_RETURN(const Round round, Await(*session, caller, std::move(begun)));
  Show(ctl, round);
  return absl::OkStatus();
}

// Begins `method`, PublishRound or UndoRound, and waits until it is done.
template <class Request>
absl::Status Move(Ctl& ctl, const RoundArguments& arguments,
                  grpc::Status (Matching::*method)(grpc::ClientContext*, const Request&, Round*)) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  Request request;
  ASSIGN_OR_RETURN(*request.mutable_name(), RoundNameOf(arguments.round));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(Round begun, session->Call(session->matching(), method, caller, request));
  ASSIGN_OR_RETURN(const Round round, Await(*session, caller, std::move(begun)));
  Show(ctl, round);
  return absl::OkStatus();
}

absl::Status Publish(Ctl& ctl, const RoundArguments& arguments) {
  return Move(ctl, arguments, &Matching::PublishRound);
}
absl::Status Undo(Ctl& ctl, const RoundArguments& arguments) { return Move(ctl, arguments, &Matching::UndoRound); }

absl::Status ShowOne(Ctl& ctl, const RoundArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const std::string name, RoundNameOf(arguments.round));
  ASSIGN_OR_RETURN(const Round round, Get(*session, caller, name));
  Show(ctl, round);
  return absl::OkStatus();
}

absl::Status List(Ctl& ctl, const RoundArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::ListRoundsRequest request;
  request.set_program("programs/" + ShortName(arguments.program));
  ASSIGN_OR_RETURN(const auto all, ListPages(*session, session->matching(), &Matching::ListRounds, caller, request));
  Table table({{"ROUND", Align::kLeft, true}, {"STATE"}, {"PEOPLE", Align::kRight}, {"MATCHED", Align::kRight}});
  for (const Round& round : all.rounds()) {
    table.Add({round.name(), EnumWords(round.state()), Grouped(round.figures().people()),
               Grouped(round.figures().matched())});
  }
  ctl.Say(table.empty() ? "No rounds.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::Status Pairs(Ctl& ctl, const RoundArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::ListRoundPairsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_round(), RoundNameOf(arguments.round));
  ASSIGN_OR_RETURN(const auto all,
                   ListPages(*session, session->matching(), &Matching::ListRoundPairs, caller, request));
  Table table({{"PEOPLE", Align::kLeft, true}, {"SCORE", Align::kRight}, {"MOSTLY", Align::kLeft, true}, {""}});
  for (const auto& pair : all.pairs()) {
    const std::string why = pair.reasons().empty() ? "" : pair.reasons(0).text();
    table.Add({NamesOf(pair), Grouped(pair.score()), why, pair.dropped() ? "dropped" : pair.pinned() ? "pinned" : ""});
  }
  ctl.Say(table.empty() ? "No pairs: run the round first.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(all);
  return absl::OkStatus();
}

absl::Status Unmatched(Ctl& ctl, const RoundArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::ListUnmatchedRequest request;
  ASSIGN_OR_RETURN(*request.mutable_round(), RoundNameOf(arguments.round));
  ASSIGN_OR_RETURN(const auto all, ListPages(*session, session->matching(), &Matching::ListUnmatched, caller, request));
  Table table({{"PERSON"}, {"NAME", Align::kLeft, true}, {"BECAUSE", Align::kLeft, true}});
  for (const auto& one : all.unmatched()) {
    table.Add({ShortName(one.person().person()), one.person().display_name(), one.text().text()});
  }
  ctl.Say(table.empty() ? "Everybody has a pair.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(all);
  return absl::OkStatus();
}

}  // namespace

void ShowRound(const Ctl& ctl, const Round& round) { Show(ctl, round); }

void AddRound(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "round", "rounds of a programme: runs and draws");
  auto arguments = std::make_shared<RoundArguments>();
  CLI::App* create = AddVerb(noun, "create", "make one");
  create->add_option("program", arguments->program, "of which programme")->required();
  create->add_option("--seed", arguments->seed, "the same seed gives the same pairs");
  create->add_flag("--over-all", arguments->over_all, "prove it over everybody; takes longer");
  create->add_option("--pin", arguments->pinned, "a pair that shall be, as MENTEE:MENTOR; may be given again");
  create->add_option("--forbid", arguments->forbidden, "a pair that shall not be; may be given again");
  AddTrialOptions(create, arguments->trial);
  OnParsed(create, ctl, [&ctl, arguments] { return Create(ctl, *arguments); });
  const auto add = [&](const std::string& name, const std::string& words,
                       absl::Status (*act)(Ctl&, const RoundArguments&)) {
    CLI::App* verb = AddVerb(noun, name, words);
    verb->add_option("round", arguments->round, "which, as PROGRAM/ROUND")->required();
    OnParsed(verb, ctl, [&ctl, arguments, act] { return act(ctl, *arguments); });
  };
  add("run", "work out the pairs, and wait for them", &Run);
  add("show", "where it stands, and how good it is", &ShowOne);
  add("pairs", "who was paired with whom, and why", &Pairs);
  add("unmatched", "who has no pair, and why", &Unmatched);
  add("publish", "look at every pair again, and tell people in 15 minutes", &Publish);
  add("undo", "take it back: silently while nobody was told", &Undo);
  CLI::App* list = AddVerb(noun, "list", "those of a programme");
  list->add_option("program", arguments->program, "of which programme")->required();
  OnParsed(list, ctl, [&ctl, arguments] { return List(ctl, *arguments); });
  AddRoundEdits(noun, ctl);
}

}  // namespace cortado::ctl
