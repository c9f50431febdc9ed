#include "services/profile/search/text_index.h"

#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/profile/search/testing/naive_search.h"

namespace cortado::profile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Ids(const TextIndex& index, absl::string_view query, size_t limit = 10,
                             absl::string_view group = "") {
  std::vector<std::string> ids;
  for (const uint32_t number : index.Search(query, limit, group)) ids.push_back(index.id(number));
  return ids;
}

// People as the directory has them: name, title, address.
TextIndex SmallCompany() {
  TextIndex index;
  index.Put("ada", {"Ada Lovelace", "Mathematician", "ada@acme.example"}, "Research");
  index.Put("mueller", {"Jörg Müller", "Head of Sales", "j.mueller@acme.example"}, "Sales");
  index.Put("brien", {"Conan O'Brien", "Engineer", "conan@acme.example"}, "Research");
  index.Put("kate", {"Katherine Johnson", "Senior Engineer", "kj@acme.example"}, "Flight");
  index.Put("xiao", {"王小明", "工程师", "xiao@acme.example"}, "Flight");
  return index;
}

TEST(TextIndexTest, TheBeginningsOfWordsAreEnough) {
  const TextIndex index = SmallCompany();
  EXPECT_THAT(Ids(index, "ad"), ElementsAre("ada"));
  EXPECT_THAT(Ids(index, "love ad"), ElementsAre("ada"));
  EXPECT_THAT(Ids(index, "sal mu"), ElementsAre("mueller"));
  EXPECT_THAT(Ids(index, "lace"), IsEmpty());
}

TEST(TextIndexTest, AUmlautIsFoundHoweverItIsTyped) {
  const TextIndex index = SmallCompany();
  EXPECT_THAT(Ids(index, "Müller"), ElementsAre("mueller"));
  EXPECT_THAT(Ids(index, "MULLER"), ElementsAre("mueller"));
  EXPECT_THAT(Ids(index, "mueller"), ElementsAre("mueller"));
  EXPECT_THAT(Ids(index, "joerg"), ElementsAre("mueller"));
}

TEST(TextIndexTest, EveryScriptIsFound) {
  const TextIndex index = SmallCompany();
  EXPECT_THAT(Ids(index, "小明"), ElementsAre("xiao"));
  EXPECT_THAT(Ids(index, "王"), ElementsAre("xiao"));
  EXPECT_THAT(Ids(index, "obrien"), ElementsAre("brien"));
  EXPECT_THAT(Ids(index, "brien"), ElementsAre("brien"));
}

TEST(TextIndexTest, OneErrorIsForgivenFromFourLettersAndTwoFromEight) {
  const TextIndex index = SmallCompany();
  EXPECT_THAT(Ids(index, "lvelace"), ElementsAre("ada"));    // Left out.
  EXPECT_THAT(Ids(index, "loveelace"), ElementsAre("ada"));  // One too many.
  EXPECT_THAT(Ids(index, "lovalace"), ElementsAre("ada"));   // Another.
  EXPECT_THAT(Ids(index, "loevlace"), ElementsAre("ada"));   // Swapped.
  EXPECT_THAT(Ids(index, "kathreni"), ElementsAre("kate"));  // Two swaps, of what was typed so far.
  EXPECT_THAT(Ids(index, "lvelce"), IsEmpty());              // Two in six letters.
  EXPECT_THAT(Ids(index, "aba"), IsEmpty());                 // One in three.
  EXPECT_THAT(Ids(index, "ktahrneie"), IsEmpty());           // Three.
}

TEST(TextIndexTest, WhatIsTypedRightComesBeforeWhatIsNot) {
  TextIndex index;
  index.Put("a", {"Marta"});
  index.Put("b", {"Martha Grossmann-Hinterberger"});
  EXPECT_THAT(Ids(index, "marth"), ElementsAre("b", "a"));
}

TEST(TextIndexTest, ANameComesBeforeATitleAndATitleBeforeAnAddress) {
  TextIndex index;
  index.Put("address", {"Ann", "Clerk", "baker@acme.example"});
  index.Put("title", {"Bo", "Baker", "bo@acme.example"});
  index.Put("name", {"Christopher Baker", "Clerk", "cb@acme.example"});
  EXPECT_THAT(Ids(index, "bak"), ElementsAre("name", "title", "address"));
}

TEST(TextIndexTest, AShorterNameComesFirstAndThenTheLowerId) {
  TextIndex index;
  index.Put("z", {"Jo Li"});
  index.Put("b", {"Jo Lindgren"});
  index.Put("a", {"Jo Lindgren"});
  EXPECT_THAT(Ids(index, "jo li"), ElementsAre("z", "a", "b"));
}

