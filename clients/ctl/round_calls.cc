#include "clients/ctl/round_calls.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/find_person.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/rule_arguments.h"
#include "clients/ctl/weight_arguments.h"
#include "common/status/status.h"

namespace cortado::ctl {

absl::StatusOr<matching::v1::PinnedPair> FindPair(Session& session, const Caller& caller, const std::string& text) {
  ASSIGN_OR_RETURN(const auto two, ParsePair(text));
  ASSIGN_OR_RETURN(const profile::v1::Person person, FindPerson(session, caller, two.first));
  ASSIGN_OR_RETURN(const profile::v1::Person other, FindPerson(session, caller, two.second));
  matching::v1::PinnedPair pair;
  pair.set_person(person.name());
  pair.set_other(other.name());
  return pair;
}

std::string NamesOf(const matching::v1::Pair& pair) {
  return absl::StrJoin(pair.people(), " and ",
                       [](std::string* out, const auto& card) { absl::StrAppend(out, card.display_name()); });
}

std::string TotalWords(int64_t previous, int64_t total) {
  if (previous == 0) return Grouped(total);
  const int64_t change = total - previous;
  return absl::StrCat(Grouped(previous), " -> ", Grouped(total), " (", change > 0 ? "+" : "", Grouped(change), ")");
}

void AddTrialOptions(CLI::App* create, TrialArguments& arguments) {
  create->add_flag("--trial", arguments.trial, "with other terms, to compare with; cannot be published");
  create->add_option("--rule", arguments.rules, "of a trial, instead of the programme's; may be given again");
  create->add_flag("--no-rules", arguments.no_rules, "of a trial: no rules at all");
  create->add_option("--weight", arguments.weights, "of a trial: as gap=40; may be given again");
  create->add_option("--goal", arguments.goal, "of a trial: quality, coverage or stable");
  create->add_option("--distance", arguments.distance, "of a trial: 0 near .. 1000 far");
}

absl::Status PutTrial(const TrialArguments& arguments, matching::v1::Round& round) {
  const bool otherwise = arguments.no_rules || !arguments.rules.empty() || !arguments.weights.empty() ||
                         !arguments.goal.empty() || arguments.distance.has_value();
  if (!arguments.trial && !otherwise) return absl::OkStatus();
  if (!arguments.trial) return absl::InvalidArgumentError("other terms make a trial: add --trial");
  matching::v1::TrialTerms& trial = *round.mutable_trial();
  for (const std::string& rule : arguments.rules) {
    ASSIGN_OR_RETURN(*trial.add_rules(), ParseRule(rule));
  }
  trial.set_replaces_rules(arguments.no_rules || !arguments.rules.empty());
  if (!arguments.weights.empty()) {
    ASSIGN_OR_RETURN(*trial.mutable_weights(), ParseWeights(arguments.weights));
  }
  if (!arguments.goal.empty()) {
    const auto goal = ParseEnum<matching::v1::CohortGoal>(arguments.goal);
    if (!goal) return absl::InvalidArgumentError("--goal must be quality, coverage or stable");
    trial.set_goal(*goal);
  }
  if (arguments.distance) trial.set_distance(*arguments.distance);
  return absl::OkStatus();
}

}  // namespace cortado::ctl
