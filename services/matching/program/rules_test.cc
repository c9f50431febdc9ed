#include "services/matching/program/rules.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::matching {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kSeed = 20261127;

Rule Must(RuleKind kind, int32_t amount = 0, std::vector<int32_t> values = {}) {
  return {"must", kind, RuleStrength::kMust, amount, std::move(values), 0};
}
Rule Forbid(RuleKind kind, int32_t amount = 0, std::vector<int32_t> values = {}) {
  return {"forbid", kind, RuleStrength::kForbid, amount, std::move(values), 0};
}

absl::Status Validate(std::vector<Rule> rules) {
  for (size_t i = 0; i < rules.size(); ++i) rules[i].id += "-" + std::to_string(i);
  RuleSet set;
  set.rules = std::move(rules);
  return ValidateRules(set);
}

TEST(RulesTest, AMustRefusesWhoDoesNotFulfilItAndAForbidWhoDoes) {
  PairFacts facts;
  facts.mentee_department = facts.mentor_department = 3;
  RuleSet rules;
  rules.rules = {Must(RuleKind::kSameDepartment), Forbid(RuleKind::kSameDepartment)};
  EXPECT_EQ(RefusedBy(rules, facts), 2u);
  facts.mentor_department = 4;
  EXPECT_EQ(RefusedBy(rules, facts), 1u);
}

TEST(RulesTest, WhatIsNotKnownRefusesNobody) {
  RuleSet rules;
  for (RuleKind kind : {RuleKind::kSameDepartment, RuleKind::kSameSite, RuleKind::kCommonLanguage}) {
    rules.rules.push_back(Must(kind));
    rules.rules.push_back(Forbid(kind));
  }
  for (RuleKind kind : {RuleKind::kCommonHours, RuleKind::kLinesApart, RuleKind::kMoreExperience}) {
    rules.rules.push_back(Must(kind, 1));
    rules.rules.push_back(Forbid(kind, 1));
  }
  EXPECT_EQ(RefusedBy(rules, PairFacts()), 0u);
}

TEST(RulesTest, ACooldownRefusesWhoMetInTheLastWeeksOnly) {
  RuleSet rules;
  rules.rules = {Forbid(RuleKind::kMetWithin, 8)};
  PairFacts facts;
  EXPECT_EQ(RefusedBy(rules, facts), 0u);
  facts.weeks_since_met = 7;
  EXPECT_EQ(RefusedBy(rules, facts), 1u);
  facts.weeks_since_met = 8;
  EXPECT_EQ(RefusedBy(rules, facts), 0u);
}

TEST(RulesTest, APreferenceEarnsItsWeightAndRefusesNobody) {
  RuleSet rules;
  rules.rules = {{"p", RuleKind::kMentorTag, RuleStrength::kPrefer, 0, {5, 6}, 20}};
  PairFacts facts;
  EXPECT_EQ(PreferencePoints(rules, facts), 0);
  facts.mentor_tags = {1, 6};
  EXPECT_EQ(PreferencePoints(rules, facts), 20'000);
  EXPECT_EQ(RefusedBy(rules, facts), 0u);
}

TEST(RulesTest, AContradictionNamesItsRulesAndNoOthers) {
  const absl::Status status =
      Validate({Must(RuleKind::kCommonHours, 300), Must(RuleKind::kSameDepartment), Forbid(RuleKind::kSameSite),
                Must(RuleKind::kMentorDepartment, 0, {1, 2}), Must(RuleKind::kMenteeDepartment, 0, {3})});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("together: must-1, must-3, must-4"));
}

