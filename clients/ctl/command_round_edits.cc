// cortadoctl round why | cancel | pin | unpin | forbid | allow | swap | compare
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/find_person.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/round_calls.h"
#include "clients/ctl/rule_arguments.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Pair;
using matching::v1::Round;

constexpr int kMostDifferences = 20;  // Lines of a comparison.

struct EditArguments {
  std::string round, other_round, pair, person, other;
  bool dry_run = false;
};

template <class Request>
using EditMethod = grpc::Status (Matching::*)(grpc::ClientContext*, const Request&, Round*);

absl::Status Why(Ctl& ctl, const EditArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::ExplainUnmatchedRequest request;
  ASSIGN_OR_RETURN(*request.mutable_round(), RoundNameOf(arguments.round));
  ASSIGN_OR_RETURN(const profile::v1::Person person, FindPerson(*session, caller, arguments.person));
  request.set_person(person.name());
  ASSIGN_OR_RETURN(const auto why, session->Call(session->matching(), &Matching::ExplainUnmatched, caller, request));
  ctl.Say(absl::StrCat(why.text().text(), "\n"));
  Table table({{"RULE", Align::kLeft, true}, {"REMOVED", Align::kRight}, {"FREED", Align::kRight}});
  for (const auto& effect : why.effects()) {
    table.Add({effect.text().text(), Grouped(effect.removed_count()), Grouped(effect.freed_count())});
  }
  if (!table.empty()) ctl.Say(absl::StrCat("\n", table.Render(ctl.style(), ctl.columns())));
  if (why.personal_count() > 0) {
    ctl.Say(absl::StrCat(Count(why.personal_count(), "person is", "people are"),
                         " not available by a choice of somebody's own.\n"));
  }
  ctl.Document(why);
  return absl::OkStatus();
}

absl::Status Cancel(Ctl& ctl, const EditArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::CancelRoundRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), RoundNameOf(arguments.round));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Round round, session->Call(session->matching(), &Matching::CancelRound, caller, request));
  ShowRound(ctl, round);
  return absl::OkStatus();
}

template <class Request>
absl::Status Edit(Ctl& ctl, const EditArguments& arguments, EditMethod<Request> method) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  Request request;
  ASSIGN_OR_RETURN(*request.mutable_round(), RoundNameOf(arguments.round));
  ASSIGN_OR_RETURN(*request.mutable_pair(), FindPair(*session, caller, arguments.pair));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Round round, session->Call(session->matching(), method, caller, request));
  ctl.Say(absl::StrCat(Count(round.pinned_size(), "pair", "pairs"), " pinned, ", Grouped(round.forbidden_size()),
                       " forbidden.", round.edited() ? " Run the round again for it to count." : "", "\n"));
  ctl.Document(round);
  return absl::OkStatus();
}

absl::Status Swap(Ctl& ctl, const EditArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::SwapPairsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_round(), RoundNameOf(arguments.round));
  ASSIGN_OR_RETURN(const profile::v1::Person person, FindPerson(*session, caller, arguments.person));
  ASSIGN_OR_RETURN(const profile::v1::Person other, FindPerson(*session, caller, arguments.other));
  request.set_person(person.name());
  request.set_other(other.name());
  request.set_validate_only(arguments.dry_run);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto swapped, session->Call(session->matching(), &Matching::SwapPairs, caller, request));
  for (const Pair& pair : swapped.pairs()) {
    ctl.Say(absl::StrCat(NamesOf(pair), ", score ", Grouped(pair.score()), "\n"));
  }
  const int64_t total = swapped.round().figures().total_score();
  ctl.Say(absl::StrCat(arguments.dry_run ? "The total would go " : "Total ",
                       TotalWords(total - swapped.score_change(), total), ".\n"));
  ctl.Document(swapped);
  return absl::OkStatus();
}

// Returns the figures of two rounds side by side.
std::string FiguresOf(const Ctl& ctl, const Round& round, const Round& other) {
  Table table({{"", Align::kLeft}, {ShortName(round.name()), Align::kRight}, {ShortName(other.name()), Align::kRight}});
  const auto& one = round.figures();
  const auto& two = other.figures();
  const auto add = [&](const std::string& what, int64_t here, int64_t there) {
    if (here != 0 || there != 0) table.Add({what, Grouped(here), Grouped(there)});
  };
  table.Add({"Trial", round.has_trial() ? "yes" : "", other.has_trial() ? "yes" : ""});
  add("People", one.people(), two.people());
  add("Matched", one.matched(), two.matched());
  add("Left over", one.unmatched(), two.unmatched());
  add("Total score", one.total_score(), two.total_score());
  add("At most", one.bound(), two.bound());
  add("Gap", one.gap(), two.gap());
  add("Blocking pairs", one.blocking_pairs(), two.blocking_pairs());
  add("Across departments", one.across_departments(), two.across_departments());
  add("First meetings", one.first_meetings(), two.first_meetings());
  return table.Render(ctl.style(), ctl.columns());
}

