// Draws against what their header promises: a brute force over small pools, and pools of which the answer is plain.
#include "services/matching/draw/draw.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kSeed = 20261125;

// Pairs, draws left out, first meetings, scores: compared in that order.
using Value = std::array<int64_t, 4>;

bool IsAllowed(const DrawEdge& edge, int32_t cooldown) { return edge.weeks_since < 0 || edge.weeks_since >= cooldown; }

int64_t PassedOver(const DrawPool& pool, int32_t person) {
  return pool.passed_over.empty() ? 0 : pool.passed_over[person];
}

void Add(const DrawPool& pool, const DrawEdge& edge, Value& value) {
  value[0] += 1;
  value[1] += PassedOver(pool, edge.a) + PassedOver(pool, edge.b);
  value[2] += edge.weeks_since < 0;
  value[3] += edge.score;
}

Value BestAt(const DrawPool& pool, int32_t cooldown) {
  std::set<int32_t> taken;
  Value best = {};
  const std::function<void(size_t, Value)> choose = [&](size_t next, Value value) {
    best = std::max(best, value);
    for (size_t i = next; i < pool.edges.size(); ++i) {
      const DrawEdge& edge = pool.edges[i];
      if (!IsAllowed(edge, cooldown) || taken.count(edge.a) + taken.count(edge.b) != 0) continue;
      taken.insert({edge.a, edge.b});
      Value with = value;
      Add(pool, edge, with);
      choose(i + 1, with);
      taken.erase(edge.a);
      taken.erase(edge.b);
    }
  };
  choose(0, {});
  return best;
}

const DrawEdge* Between(const DrawPool& pool, int32_t a, int32_t b) {
  for (const DrawEdge& edge : pool.edges) {
    if (std::minmax(edge.a, edge.b) == std::minmax(a, b)) return &edge;
  }
  return nullptr;
}

DrawPool RandomPool(std::mt19937_64& random) {
  DrawPool pool;
  pool.people = static_cast<int32_t>(random() % 8);
  pool.seed = random();
  pool.cooldown_weeks = static_cast<int32_t>(random() % 10);
  pool.least_cooldown_weeks = static_cast<int32_t>(random() % (pool.cooldown_weeks + 1));
  const uint64_t sparse = 1 + random() % 3;
  for (int32_t a = 0; a < pool.people; ++a) {
    for (int32_t b = a + 1; b < pool.people; ++b) {
      if (random() % sparse != 0) continue;
      const auto weeks = static_cast<int32_t>(random() % 3 == 0 ? -1 : static_cast<int64_t>(random() % 12));
      DrawEdge edge{a, b, static_cast<int32_t>(random() % 4), weeks};
      if (random() % 2 == 0) std::swap(edge.a, edge.b);
      pool.edges.push_back(edge);
    }
  }
  if (random() % 2 == 0) {
    for (int32_t i = 0; i < pool.people; ++i) pool.passed_over.push_back(static_cast<int32_t>(random() % 3));
  }
  return pool;
}

TEST(DrawTest, PairsAreTheBestThereAreAtTheLongestCooldownThatLeavesNobodyMoreOut) {
  std::mt19937_64 random(kSeed);
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  int64_t relaxed = 0;
  for (int64_t i = 0; i < cases; ++i) {
    DrawPool pool = RandomPool(random);
    pool.trios = false;
    int32_t cooldown = pool.cooldown_weeks;
    while (BestAt(pool, cooldown)[0] < BestAt(pool, pool.least_cooldown_weeks)[0]) --cooldown;
    const absl::StatusOr<Draw> draw = DrawPairs(pool);
    ASSERT_EQ(draw.status(), absl::OkStatus());
    Value value = {};
    for (const std::vector<int32_t>& group : draw->groups) {
      ASSERT_EQ(group.size(), 2u);
      const DrawEdge* edge = Between(pool, group[0], group[1]);
      ASSERT_TRUE(edge != nullptr && IsAllowed(*edge, cooldown)) << "case " << i;
      Add(pool, *edge, value);
    }
    ASSERT_EQ(value, BestAt(pool, cooldown)) << "case " << i;
    ASSERT_TRUE(draw->proved);
    ASSERT_GE(draw->cooldown_weeks, cooldown);
    ASSERT_EQ(draw->first_meetings, value[2]);
    relaxed += draw->cooldown_weeks < pool.cooldown_weeks;
  }
  EXPECT_GT(relaxed, 0) << "no cooldown was ever relaxed";
}

