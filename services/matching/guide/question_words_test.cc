// The bank against the catalogue of sentences.
#include <set>
#include <string>

#include "common/text/catalog.h"
#include "gtest/gtest.h"
#include "services/matching/guide/question_bank.h"

namespace cortado::matching {
namespace {

TEST(QuestionBankTest, EveryQuestionHasItsWordsAndNamesWhatItNeeds) {
  std::set<std::string> sources;
  for (const BankQuestion& question : QuestionBank()) {
    EXPECT_TRUE(sources.insert(question.source).second) << question.source;
    for (const char* language : {"en", "de"}) {
      const std::string words = text::Sample(question.source, language);
      EXPECT_NE(words, "") << question.source;
      for (int slot = 0; slot < kSlots; ++slot) {
        const std::string named = std::string("{") + SlotName(slot) + "}";
        const bool needs = (question.needs >> slot & 1) != 0;
        EXPECT_EQ(words.find(named) != std::string::npos, needs) << question.source << " " << named;
      }
    }
  }
}

}  // namespace
}  // namespace cortado::matching
