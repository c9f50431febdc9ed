#include "services/matching/program/round_reports.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/program/unmatched.h"
#include "services/matching/reasons.h"

namespace cortado::matching {
namespace {

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;

absl::Status CheckHasPairs(const v1::Round& round) {
  if (HasPairs(round)) return absl::OkStatus();
  return Error(kWrongState, v1::REASON_ROUND_NOT_READY, "the round has no pairs").Metadata("round", round.name());
}

// The people of a pair; of a draw in any order.
using People = std::vector<std::string>;
People PeopleOf(const v1::Program& program, const v1::Pair& pair) {
  People people;
  for (const auto& card : pair.people()) people.push_back(card.person());
  if (IsDraw(program)) std::sort(people.begin(), people.end());
  return people;
}

// The pairs of a round by their people, and who found somebody they had looked for.
struct Outcome {
  std::map<People, v1::Pair> pairs;
  std::set<std::string> matched;
};
Outcome OutcomeOf(const v1::Program& program, std::vector<v1::Pair> pairs) {
  Outcome outcome;
  for (v1::Pair& pair : pairs) {
    People people = PeopleOf(program, pair);
    if (!IsDraw(program)) {
      outcome.matched.insert(people[0]);
    } else {
      outcome.matched.insert(people.begin(), people.end());
    }
    outcome.pairs[std::move(people)] = std::move(pair);
  }
  return outcome;
}

// Returns the pairs that only the first has.
std::vector<v1::Pair> OnlyIn(const Outcome& outcome, const Outcome& other) {
  std::vector<v1::Pair> only;
  for (const auto& [people, pair] : outcome.pairs) {
    if (other.pairs.count(people) == 0) only.push_back(pair);
  }
  return only;
}

int32_t CountMatchedOnlyIn(const Outcome& outcome, const Outcome& other) {
  return static_cast<int32_t>(std::count_if(outcome.matched.begin(), outcome.matched.end(),
                                            [&](const std::string& one) { return other.matched.count(one) == 0; }));
}

// Returns what stands between one who looks and everybody they could be with. In a draw all look for one another.
std::vector<Obstacles> ObstaclesIn(const RoundRun& run, const v1::Program& program, int32_t place) {
  CohortPeople people = run.people();
  if (IsDraw(program)) {
    for (int32_t person : people.mentees) people.mentors.push_back({person, 1});
  }
  return ObstaclesOf(run.organization(), run.terms(), people, place);
}

type::v1::Text WordsOf(const UnmatchedReport& report, const v1::Program& explained, const std::string& language) {
  std::map<std::string, std::string> parameters = {
      {"considered", absl::StrCat(report.considered)}, {"left", absl::StrCat(report.left)}, {"freed", "0"}};
  if (!report.effects.empty() && report.effects[0].freed > 0) {
    parameters["freed"] = absl::StrCat(report.effects[0].freed);
    parameters["rule"] = explained.rules(report.effects[0].rule).text().text();
  }
  const char* code = report.considered == 0 ? "round.why_no_pair.alone"
                     : report.left == 0     ? "round.why_no_pair.rules"
                                            : "round.why_no_pair.others";
  return MakeText(code, language, parameters);
}

}  // namespace

Task<absl::StatusOr<v1::CompareRoundsResponse>> RoundReports::Compare(rpc::Call call,
                                                                      const v1::CompareRoundsRequest& request) {
  CO_ASSIGN_OR_RETURN(const FoundRound found, co_await looks_.Find(call, request.round()));
  CO_ASSIGN_OR_RETURN(const FoundRound compared, co_await looks_.Find(call, request.other()));
  if (found.program.name() != compared.program.name()) co_return InvalidField("other", "is of another programme");
  CO_RETURN_IF_ERROR(CheckHasPairs(found.round));
  CO_RETURN_IF_ERROR(CheckHasPairs(compared.round));
  CO_ASSIGN_OR_RETURN(std::vector<v1::Pair> pairs, co_await looks_.Pairs(call, found.round));
  CO_ASSIGN_OR_RETURN(std::vector<v1::Pair> others, co_await looks_.Pairs(call, compared.round));
  const Outcome one = OutcomeOf(found.program, std::move(pairs));
  const Outcome other = OutcomeOf(found.program, std::move(others));
  std::vector<v1::Pair> only_in_one = OnlyIn(one, other);
  std::vector<v1::Pair> only_in_other = OnlyIn(other, one);
  v1::CompareRoundsResponse response;
  response.set_only_in_round_count(static_cast<int32_t>(only_in_one.size()));
  response.set_only_in_other_count(static_cast<int32_t>(only_in_other.size()));
  response.set_same_pairs(static_cast<int32_t>(one.pairs.size() - only_in_one.size()));
  response.set_matched_in_round_only(CountMatchedOnlyIn(one, other));
  response.set_matched_in_other_only(CountMatchedOnlyIn(other, one));
  only_in_one.resize(std::min<size_t>(only_in_one.size(), kMostDifferences));
  only_in_other.resize(std::min<size_t>(only_in_other.size(), kMostDifferences));
  CO_ASSIGN_OR_RETURN(only_in_one, co_await looks_.WithCards(call, std::move(only_in_one)));
  CO_ASSIGN_OR_RETURN(only_in_other, co_await looks_.WithCards(call, std::move(only_in_other)));
  for (v1::Pair& pair : only_in_one) *response.add_only_in_round() = std::move(pair);
  for (v1::Pair& pair : only_in_other) *response.add_only_in_other() = std::move(pair);
  *response.mutable_round() = found.round;
  *response.mutable_other() = compared.round;
  co_return response;
}

Task<absl::StatusOr<v1::ExplainUnmatchedResponse>> RoundReports::ExplainUnmatched(
    rpc::Call call, const v1::ExplainUnmatchedRequest& request) {
  CO_ASSIGN_OR_RETURN(FoundRound found, co_await looks_.Find(call, request.round()));
  if (found.round.state() == v1::Round::STATE_RUNNING) co_return CheckMayChange(found.round);
  if (found.round.state() == v1::Round::STATE_CREATED) co_return CheckHasPairs(found.round);
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<const RoundScene> scene, co_await looks_.Look(call, found));
  const RoundRun& run = scene->run();
  const std::optional<int32_t> person = run.FindEnrolled(IdOf(request.person()));
  const std::vector<int32_t>& looking = run.people().mentees;
  const auto place = person ? std::find(looking.begin(), looking.end(), *person) : looking.end();
  if (place == looking.end()) co_return NotFound();
  const std::vector<Obstacles> obstacles =
      ObstaclesIn(run, found.program, static_cast<int32_t>(place - looking.begin()));
  const UnmatchedReport report = matching::ExplainUnmatched(found.program.rules_size(), obstacles);
  const std::string language = text::ChooseLanguage(call.accept_language(), "", "");
  ExplainRules(language, found.program);
  v1::ExplainUnmatchedResponse response;
  response.set_considered_count(report.considered);
  response.set_left_count(report.left);
  response.set_personal_count(report.personal);
  for (const RuleEffect& effect : report.effects) {
    v1::ExplainUnmatchedResponse::RuleEffect& shown = *response.add_effects();
    const v1::ProgramRule& rule = found.program.rules(effect.rule);
    shown.set_rule(rule.id());
    *shown.mutable_text() = rule.text();
    shown.set_removed_count(effect.removed);
    shown.set_freed_count(effect.freed);
  }
  *response.mutable_text() = WordsOf(report, found.program, language);
  co_return response;
}

}  // namespace cortado::matching
