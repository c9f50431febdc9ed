#include "services/profile/search/folding.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::profile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::vector<Word> Plain(absl::string_view text) {
  std::vector<Word> words;
  for (const TypedWord& word : TypedWords(text)) words.push_back(word.plain);
  return words;
}

TEST(FoldingTest, CaseAndAccentsAreNothing) {
  EXPECT_EQ(Plain("Zoë ÉLODIE Dvořák"), Plain("zoe elodie dvorak"));
  EXPECT_EQ(Plain("Nguyễn Thị"), Plain("nguyen thi"));
  EXPECT_EQ(Plain("ΆΝΝΑ Ёлкин Йозеф"), Plain("άννα елкин иозеф"));
  EXPECT_EQ(Plain("Σοφίας"), Plain("ΣΟΦΙΑΣ"));
}

TEST(FoldingTest, AComposedLetterIsTheSameAsOneInParts) {
  EXPECT_EQ(TypedWords("M\xC3\xBCller"), TypedWords("Mu\xCC\x88ller"));
  EXPECT_EQ(TypedWords("\xEC\x9D\xB4"), TypedWords("\xE1\x84\x8B\xE1\x85\xB5"));
}

TEST(FoldingTest, AnUmlautIsWrittenInTwoWays) {
  EXPECT_THAT(TypedWords("Müller"), ElementsAre(TypedWord{U"muller", U"mueller"}));
  EXPECT_THAT(TypedWords("Mueller"), ElementsAre(TypedWord{U"mueller", U"mueller"}));
  EXPECT_THAT(WordsToFind("Müller"), UnorderedElementsAre(U"muller", U"mueller"));
  EXPECT_THAT(TypedWords("Søren Åse"), ElementsAre(TypedWord{U"soren", U"soeren"}, TypedWord{U"ase", U"aase"}));
}

TEST(FoldingTest, LettersThatStandForTwoAreTwo) {
  EXPECT_THAT(Plain("Strauß Łukasz Þór Æsa Œuvre"), ElementsAre(U"strauss", U"lukasz", U"thor", U"aesa", U"oeuvre"));
  EXPECT_THAT(Plain("ﬁnance Ｆｕｌｌ"), ElementsAre(U"finance", U"full"));
}

TEST(FoldingTest, WordsEndAtWhatIsNoLetter) {
  EXPECT_THAT(Plain("  Jean-Luc\tPicard, (Captain)/NCC-1701 "),
              ElementsAre(U"jean", U"luc", U"picard", U"captain", U"ncc", U"1701"));
  EXPECT_THAT(Plain("ada.lovelace@example.org"), ElementsAre(U"ada", U"lovelace", U"example", U"org"));
  EXPECT_THAT(Plain("C++, C# and .NET"), ElementsAre(U"c++", U"c#", U"and", U"net"));
  EXPECT_THAT(Plain(" -- ... "), IsEmpty());
  EXPECT_THAT(Plain(""), IsEmpty());
}

TEST(FoldingTest, AnApostropheIsLeftOutAndWhatFollowsIsFoundToo) {
  EXPECT_THAT(Plain("O'Brien"), ElementsAre(U"obrien"));
  EXPECT_THAT(WordsToFind("O’Brien"), UnorderedElementsAre(U"obrien", U"brien"));
  EXPECT_THAT(WordsToFind("Teams'"), UnorderedElementsAre(U"teams"));
}

TEST(FoldingTest, WithoutSpacesAWordBeginsAtEachLetter) {
  EXPECT_THAT(WordsToFind("王小明"), UnorderedElementsAre(U"王小明", U"小明", U"明"));
  EXPECT_THAT(Plain("王小明"), ElementsAre(U"王小明"));
  EXPECT_THAT(WordsToFind("がく"), UnorderedElementsAre(U"がく", U"く"));
  EXPECT_THAT(WordsToFind("이순신"), UnorderedElementsAre(U"이순신"));
}

TEST(FoldingTest, MarksOfOtherScriptsAreLetters) {
  EXPECT_THAT(Plain("हिन्दी"), ElementsAre(U"हिन्दी"));
  EXPECT_NE(Plain("がく"), Plain("かく"));
}

TEST(FoldingTest, OfALongWordTheBeginningCounts) {
  const std::string text(100, 'a');
  ASSERT_THAT(TypedWords(text), SizeIs(1));
  EXPECT_EQ(TypedWords(text)[0].plain, Word(kLongestWord, U'a'));
  EXPECT_THAT(WordsToFind(text), ElementsAre(Word(kLongestWord, U'a')));
}

TEST(FoldingTest, BrokenBytesSeparateWords) {
  EXPECT_THAT(Plain("ada\xFF\xFElovelace"), ElementsAre(U"ada", U"lovelace"));
  EXPECT_THAT(WordsToFind("\x80\x80"), IsEmpty());
  EXPECT_THAT(WordsToFind(std::string("a\0b", 3)), UnorderedElementsAre(U"a", U"b"));
}

TEST(FoldingTest, ALengthIsCountedInLetters) {
  EXPECT_EQ(LengthOf("Müller"), 6u);
  EXPECT_EQ(LengthOf("王小明"), 3u);
  EXPECT_THAT(WordsToFind("x"), Contains(U"x"));
}

}  // namespace
}  // namespace cortado::profile
