#include "services/matching/mentor_set.h"

#include <algorithm>
#include <random>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

GapSkill Skill(int32_t id, int8_t missing, int8_t importance) { return {id, 0, missing, importance}; }

TEST(MentorSetTest, TwoPeopleWhoseUnionCoversMostGoBeforeTheBestSinglePerson) {
  // Nobody covers more alone than 7, but 8 and 9 together cover everything.
  const std::vector<GapSkill> gap = {Skill(0, 3, 1), Skill(1, 3, 1), Skill(2, 3, 1), Skill(3, 3, 1)};
  const std::vector<Coverage> candidates = {{7, {2, 2, 2, 1}}, {8, {3, 3, 0, 0}}, {9, {0, 0, 3, 3}}};
  const MentorSet set = ChooseMentorSet(gap, candidates, 2);
  EXPECT_THAT(set.people, ElementsAre(8, 9));
  EXPECT_EQ(set.covered, 12);
  EXPECT_EQ(set.whole, 12);
  EXPECT_TRUE(set.is_best);
}

TEST(MentorSetTest, NobodyIsInItWhoAddsNothing) {
  const std::vector<GapSkill> gap = {Skill(0, 2, 5), Skill(1, 1, 1)};
  const std::vector<Coverage> candidates = {{4, {2, 0}}, {5, {1, 0}}, {6, {2, 0}}};
  const MentorSet set = ChooseMentorSet(gap, candidates, 3);
  EXPECT_THAT(set.people, ElementsAre(4));
  EXPECT_THAT(set.levels, ElementsAre(2, 0));
}

TEST(MentorSetTest, WithoutAnybodyWhoCoversAnythingItIsEmpty) {
  const std::vector<GapSkill> gap = {Skill(0, 2, 5)};
  EXPECT_THAT(ChooseMentorSet(gap, {{4, {0}}}, 3).people, IsEmpty());
  EXPECT_THAT(ChooseMentorSet(gap, {}, 3).people, IsEmpty());
  EXPECT_THAT(ChooseMentorSet({}, {{4, {}}}, 3).people, IsEmpty());
}

TEST(MentorSetTest, OfEqualSetsTheOneHigherInTheRankingIsTaken) {
  const std::vector<GapSkill> gap = {Skill(0, 1, 1), Skill(1, 1, 1)};
  const std::vector<Coverage> candidates = {{3, {1, 0}}, {2, {1, 0}}, {1, {0, 1}}, {0, {0, 1}}};
  EXPECT_THAT(ChooseMentorSet(gap, candidates, 2).people, ElementsAre(3, 1));
}

struct Instance {
  std::vector<GapSkill> gap;
  std::vector<Coverage> candidates;
  int size = 1;
};

Instance RandomInstance(std::mt19937_64& random) {
  Instance made;
  made.size = 1 + static_cast<int>(random() % 3);
  const int skills = 1 + static_cast<int>(random() % 7);
  for (int i = 0; i < skills; ++i) {
    made.gap.push_back(Skill(i, static_cast<int8_t>(1 + random() % 5), static_cast<int8_t>(1 + random() % 5)));
  }
  const int people = static_cast<int>(random() % 12);
  for (int p = 0; p < people; ++p) {
    Coverage one{p, {}};
    for (const GapSkill& skill : made.gap) {
      one.levels.push_back(random() % 2 == 0 ? 0 : static_cast<int8_t>(random() % (skill.missing + 1)));
    }
    made.candidates.push_back(std::move(one));
  }
  return made;
}

// Every subset, one after the other.
int64_t BestOfAll(const Instance& instance) {
  int64_t best = 0;
  for (uint32_t chosen = 0; chosen < (1u << instance.candidates.size()); ++chosen) {
    if (__builtin_popcount(chosen) > instance.size) continue;
    int64_t worth = 0;
    for (size_t skill = 0; skill < instance.gap.size(); ++skill) {
      int level = 0;
      for (size_t p = 0; p < instance.candidates.size(); ++p) {
        if ((chosen >> p & 1) != 0) level = std::max<int>(level, instance.candidates[p].levels[skill]);
      }
      worth += level * instance.gap[skill].importance;
    }
    best = std::max(best, worth);
  }
  return best;
}

TEST(MentorSetTest, CoversAsMuchAsTheBestOfAllSets) {
  const uint64_t seed = 20261122;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const int rounds = testing::Scaled(2'000);
  for (int round = 0; round < rounds; ++round) {
    const Instance instance = RandomInstance(random);
    const MentorSet set = ChooseMentorSet(instance.gap, instance.candidates, instance.size);
    ASSERT_TRUE(set.is_best);
    ASSERT_EQ(set.covered, BestOfAll(instance)) << round;
    ASSERT_LE(static_cast<int>(set.people.size()), instance.size);
  }
}

TEST(MentorSetTest, CutShortItStillKeepsGreedysPromise) {
  std::mt19937_64 random(7);
  const int rounds = testing::Scaled(2'000);
  for (int round = 0; round < rounds; ++round) {
    const Instance instance = RandomInstance(random);
    const MentorSet set = ChooseMentorSet(instance.gap, instance.candidates, instance.size, 1);
    // 1 - (1 - 1/3)^3 = 19/27.
    ASSERT_GE(set.covered * 27, BestOfAll(instance) * 19) << round;
  }
}

}  // namespace
}  // namespace cortado::matching