absl::Status Compare(Ctl& ctl, const EditArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  matching::v1::CompareRoundsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_round(), RoundNameOf(arguments.round));
  ASSIGN_OR_RETURN(*request.mutable_other(), RoundNameOf(arguments.other_round));
  ASSIGN_OR_RETURN(const auto compared, session->Call(session->matching(), &Matching::CompareRounds, caller, request));
  ctl.Say(FiguresOf(ctl, compared.round(), compared.other()));
  ctl.Say(absl::StrCat("\n", Count(compared.same_pairs(), "pair is", "pairs are"), " in both, ",
                       Grouped(compared.only_in_round_count()), " in the first alone and ",
                       Grouped(compared.only_in_other_count()), " in the second alone.\n"));
  Table table({{"ONLY IN"}, {"PEOPLE", Align::kLeft, true}, {"SCORE", Align::kRight}});
  int lines = 0;
  const auto add = [&](const Round& round, const Pair& pair) {
    if (lines++ < kMostDifferences) table.Add({ShortName(round.name()), NamesOf(pair), Grouped(pair.score())});
  };
  // Both in turn, so that neither fills the lines alone.
  for (int i = 0; i < std::max(compared.only_in_round_size(), compared.only_in_other_size()); ++i) {
    if (i < compared.only_in_round_size()) add(compared.round(), compared.only_in_round(i));
    if (i < compared.only_in_other_size()) add(compared.other(), compared.only_in_other(i));
  }
  if (!table.empty()) ctl.Say(table.Render(ctl.style(), ctl.columns()));
  ctl.Document(compared);
  return absl::OkStatus();
}

CLI::App* AddRoundVerb(CLI::App* noun, const std::string& name, const std::string& words, EditArguments& arguments) {
  CLI::App* verb = AddVerb(noun, name, words);
  verb->add_option("round", arguments.round, "which, as PROGRAM/ROUND")->required();
  return verb;
}

}  // namespace

void AddRoundEdits(CLI::App* round, Ctl& ctl) {
  auto arguments = std::make_shared<EditArguments>();
  CLI::App* why = AddRoundVerb(round, "why", "why somebody has no pair: which rule removes how many", *arguments);
  why->add_option("person", arguments->person, "who")->required();
  OnParsed(why, ctl, [&ctl, arguments] { return Why(ctl, *arguments); });
  CLI::App* cancel = AddRoundVerb(round, "cancel", "stop a run", *arguments);
  OnParsed(cancel, ctl, [&ctl, arguments] { return Cancel(ctl, *arguments); });
  const auto add = [&](const std::string& name, const std::string& words, auto method) {
    CLI::App* verb = AddRoundVerb(round, name, words, *arguments);
    verb->add_option("pair", arguments->pair, "the two, as MENTEE:MENTOR")->required();
    OnParsed(verb, ctl, [&ctl, arguments, method] { return Edit(ctl, *arguments, method); });
  };
  add("pin", "make a pair that shall be, from the next run on", &Matching::PinPair);
  add("unpin", "take that back", &Matching::UnpinPair);
  add("forbid", "make a pair that shall not be, from the next run on", &Matching::ForbidPair);
  add("allow", "take that back", &Matching::AllowPair);
  CLI::App* swap = AddRoundVerb(round, "swap", "exchange the partners of two people", *arguments);
  swap->add_option("person", arguments->person, "one, in a cohort a mentee")->required();
  swap->add_option("other", arguments->other, "the other, likewise")->required();
  swap->add_flag("--dry-run", arguments->dry_run, "only say what it would do");
  OnParsed(swap, ctl, [&ctl, arguments] { return Swap(ctl, *arguments); });
  CLI::App* compare = AddRoundVerb(round, "compare", "how two rounds of one programme differ", *arguments);
  compare->add_option("other", arguments->other_round, "the other, as PROGRAM/ROUND")->required();
  OnParsed(compare, ctl, [&ctl, arguments] { return Compare(ctl, *arguments); });
}

}  // namespace cortado::ctl
