#include <string>

#include "common/text/catalog.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/matching/program/rules.h"

namespace cortado::matching {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RuleWordsTest, EveryRuleIsExplainedInBothLanguagesAndEveryStrength) {
  for (int kind = 0; kind < kRuleKindCount; ++kind) {
    for (RuleStrength strength : {RuleStrength::kMust, RuleStrength::kPrefer, RuleStrength::kForbid}) {
      Rule rule;
      rule.kind = static_cast<RuleKind>(kind);
      rule.strength = strength;
      rule.amount = 5;
      const RuleWords words = Explain(rule, "Sales");
      const text::Parameters parameters(words.parameters.begin(), words.parameters.end());
      for (const char* language : {"en", "de"}) {
        const std::string sentence = text::Render(words.code, language, parameters);
        EXPECT_NE(sentence, words.code);
        EXPECT_THAT(sentence, Not(HasSubstr("{"))) << words.code;
        EXPECT_THAT(sentence, HasSubstr(parameters.count("values") != 0 ? "Sales" : "")) << words.code;
        EXPECT_THAT(sentence, HasSubstr(parameters.count("amount") != 0 ? "5" : "")) << words.code;
      }
    }
  }
}

}  // namespace
}  // namespace cortado::matching