// How many of those left can join a pair, each pair taking one, by trying everything.
int32_t MostJoining(const std::vector<std::vector<int32_t>>& may_join, size_t person, std::set<int32_t>& full) {
  if (person == may_join.size()) return 0;
  int32_t best = MostJoining(may_join, person + 1, full);
  for (int32_t pair : may_join[person]) {
    if (!full.insert(pair).second) continue;
    best = std::max(best, 1 + MostJoining(may_join, person + 1, full));
    full.erase(pair);
  }
  return best;
}

TEST(DrawTest, AsManyAsCanJoinAPairAndTheOthersAreToldWhyNot) {
  std::mt19937_64 random(kSeed + 1);
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed + 1 << std::endl;
  std::map<LeftOutReason, int64_t> reasons;
  for (int64_t i = 0; i < cases; ++i) {
    SCOPED_TRACE(i);
    DrawPool pool = RandomPool(random);
    pool.trios = false;
    const Draw pairs = *DrawPairs(pool);
    pool.trios = true;
    const Draw draw = *DrawPairs(pool);
    std::vector<std::vector<int32_t>> may_join;
    for (const LeftOut& left : pairs.left_out) {
      may_join.emplace_back();
      for (size_t pair = 0; pair < pairs.groups.size(); ++pair) {
        const bool both = std::all_of(pairs.groups[pair].begin(), pairs.groups[pair].end(), [&](int32_t member) {
          const DrawEdge* edge = Between(pool, left.person, member);
          return edge != nullptr && IsAllowed(*edge, pool.least_cooldown_weeks);
        });
        if (both) may_join.back().push_back(static_cast<int32_t>(pair));
      }
    }
    std::set<int32_t> full;
    ASSERT_EQ(pairs.left_out.size() - draw.left_out.size(), MostJoining(may_join, 0, full));
    ASSERT_EQ(draw.groups.size(), pairs.groups.size());
    int32_t least = pool.cooldown_weeks;
    for (const std::vector<int32_t>& group : draw.groups) {
      ASSERT_THAT(group.size(), ::testing::AnyOf(2u, 3u));
      for (size_t a = 0; a < group.size(); ++a) {
        for (size_t b = a + 1; b < group.size(); ++b) {
          const DrawEdge* edge = Between(pool, group[a], group[b]);
          ASSERT_TRUE(edge != nullptr && IsAllowed(*edge, pool.least_cooldown_weeks));
          if (edge->weeks_since >= 0) least = std::min(least, edge->weeks_since);
        }
      }
    }
    ASSERT_EQ(draw.cooldown_weeks, least);
    for (const LeftOut& left : draw.left_out) {
      bool knows = false, may = false;
      for (const DrawEdge& edge : pool.edges) {
        if (edge.a != left.person && edge.b != left.person) continue;
        knows = true;
        may = may || IsAllowed(edge, pool.least_cooldown_weeks);
      }
      const LeftOutReason reason = may     ? LeftOutReason::kNobodyLeft
                                   : knows ? LeftOutReason::kMetRecently
                                           : LeftOutReason::kNobodyToMeet;
      ASSERT_EQ(left.reason, reason);
      ++reasons[reason];
    }
  }
  EXPECT_EQ(reasons.size(), 3u) << "a reason was never given";
}

// Everybody may meet everybody; nobody ever met.
DrawPool Everybody(int32_t people) {
  DrawPool pool;
  pool.people = people;
  for (int32_t a = 0; a < people; ++a) {
    for (int32_t b = a + 1; b < people; ++b) pool.edges.push_back({a, b, 1, kNeverMet});
  }
  return pool;
}

