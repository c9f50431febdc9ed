#include "common/skills/related_skills.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace cortado::skills {
namespace {

using ::testing::IsEmpty;

TEST(RelatedSkillsTest, WhatAlwaysGoesTogetherComesFirst) {
  std::vector<std::vector<int32_t>> people;
  for (int i = 0; i < 20; ++i) people.push_back({0, 1});
  for (int i = 0; i < 10; ++i) people.push_back({0, 1, 2});
  for (int i = 0; i < 70; ++i) people.push_back({3});
  for (int i = 0; i < 10; ++i) people.push_back({2, 3});
  const auto related = FindRelated(people, 0, 4, 10);
  ASSERT_EQ(related.size(), 2u);
  EXPECT_EQ(related[0].skill, 1);
  EXPECT_EQ(related[0].both, 30);
  EXPECT_EQ(related[0].holders, 30);
  EXPECT_EQ(related[1].skill, 2);
  EXPECT_GT(related[0].strength, related[1].strength);
  EXPECT_EQ(FindRelated(people, 0, 4, 1).size(), 1u);
}

TEST(RelatedSkillsTest, FewerThanFivePeopleSayNothing) {
  std::vector<std::vector<int32_t>> people(4, {0, 1});
  people.resize(100, {2});
  EXPECT_THAT(FindRelated(people, 0, 3, 10), IsEmpty());
  people.push_back({0, 1});
  EXPECT_EQ(FindRelated(people, 0, 3, 10).size(), 1u);
}

TEST(RelatedSkillsTest, WhatEverybodyHoldsIsRelatedToNothing) {
  std::vector<std::vector<int32_t>> people(50, {0, 1});
  people.resize(100, {0});
  EXPECT_THAT(FindRelated(people, 1, 2, 10), IsEmpty());
  EXPECT_EQ(Strength(100, 100, 100, 100), 0);
}

TEST(RelatedSkillsTest, MorePeopleMakeTheSameShareStronger) {
  EXPECT_LT(Strength(5, 5, 5, 100), Strength(50, 50, 50, 1000));
  EXPECT_LE(Strength(1000, 1000, 1000, 10000), 1000);
  EXPECT_EQ(Strength(10, 100, 100, 1000), 0);
}

TEST(RelatedSkillsTest, AllAtOnceSayTheSameAsOneByOne) {
  std::mt19937_64 random(20261122);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::vector<int32_t>> people(60);
    for (std::vector<int32_t>& held : people) {
      for (int32_t skill = 0; skill < 9; ++skill) {
        if (random() % (2 + skill % 3) == 0) held.push_back(skill);
      }
    }
    const auto all = FindAllRelated(people, 9, 40, 3);
    ASSERT_EQ(all.size(), 9u);
    for (int32_t skill = 0; skill < 9; ++skill) {
      std::vector<std::pair<int32_t, int32_t>> expected, found;
      for (const Related& one : FindRelated(people, skill, 9, 3)) {
        if (one.strength >= 40) expected.emplace_back(one.skill, one.strength);
      }
      for (const Related& one : all[skill]) found.emplace_back(one.skill, one.strength);
      EXPECT_EQ(found, expected) << "skill " << skill << " of round " << round;
    }
  }
}

}  // namespace
}  // namespace cortado::skills