TEST(RulesTest, AtLeastFiveHoursAndLessThanThreeContradict) {
  EXPECT_EQ(Validate({Must(RuleKind::kCommonHours, 300), Forbid(RuleKind::kCommonHours, 180)}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Validate({Must(RuleKind::kCommonHours, 180), Forbid(RuleKind::kCommonHours, 300)}), absl::OkStatus());
}

TEST(RulesTest, SomebodyMayHaveSeveralTags) {
  EXPECT_EQ(Validate({Must(RuleKind::kMentorTag, 0, {1}), Must(RuleKind::kMentorTag, 0, {2})}), absl::OkStatus());
  EXPECT_EQ(Validate({Must(RuleKind::kMentorTag, 0, {1}), Forbid(RuleKind::kMentorTag, 0, {1, 2})}).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(RulesTest, WhatIsOutOfRangeIsRefused) {
  const auto refused = [](const std::function<void(RuleSet&)>& spoil) {
    RuleSet rules;
    rules.rules = {{"a", RuleKind::kCommonHours, RuleStrength::kMust, 60, {}, 0},
                   {"b", RuleKind::kMentorSite, RuleStrength::kPrefer, 0, {1}, 10}};
    EXPECT_EQ(ValidateRules(rules), absl::OkStatus());
    spoil(rules);
    return ValidateRules(rules).code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[0].id.clear(); }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[1].id = "a"; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[0].amount = 0; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[0].amount = 10'081; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[1].amount = 1; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[0].values = {1}; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[1].values.clear(); }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[0].weight = 1; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[1].weight = 0; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules[1].weight = 1000; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.weights[0] = -1; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.distance = 1001; }));
  EXPECT_TRUE(refused([](RuleSet& set) { set.rules.resize(31, set.rules[0]); }));
}

// Small numbers, so that every pair there could be is soon tried.
std::vector<Rule> RandomRules(std::mt19937_64& random) {
  std::vector<Rule> rules;
  for (size_t count = random() % 5; count > 0; --count) {
    const auto kind = static_cast<RuleKind>(random() % kRuleKindCount);
    const auto strength = random() % 2 == 0 ? RuleStrength::kMust : RuleStrength::kForbid;
    const bool compares = kind >= RuleKind::kCommonHours && kind <= RuleKind::kMetWithin;
    Rule rule{"r", kind, strength, compares ? 1 + static_cast<int32_t>(random() % 3) : 0, {}, 0};
    if (kind >= RuleKind::kMentorDepartment) {
      for (int32_t value = 0; value < 3; ++value) {
        if (random() % 2 == 0) rule.values.push_back(value);
      }
      if (rule.values.empty()) rule.values.push_back(1);
    }
    rules.push_back(rule);
  }
  return rules;
}

// Whether any pair of a whole small world passes. What is not known passes everything, so all is known here.
bool SomePairPasses(const RuleSet& rules) {
  const auto passes = [&rules](uint32_t kinds, const PairFacts& facts) {
    for (size_t i = 0; i < rules.rules.size(); ++i) {
      const bool counts = (kinds >> static_cast<uint32_t>(rules.rules[i].kind) & 1) != 0;
      if (counts && (RefusedBy(rules, facts) >> i & 1) != 0) return false;
    }
    return true;
  };
  const auto kinds = [](std::initializer_list<RuleKind> list) {
    uint32_t bits = 0;
    for (RuleKind kind : list) bits |= uint32_t{1} << static_cast<uint32_t>(kind);
    return bits;
  };
  // Facts that have nothing to do with one another are tried apart: each must have some value that passes.
  bool departments = false, sites = false, line = false, language = false, hours = false, lines = false;
  bool experience = false, met = false, mentor_tags = false, mentee_tags = false;
  for (int32_t a = 0; a < 5; ++a) {
    for (int32_t b = 0; b < 5; ++b) {
      PairFacts facts;
      facts.mentee_department = facts.mentee_site = a;
      facts.mentor_department = facts.mentor_site = b;
      facts.own_line = b == 1;
      facts.common_language = b == 1;
      facts.common_minutes = facts.lines_apart = b;
      facts.more_experience = b;
      facts.weeks_since_met = b - 1;
      departments |=
          passes(kinds({RuleKind::kSameDepartment, RuleKind::kMentorDepartment, RuleKind::kMenteeDepartment}), facts);
      sites |= passes(kinds({RuleKind::kSameSite, RuleKind::kMentorSite, RuleKind::kMenteeSite}), facts);
      line |= passes(kinds({RuleKind::kOwnLine}), facts);
      language |= passes(kinds({RuleKind::kCommonLanguage}), facts);
      hours |= passes(kinds({RuleKind::kCommonHours}), facts);
      lines |= passes(kinds({RuleKind::kLinesApart}), facts);
      experience |= passes(kinds({RuleKind::kMoreExperience}), facts);
      met |= passes(kinds({RuleKind::kMetWithin}), facts);
    }
  }
  for (uint32_t tags = 0; tags < 16; ++tags) {
    PairFacts facts;
    for (int32_t tag = 0; tag < 4; ++tag) {
      if ((tags >> tag & 1) != 0) facts.mentor_tags.push_back(tag);
    }
    facts.mentee_tags = facts.mentor_tags;
    mentor_tags |= passes(kinds({RuleKind::kMentorTag}), facts);
    mentee_tags |= passes(kinds({RuleKind::kMenteeTag}), facts);
  }
  return departments && sites && line && language && hours && lines && experience && met && mentor_tags && mentee_tags;
}

TEST(RulesTest, RulesAreRefusedExactlyWhenNoPairInTheWorldFulfilsThem) {
  std::mt19937_64 random(kSeed);
  const int64_t cases = cortado::testing::Scaled(5000);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  int64_t contradictions = 0;
  for (int64_t i = 0; i < cases; ++i) {
    RuleSet rules;
    rules.rules = RandomRules(random);
    for (size_t rule = 0; rule < rules.rules.size(); ++rule) rules.rules[rule].id = std::to_string(rule);
    const bool can = SomePairPasses(rules);
    const absl::Status status = ValidateRules(rules);
    ASSERT_EQ(status.code(), can ? absl::StatusCode::kOk : absl::StatusCode::kFailedPrecondition) << "case " << i;
    contradictions += !can;
  }
  EXPECT_GT(contradictions * 50, cases);
}

}  // namespace
}  // namespace cortado::matching