TEST(DrawTest, TheSameSeedDrawsTheSameAndAnotherSeedAnother) {
  DrawPool pool = Everybody(20);
  pool.seed = 1;
  const Draw first = *DrawPairs(pool);
  EXPECT_EQ(DrawPairs(pool)->groups, first.groups);
  pool.seed = 2;
  EXPECT_NE(DrawPairs(pool)->groups, first.groups);
}

TEST(DrawTest, AnOddOneJoinsAPairOrIsLeftOutWhereTriosAreNotWanted) {
  DrawPool pool = Everybody(7);
  EXPECT_THAT(DrawPairs(pool)->left_out, IsEmpty());
  pool.trios = false;
  EXPECT_EQ(DrawPairs(pool)->left_out.size(), 1u);
}

TEST(DrawTest, WhoeverWasLeftOutBeforeIsNotAgain) {
  DrawPool pool = Everybody(5);
  pool.trios = false;
  pool.passed_over = {0, 0, 0, 1, 0};
  for (uint64_t seed = 0; seed < 20; ++seed) {
    pool.seed = seed;
    EXPECT_NE(DrawPairs(pool)->left_out[0].person, 3);
  }
}

TEST(DrawTest, InASmallPoolTheCooldownIsRelaxedAndSaidSo) {
  DrawPool pool;
  pool.people = 2;
  pool.edges = {{0, 1, 1, 3}};
  const Draw draw = *DrawPairs(pool);
  EXPECT_THAT(draw.groups, ElementsAre(ElementsAre(0, 1)));
  EXPECT_EQ(draw.cooldown_weeks, 3);
  pool.least_cooldown_weeks = 4;
  EXPECT_EQ(DrawPairs(pool)->left_out[0].reason, LeftOutReason::kMetRecently);
}

// A year of weekly draws: everybody meets everybody once before anybody meets again.
TEST(DrawTest, NobodyMeetsAgainWithinTheCooldown) {
  constexpr int32_t kPeople = 30;
  DrawPool pool = Everybody(kPeople);
  pool.cooldown_weeks = 10;
  std::map<std::pair<int32_t, int32_t>, int32_t> last;
  for (int32_t week = 0; week < 30; ++week) {
    pool.seed = static_cast<uint64_t>(week);
    for (DrawEdge& edge : pool.edges) {
      const auto met = last.find({edge.a, edge.b});
      edge.weeks_since = met == last.end() ? kNeverMet : week - met->second;
    }
    const Draw draw = *DrawPairs(pool);
    ASSERT_THAT(draw.left_out, IsEmpty());
    ASSERT_EQ(draw.cooldown_weeks, 10);
    for (const std::vector<int32_t>& group : draw.groups) last[{group[0], group[1]}] = week;
  }
}

TEST(DrawTest, RefusesWhatIsOutOfRange) {
  const auto refused = [](const std::function<void(DrawPool&)>& spoil) {
    DrawPool pool = Everybody(3);
    spoil(pool);
    return DrawPairs(pool).status().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](DrawPool& pool) { pool.edges[0].b = 3; }));
  EXPECT_TRUE(refused([](DrawPool& pool) { pool.edges[0].b = pool.edges[0].a; }));
  EXPECT_TRUE(refused([](DrawPool& pool) { pool.edges[0].score = -1; }));
  EXPECT_TRUE(refused([](DrawPool& pool) { pool.edges[0].weeks_since = -2; }));
  EXPECT_TRUE(refused([](DrawPool& pool) { pool.cooldown_weeks = 521; }));
  EXPECT_TRUE(refused([](DrawPool& pool) { pool.least_cooldown_weeks = 13; }));
  EXPECT_TRUE(refused([](DrawPool& pool) { pool.passed_over = {1}; }));
}

}  // namespace
}  // namespace cortado::matching
