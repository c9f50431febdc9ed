#include "services/matching/program/rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

// What belongs to a rule of each kind, in the order of RuleKind.
struct KindShape {
  const char* code;
  int32_t most;  // The largest amount; 0 without one.
  bool lists;
};
constexpr std::array<KindShape, kRuleKindCount> kShapes = {{
    {"rule.same_department", 0, false},
    {"rule.same_site", 0, false},
    {"rule.own_line", 0, false},
    {"rule.common_language", 0, false},
    {"rule.common_hours", 10'080, false},
    {"rule.lines_apart", 40, false},
    {"rule.more_experience", 720, false},
    {"rule.met_within", 520, false},
    {"rule.mentor_department", 0, true},
    {"rule.mentor_site", 0, true},
    {"rule.mentor_tag", 0, true},
    {"rule.mentee_department", 0, true},
    {"rule.mentee_site", 0, true},
    {"rule.mentee_tag", 0, true},
}};

const KindShape& ShapeOf(const Rule& rule) { return kShapes[static_cast<size_t>(rule.kind)]; }

bool IsIn(const std::vector<int32_t>& values, int32_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool Meet(const std::vector<int32_t>& values, const std::vector<int32_t>& tags) {
  return std::any_of(tags.begin(), tags.end(), [&values](int32_t tag) { return IsIn(values, tag); });
}

std::optional<bool> AreSame(int32_t a, int32_t b) {
  if (a == kUnknown || b == kUnknown) return std::nullopt;
  return a == b;
}

std::optional<bool> IsAtLeast(int32_t value, int32_t amount) {
  if (value == kUnknown) return std::nullopt;
  return value >= amount;
}

bool Refuses(const Rule& rule, const PairFacts& facts) {
  if (rule.strength == RuleStrength::kPrefer) return false;
  const std::optional<bool> fulfilled = Fulfils(rule, facts);
  return fulfilled && *fulfilled == (rule.strength == RuleStrength::kForbid);
}

absl::Status Wrong(size_t index, absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("rules[", index, "].", field, " ", what));
}

absl::Status ValidateShape(const Rule& rule, size_t index) {
  const KindShape& shape = ShapeOf(rule);
  if (rule.id.empty()) return Wrong(index, "id", "is missing");
  if (shape.most == 0 && rule.amount != 0) return Wrong(index, "amount", "has no meaning here");
  if (shape.most > 0 && (rule.amount < 1 || rule.amount > shape.most)) {
    return Wrong(index, "amount", absl::StrCat("must be 1 to ", shape.most));
  }
  if (shape.lists == rule.values.empty()) return Wrong(index, "values", shape.lists ? "is missing" : "must be empty");
  const bool prefers = rule.strength == RuleStrength::kPrefer;
  if (!prefers && rule.weight != 0) return Wrong(index, "weight", "belongs to a preference");
  if (prefers && (rule.weight < 1 || rule.weight > kMostWeight)) return Wrong(index, "weight", "must be 1 to 1000");
  return absl::OkStatus();
}

absl::Status ValidateShapes(const RuleSet& rules) {
  if (rules.rules.size() > kMostRules) return absl::InvalidArgumentError(absl::StrCat("rules: at most ", kMostRules));
  if (rules.distance < kNear || rules.distance > kFar) return absl::InvalidArgumentError("distance must be 0 to 1000");
  std::set<std::string> ids;
  int64_t weight = 0;
  for (int32_t term : rules.weights) {
    if (term < 0 || term > kMostWeight) return absl::InvalidArgumentError("weights must be 0 to 1000");
    weight += term;
  }
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    RETURN_IF_ERROR(ValidateShape(rules.rules[i], i));
    if (!ids.insert(rules.rules[i].id).second) return Wrong(i, "id", "is given twice");
    weight += rules.rules[i].weight;
  }
  if (weight > kMostWeight) return absl::InvalidArgumentError("weights: at most 1000 together");
  return absl::OkStatus();
}

// Kinds that speak of the same facts; rules of different groups never contradict one another.
int GroupOf(RuleKind kind) {
  switch (kind) {
    case RuleKind::kSameDepartment:
    case RuleKind::kMentorDepartment:
    case RuleKind::kMenteeDepartment:
      return 0;
    case RuleKind::kSameSite:
    case RuleKind::kMentorSite:
    case RuleKind::kMenteeSite:
      return 1;
    case RuleKind::kOwnLine:
    case RuleKind::kLinesApart:
    case RuleKind::kCommonLanguage:
    case RuleKind::kCommonHours:
    case RuleKind::kMoreExperience:
    case RuleKind::kMetWithin:
    case RuleKind::kMentorTag:
    case RuleKind::kMenteeTag:
      return 2 + static_cast<int>(kind);
  }
  return -1;
}

// Returns every value that matters to the rules of one group, and two that none of them names.
std::vector<int32_t> ValuesOf(const std::vector<const Rule*>& rules) {
  std::set<int32_t> values = {0};
  for (const Rule* rule : rules) {
    values.insert(rule->amount);
    values.insert(rule->values.begin(), rule->values.end());
  }
  for (int i = 0; i < 2; ++i) values.insert(*values.rbegin() + 1);
  return {values.begin(), values.end()};
}

// Puts two values where the rules of a group look.
PairFacts FactsWith(RuleKind kind, int32_t mentee, int32_t mentor) {
  PairFacts facts;
  facts.mentee_department = facts.mentee_site = mentee;
  facts.mentor_department = facts.mentor_site = mentor;
  facts.own_line = mentor == 0;
  facts.common_language = mentor == 0;
  facts.common_minutes = facts.lines_apart = mentor;
  facts.more_experience = mentor;
  static_assert(PairFacts::kNever == -1);
  facts.weeks_since_met = mentor - 1;
  const bool tags = kind == RuleKind::kMentorTag || kind == RuleKind::kMenteeTag;
  if (!tags) return facts;
  facts.mentee_tags = {mentee};
  facts.mentor_tags = {mentor};
  return facts;
}