TEST(TextIndexTest, AGroupKeepsToItself) {
  const TextIndex index = SmallCompany();
  EXPECT_THAT(Ids(index, "engineer"), ElementsAre("brien", "kate"));
  EXPECT_THAT(Ids(index, "engineer", 10, "flight"), ElementsAre("kate"));
  EXPECT_THAT(Ids(index, "engineer", 10, "Nowhere"), IsEmpty());
}

TEST(TextIndexTest, NoWordFindsNothing) {
  const TextIndex index = SmallCompany();
  EXPECT_THAT(Ids(index, ""), IsEmpty());
  EXPECT_THAT(Ids(index, " -. "), IsEmpty());
  EXPECT_THAT(Ids(index, "ada", 0), IsEmpty());
}

TEST(TextIndexTest, WhatChangedIsFoundAsItIsNow) {
  TextIndex index = SmallCompany();
  const std::vector<uint32_t> before = index.Search("ada", 1);
  EXPECT_EQ(index.Put("ada", {"Augusta King", "Countess", "ada@acme.example"}), before[0]);
  EXPECT_THAT(Ids(index, "lovelace"), IsEmpty());
  EXPECT_THAT(Ids(index, "ada"), ElementsAre("ada"));
  EXPECT_EQ(index.Remove("ada"), before[0]);
  EXPECT_THAT(Ids(index, "king"), IsEmpty());
  EXPECT_EQ(index.Remove("ada"), std::nullopt);
  EXPECT_EQ(index.size(), 4u);
}

TEST(TextIndexTest, WhatIsRemovedLeavesNothingBehind) {
  TextIndex index;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) index.Put(absl::StrCat("p", i), {absl::StrCat("Person ", i * 7919)}, "All");
    EXPECT_EQ(index.words().size(), 201u);
    EXPECT_LE(index.words().number_end(), 201u);
    for (int i = 0; i < 200; ++i) index.Remove(absl::StrCat("p", i));
    EXPECT_EQ(index.words().size(), 0u);
    EXPECT_EQ(index.words().letters(), 0u);
  }
}

// Names of few letters, so that many are near each other.
class RandomNames {
 public:
  explicit RandomNames(unsigned seed) : random_(seed) {}

  int UpTo(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most + 1)); }
  std::string Word() {
    static const std::vector<std::string> letters = {"a", "b", "c", "d", "A", "ä", "ü", "é", "王", "я"};
    std::string word;
    const int length = 1 + UpTo(10);
    for (int i = 0; i < length; ++i) word += letters[UpTo(UpTo(3) == 0 ? 9 : 3)];
    return word;
  }
  std::string Text(int most_words) {
    std::string text;
    for (int words = 1 + UpTo(most_words - 1); words > 0; --words) absl::StrAppend(&text, Word(), words > 1 ? " " : "");
    return text;
  }
  // A word that is there, cut short and mistyped; or any.
  std::string Query(const std::vector<std::string>& there) {
    std::string word = UpTo(4) == 0 ? Word() : there[random_() % there.size()];
    for (int errors = UpTo(3); errors > 0 && word.size() > 1; --errors) {
      const size_t at = random_() % (word.size() - 1);
      switch (UpTo(3)) {
        case 0:
          word.erase(at, 1);
          break;
        case 1:
          word.insert(at, 1, static_cast<char>('a' + UpTo(3)));
          break;
        case 2:
          word[at] = static_cast<char>('a' + UpTo(3));
          break;
        default:
          std::swap(word[at], word[at + 1]);
      }
    }
    return word.substr(0, 1 + random_() % word.size());
  }

 private:
  std::mt19937 random_;
};

TEST(TextIndexTest, FindsWhatLookingAtEverythingFinds) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  RandomNames names(seed);
  TextIndex index;
  NaiveSearch naive;
  std::vector<std::string> there = {"a"};
  int found = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = absl::StrCat("p", names.UpTo(40));
    if (names.UpTo(3) == 0) {
      index.Remove(id);
      naive.Remove(id);
    } else {
      const std::vector<std::string> texts = {names.Text(3), names.Text(2), names.Text(1)};
      const std::string group = absl::StrCat("g", names.UpTo(2));
      there = {texts[0], texts[1], texts[2]};
      index.Put(id, texts, group);
      naive.Put(id, texts, group);
    }
    if (i % 500 == 0) index.Pack();
    const std::string query = absl::StrCat(names.Query(there), names.UpTo(2) == 0 ? " " + names.Query(there) : "");
    const std::string group = names.UpTo(3) == 0 ? absl::StrCat("G", names.UpTo(2)) : "";
    const auto limit = static_cast<size_t>(1 + names.UpTo(11));
    const std::vector<std::string> expected = naive.Search(query, limit, group);
    ASSERT_EQ(Ids(index, query, limit, group), expected) << "case " << i << ", looking for \"" << query << "\"";
    found += expected.empty() ? 0 : 1;
  }
  ASSERT_EQ(index.size(), naive.size());
  EXPECT_GT(found, 5'000);
}

}  // namespace
}  // namespace cortado::profile
