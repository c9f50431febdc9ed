#include "services/matching/program/program_rules.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/text/catalog.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/profile_values.h"
#include "services/matching/reasons.h"

namespace cortado::matching {
namespace {

constexpr int32_t kUsualCircle = 5;

// Kinds and strengths of the API and of the rules are numbered alike, but for UNSPECIFIED.
RuleKind KindOf(const v1::ProgramRule& rule) { return static_cast<RuleKind>(rule.kind() - 1); }
RuleStrength StrengthOf(const v1::ProgramRule& rule) { return static_cast<RuleStrength>(rule.strength() - 1); }
static_assert(v1::ProgramRule::KIND_MENTEE_TAG - 1 == static_cast<int>(RuleKind::kMenteeTag));
static_assert(v1::ProgramRule::KIND_MET_WITHIN - 1 == static_cast<int>(RuleKind::kMetWithin));
static_assert(v1::ProgramRule::STRENGTH_FORBID - 1 == static_cast<int>(RuleStrength::kForbid));

ValueKind ValuesOf(RuleKind kind) {
  if (kind == RuleKind::kMentorDepartment || kind == RuleKind::kMenteeDepartment) return ValueKind::kDepartment;
  if (kind == RuleKind::kMentorSite || kind == RuleKind::kMenteeSite) return ValueKind::kSite;
  return ValueKind::kTag;
}

Rule RuleOf(const v1::ProgramRule& source, const NumberOf& number_of) {
  Rule rule{source.id(), KindOf(source), StrengthOf(source), source.amount(), {}, source.weight()};
  for (const std::string& value : source.values()) rule.values.push_back(number_of(ValuesOf(rule.kind), value));
  return rule;
}

}  // namespace

bool IsDraw(const v1::Program& program) {
  return program.kind() == v1::PROGRAM_KIND_COFFEE || program.kind() == v1::PROGRAM_KIND_CIRCLES;
}

bool RunsItself(const v1::Program& program) {
  return program.every_weeks() > 0 && program.has_next_round_time() && !program.archived();
}

int32_t GroupSizeOf(const v1::Program& program) {
  const bool circles = program.kind() == v1::PROGRAM_KIND_CIRCLES;
  return program.group_size() == 0 && circles ? kUsualCircle : program.group_size();
}

void AddUsualRules(v1::Program& program) {
  if (program.kind() != v1::PROGRAM_KIND_REVERSE) return;
  const auto speaks = [](const v1::ProgramRule& rule) { return rule.kind() == v1::ProgramRule::KIND_MORE_EXPERIENCE; };
  if (std::any_of(program.rules().begin(), program.rules().end(), speaks)) return;
  v1::ProgramRule& rule = *program.add_rules();
  rule.set_id("reverse");
  rule.set_kind(v1::ProgramRule::KIND_MORE_EXPERIENCE);
  rule.set_strength(v1::ProgramRule::STRENGTH_FORBID);
  rule.set_amount(1);
}

absl::Status ValidateCadence(const v1::Program& program, absl::Time now) {
  absl::TimeZone zone;
  if (!program.time_zone().empty() && !absl::LoadTimeZone(program.time_zone(), &zone)) {
    return InvalidField("program.time_zone", "must be an IANA zone, as Europe/Berlin");
  }
  if (program.every_weeks() == 0) return absl::OkStatus();
  if (!program.has_next_round_time()) return InvalidField("program.next_round_time", "is needed with every_weeks");
  if (absl::FromUnixSeconds(program.next_round_time().seconds()) > now) return absl::OkStatus();
  return InvalidField("program.next_round_time", "must be in the future");
}

RuleSet RulesOf(const v1::Program& program, const NumberOf& number_of) {
  RuleSet rules;
  for (const v1::ProgramRule& rule : program.rules()) rules.rules.push_back(RuleOf(rule, number_of));
  if (program.has_distance()) rules.distance = program.distance();
  if (program.has_weights()) rules.weights = WeightsOf(program.weights());
  return rules;
}

bool TakesPart(const v1::Program& program, const v1::Participant& participant, absl::Time now) {
  if (participant.state() == v1::Participant::STATE_ENROLLED) return true;
  const bool said_nothing = participant.state() == v1::Participant::STATE_INVITED && participant.has_enroll_time();
  return program.opt_out() && said_nothing && absl::FromUnixSeconds(participant.enroll_time().seconds()) <= now;
}

absl::Status ValidateProgram(const v1::Program& program) {
  if (program.opt_out() && program.kind() != v1::PROGRAM_KIND_COFFEE) {
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_OPT_OUT_NOT_ALLOWED,
                 "only a coffee draw may take people in unless they say no");
  }
  if (program.group_size() == 1) return InvalidField("program.group_size", "must be 2 to 8");
  if (program.kind() == v1::PROGRAM_KIND_CIRCLES && program.group_size() == 2) {
    return InvalidField("program.group_size", "must be 3 to 8 in circles");
  }
  std::map<std::pair<ValueKind, std::string>, int32_t> numbers;
  const absl::Status checked = ValidateRules(RulesOf(program, [&](ValueKind kind, const std::string& value) {
    return numbers.try_emplace({kind, value}, static_cast<int32_t>(numbers.size())).first->second;
  }));
  if (checked.ok()) return checked;
  if (absl::IsInvalidArgument(checked)) {
    const bool weights = absl::StartsWith(checked.message(), "weights");
    return InvalidField(weights && program.has_weights() ? "program.weights" : "program.rules", checked.message());
  }
  absl::string_view ids = checked.message();
  ids.remove_prefix(ids.rfind(": ") + 2);
  return Error(checked.code(), v1::REASON_RULES_CONTRADICT, checked.message()).Metadata("rules", ids);
}

void ExplainRules(absl::string_view language, v1::Program& program) {
  for (v1::ProgramRule& rule : *program.mutable_rules()) {
    const std::vector<std::string> values(rule.values().begin(), rule.values().end());
    const NumberOf unnumbered = [](ValueKind, const std::string&) { return 0; };
    const RuleWords words = Explain(RuleOf(rule, unnumbered), text::JoinList(values, language));
    *rule.mutable_text() = MakeText(
        words.code, language, std::map<std::string, std::string>(words.parameters.begin(), words.parameters.end()));
  }
}

}  // namespace cortado::matching