// Somebody may have many tags: the best chance of a pair is all that are asked for and none that is forbidden.
PairFacts FactsOfTags(const std::vector<const Rule*>& rules) {
  PairFacts facts;
  for (int32_t value : ValuesOf(rules)) {
    const bool forbidden = std::any_of(rules.begin(), rules.end(), [value](const Rule* rule) {
      return rule->strength == RuleStrength::kForbid && IsIn(rule->values, value);
    });
    if (!forbidden) facts.mentee_tags.push_back(value);
  }
  facts.mentor_tags = facts.mentee_tags;
  return facts;
}

// Returns whether some pair could fulfil `rules`, all of one group.
bool CanBeFulfilled(const std::vector<const Rule*>& rules) {
  const auto admit = [&rules](const PairFacts& facts) {
    return std::none_of(rules.begin(), rules.end(), [&facts](const Rule* rule) { return Refuses(*rule, facts); });
  };
  if (rules.empty()) return true;
  const RuleKind kind = rules.front()->kind;
  if (kind == RuleKind::kMentorTag || kind == RuleKind::kMenteeTag) return admit(FactsOfTags(rules));
  const std::vector<int32_t> values = ValuesOf(rules);
  for (int32_t mentee : values) {
    for (int32_t mentor : values) {
      if (admit(FactsWith(kind, mentee, mentor))) return true;
    }
  }
  return false;
}

// Leaves out whatever the contradiction does not need.
std::vector<const Rule*> Smallest(std::vector<const Rule*> rules) {
  for (size_t i = 0; i < rules.size();) {
    std::vector<const Rule*> without = rules;
    without.erase(without.begin() + static_cast<int64_t>(i));
    if (CanBeFulfilled(without)) {
      ++i;
    } else {
      rules = std::move(without);
    }
  }
  return rules;
}

}  // namespace

std::optional<bool> Fulfils(const Rule& rule, const PairFacts& facts) {
  switch (rule.kind) {
    case RuleKind::kSameDepartment:
      return AreSame(facts.mentee_department, facts.mentor_department);
    case RuleKind::kSameSite:
      return AreSame(facts.mentee_site, facts.mentor_site);
    case RuleKind::kOwnLine:
      return facts.own_line;
    case RuleKind::kCommonLanguage:
      return facts.common_language;
    case RuleKind::kCommonHours:
      return IsAtLeast(facts.common_minutes, rule.amount);
    case RuleKind::kLinesApart:
      return IsAtLeast(facts.lines_apart, rule.amount);
    case RuleKind::kMoreExperience:
      if (!facts.more_experience) return std::nullopt;
      return *facts.more_experience >= rule.amount;
    case RuleKind::kMetWithin:
      return facts.weeks_since_met != PairFacts::kNever && facts.weeks_since_met < rule.amount;
    case RuleKind::kMentorDepartment:
      return IsIn(rule.values, facts.mentor_department);
    case RuleKind::kMentorSite:
      return IsIn(rule.values, facts.mentor_site);
    case RuleKind::kMentorTag:
      return Meet(rule.values, facts.mentor_tags);
    case RuleKind::kMenteeDepartment:
      return IsIn(rule.values, facts.mentee_department);
    case RuleKind::kMenteeSite:
      return IsIn(rule.values, facts.mentee_site);
    case RuleKind::kMenteeTag:
      return Meet(rule.values, facts.mentee_tags);
  }
  return std::nullopt;
}

uint32_t RefusedBy(const RuleSet& rules, const PairFacts& facts) {
  uint32_t refused = 0;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if (Refuses(rules.rules[i], facts)) refused |= uint32_t{1} << i;
  }
  return refused;
}

int64_t PreferencePoints(const RuleSet& rules, const PairFacts& facts) {
  int64_t points = 0;
  for (const Rule& rule : rules.rules) {
    if (rule.strength != RuleStrength::kPrefer || !Fulfils(rule, facts).value_or(false)) continue;
    points += int64_t{kTermMax} * rule.weight;
  }
  return points;
}

absl::Status ValidateRules(const RuleSet& rules) {
  RETURN_IF_ERROR(ValidateShapes(rules));
  std::array<std::vector<const Rule*>, kRuleKindCount + 2> groups;
  for (const Rule& rule : rules.rules) {
    if (rule.strength != RuleStrength::kPrefer) groups[GroupOf(rule.kind)].push_back(&rule);
  }
  for (const std::vector<const Rule*>& group : groups) {
    if (CanBeFulfilled(group)) continue;
    const std::string ids =
        absl::StrJoin(Smallest(group), ", ", [](std::string* out, const Rule* rule) { out->append(rule->id); });
    return absl::FailedPreconditionError(absl::StrCat("no pair could fulfil these rules together: ", ids));
  }
  return absl::OkStatus();
}

RuleWords Explain(const Rule& rule, const std::string& values) {
  constexpr const char* kStrengths[] = {"must", "prefer", "forbid"};
  RuleWords words;
  words.code = ShapeOf(rule).code;
  words.parameters.emplace_back("strength", kStrengths[static_cast<size_t>(rule.strength)]);
  if (ShapeOf(rule).most > 0) words.parameters.emplace_back("amount", absl::StrCat(rule.amount));
  if (ShapeOf(rule).lists) words.parameters.emplace_back("values", values);
  return words;
}

}  // namespace cortado::matching
