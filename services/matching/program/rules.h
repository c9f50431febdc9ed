// The rules of a programme as data: what two people must have, had better have or may not have to be a pair, and what
// each says in words. This is their definition: whatever prepares or speeds up a round must agree with it.
// Pure functions and values, safe from any thread.
//
//   RuleSet rules;
//   rules.rules = {{.id = "elsewhere", .kind = RuleKind::kSameDepartment, .strength = RuleStrength::kForbid}};
//   RETURN_IF_ERROR(ValidateRules(rules));
//   if (RefusedBy(rules, facts) == 0) score += PreferencePoints(rules, facts);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "services/matching/affinity/query.h"

namespace cortado::matching {

inline constexpr int32_t kMostRules = 30;
// The weights of the terms and of all preferences together are at most this, so that a score is at most 1,000,000.
inline constexpr int32_t kMostWeight = 1000;

// What is asked of two people. "Values" are departments, sites or tags, numbered like those of the people.
enum class RuleKind : uint8_t {
  kSameDepartment,
  kSameSite,
  kOwnLine,           // One is the other's manager, their manager's manager and so on.
  kCommonLanguage,    // They share a language; not known while either told none.
  kCommonHours,       // At least `amount` minutes of working hours in common in the week, 1..10,080.
  kLinesApart,        // At least `amount` reporting lines between them, 1..40.
  kMoreExperience,    // The mentor has at least `amount` more months of working life, 1..720.
  kMetWithin,         // They met in the last `amount` weeks, 1..520.
  kMentorDepartment,  // The mentor (in a draw: either) is in one of `values`.
  kMentorSite,
  kMentorTag,  // The mentor has one of `values`.
  kMenteeDepartment,
  kMenteeSite,
  kMenteeTag,
};
inline constexpr int kRuleKindCount = 14;

enum class RuleStrength : uint8_t {
  kMust,    // Who does not fulfil it is no pair.
  kPrefer,  // Who fulfils it suits better, by `weight`.
  kForbid,  // Who fulfils it is no pair.
};

struct Rule {
  std::string id;  // Of the programme's own choice, each once.
  RuleKind kind = RuleKind::kSameDepartment;
  RuleStrength strength = RuleStrength::kMust;
  int32_t amount = 0;           // For the four kinds that compare with one; else 0.
  std::vector<int32_t> values;  // For the six kinds that list some, at least one; else empty.
  int32_t weight = 0;           // 1..kMostWeight for kPrefer; else 0.
};

struct RuleSet {
  std::vector<Rule> rules;  // At most kMostRules.
  Weights weights = kDefaultWeights;
  int32_t distance = kFar;  // kNear..kFar.
};

// What is known of one pair. kUnknown stands for what is not, empty tags for none.
struct PairFacts {
  static constexpr int32_t kNever = -1;

  int32_t mentee_department = kUnknown;
  int32_t mentor_department = kUnknown;
  int32_t mentee_site = kUnknown;
  int32_t mentor_site = kUnknown;
  std::vector<int32_t> mentee_tags;
  std::vector<int32_t> mentor_tags;
  bool own_line = false;
  std::optional<bool> common_language;
  int32_t common_minutes = kUnknown;
  int32_t lines_apart = kUnknown;
  std::optional<int32_t> more_experience;  // Months, less than 0 when the mentee has more.
  int32_t weeks_since_met = kNever;
};

// Returns whether the pair fulfils what the rule asks, strength aside; nothing when that is not known. Nobody is in a
// department or site that is not known, so lists of those are always decided.
std::optional<bool> Fulfils(const Rule& rule, const PairFacts& facts);

// Returns which rules refuse the pair: bit i for rules.rules[i]. What is not known refuses nobody.
uint32_t RefusedBy(const RuleSet& rules, const PairFacts& facts);

// Returns the points the pair earns by preferences: weight x kTermMax for each one fulfilled.
int64_t PreferencePoints(const RuleSet& rules, const PairFacts& facts);

// Returns OK when some two people could be a pair under the rules.
//
// INVALID_ARGUMENT, saying which field is wrong: a rule without id or with an id given twice, an amount, list or weight
// out of range or where none belongs, too many rules, a distance out of range, weights that are negative or too much
// together. FAILED_PRECONDITION, naming in its message the ids of the rules: those contradict one another, so that no
// pair could fulfil them; no smaller selection of those named does.
absl::Status ValidateRules(const RuleSet& rules);

// What a rule says in words: a code of the catalogue, and its parameters. `values` is what its values are called,
// ready for a sentence.
struct RuleWords {
  std::string code;
  std::vector<std::pair<std::string, std::string>> parameters;
};
RuleWords Explain(const Rule& rule, const std::string& values);

}  // namespace cortado::matching
