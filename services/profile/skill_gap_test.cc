#include "services/profile/skill_gap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"

namespace cortado::profile {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

auto Missing(const std::string& skill, int weight) {
  return testing::AllOf(Field(&GapEntry::skill, skill), Field(&GapEntry::weight, weight));
}

TEST(SkillGapTest, IsWhatIsNeededAndNotHeld) {
  const SkillGap gap = FindSkillGap({{"go", 3}, {"sql"}}, {{"rust", 2, 4}, {"go"}, {"sql"}});
  EXPECT_THAT(gap.missing, ElementsAre(Missing("rust", 8)));
  EXPECT_EQ(gap.met, 2);
}

TEST(SkillGapTest, NobodyWhoHoldsEverythingHasOne) {
  EXPECT_THAT(FindSkillGap({{"go", 5}}, {{"go", 5, 5}}).missing, IsEmpty());
}

TEST(SkillGapTest, AHeldSkillIsMissingOnlyItsFurtherLevels) {
  const SkillGap gap = FindSkillGap({{"go", 2}}, {{"go", 5, 2}});
  EXPECT_THAT(gap.missing, ElementsAre(GapEntry{"go", true, 2, 5, 2, 3, 6}));
}

TEST(SkillGapTest, AnUnknownHeldLevelIsNeitherAGapNorEnough) {
  const SkillGap gap = FindSkillGap({{"go"}}, {{"go", 4, 5}});
  EXPECT_THAT(gap.missing, IsEmpty());
  EXPECT_THAT(gap.unclear, ElementsAre("go"));
  EXPECT_EQ(gap.met, 0);
}

TEST(SkillGapTest, AnUnknownNeededLevelStaysUnknown) {
  const SkillGap gap = FindSkillGap({}, {{"go", kUnknown, 2}});
  EXPECT_THAT(gap.missing, ElementsAre(GapEntry{"go", false, kUnknown, kUnknown, 2, std::nullopt, 6}));
}

TEST(SkillGapTest, TheHeaviestComesFirstThenByName) {
  const SkillGap gap = FindSkillGap({}, {{"b", 1, 1}, {"c", 5, 5}, {"a", 1, 1}});
  EXPECT_THAT(gap.missing, ElementsAre(Missing("c", 25), Missing("a", 1), Missing("b", 1)));
}

TEST(SkillGapTest, ASkillListedTwiceCountsOnceAtItsHighest) {
  const SkillGap gap = FindSkillGap({{"go", 1}, {"go", 3}, {"go"}}, {{"go", 4, 1}, {"go", 2, 3}});
  EXPECT_THAT(gap.missing, ElementsAre(GapEntry{"go", true, 3, 4, 3, 1, 3}));
}

TEST(SkillGapTest, AnImpossibleLevelCountsAsUnknown) {
  EXPECT_EQ(FindSkillGap({{"go", 9}}, {{"go", -1, 77}, {"sql", 6, 0}}), FindSkillGap({{"go"}}, {{"go"}, {"sql"}}));
}

// The definition, word by word, with nothing clever about it.
int SlowWeight(const std::vector<HeldSkill>& held, const std::vector<NeededSkill>& needed, const std::string& skill) {
  int have = -1, level = 0, importance = 0;
  for (const HeldSkill& h : held) have = h.skill == skill ? std::max(have, h.level) : have;
  for (const NeededSkill& n : needed) {
    if (n.skill != skill) continue;
    level = std::max(level, n.level);
    importance = std::max(importance, n.importance);
  }
  const int missing = have == -1 ? (level == 0 ? 3 : level) : (have == 0 ? 0 : std::max(0, level - have));
  return missing * (importance == 0 ? 3 : importance);
}

TEST(SkillGapTest, AgreesWithTheDefinitionOnRandomPeople) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const auto skill = [&] { return absl::StrCat("s", random() % 8); };
  for (int round = 0; round < 5000; ++round) {
    std::vector<HeldSkill> held;
    std::vector<NeededSkill> needed;
    for (unsigned i = random() % 8; i > 0; --i) held.push_back({skill(), static_cast<int>(random() % 6)});
    for (unsigned i = random() % 8; i > 0; --i) {
      needed.push_back({skill(), static_cast<int>(random() % 6), static_cast<int>(random() % 6)});
    }
    std::vector<std::pair<int, std::string>> slow;
    for (int i = 0; i < 8; ++i) {
      const std::string id = absl::StrCat("s", i);
      const bool is_needed = std::any_of(needed.begin(), needed.end(), [&](const auto& n) { return n.skill == id; });
      if (const int weight = SlowWeight(held, needed, id); is_needed && weight > 0) slow.emplace_back(-weight, id);
    }
    std::sort(slow.begin(), slow.end());
    std::vector<std::pair<int, std::string>> fast;
    for (const GapEntry& entry : FindSkillGap(held, needed).missing) fast.emplace_back(-entry.weight, entry.skill);
    ASSERT_EQ(fast, slow);
  }
}

}  // namespace
}  // namespace cortado::profile
