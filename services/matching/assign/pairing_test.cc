#include "services/matching/assign/pairing.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <random>
#include <utility>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;

constexpr uint64_t kSeed = 20261124;

using Value = std::pair<int32_t, WorthSum>;

// The best of all pairings, tried one by one.
Value BestOf(int32_t people, const std::vector<PairingEdge>& edges) {
  std::vector<uint8_t> taken(people, 0);
  Value best;
  const std::function<void(size_t, Value)> choose = [&](size_t next, Value value) {
    best = std::max(best, value);
    for (size_t i = next; i < edges.size(); ++i) {
      const PairingEdge& edge = edges[i];
      if (taken[edge.a] != 0 || taken[edge.b] != 0) continue;
      taken[edge.a] = taken[edge.b] = 1;
      Value with = value;
      ++with.first;
      for (size_t level = 0; level < with.second.size(); ++level) with.second[level] += edge.worth[level];
      choose(i + 1, with);
      taken[edge.a] = taken[edge.b] = 0;
    }
  };
  choose(0, {});
  return best;
}

TEST(PairingTest, AgreesWithBruteForceOnRandomGraphs) {
  std::mt19937_64 random(kSeed);
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  for (int64_t i = 0; i < cases; ++i) {
    const auto people = static_cast<int32_t>(random() % 9);
    const uint64_t sparse = 1 + random() % 4;
    const int32_t largest = random() % 2 == 0 ? 2 : 10'000'000;
    std::vector<PairingEdge> edges;
    for (int32_t a = 0; a < people; ++a) {
      for (int32_t b = a + 1; b < people; ++b) {
        if (random() % sparse != 0) continue;
        PairingEdge edge{a, b, {}};
        for (int32_t& worth : edge.worth) worth = static_cast<int32_t>(random() % (largest + 1));
        edges.push_back(edge);
      }
    }
    const Value best = BestOf(people, edges);
    const absl::StatusOr<Pairing> pairing = PairUp(people, edges);
    ASSERT_EQ(pairing.status(), absl::OkStatus());
    ASSERT_EQ(std::make_pair(pairing->pairs, pairing->worth), best) << "case " << i;
    ASSERT_TRUE(pairing->proved);
    ASSERT_EQ(*CountMostPairs(people, edges), best.first);
    for (int32_t person = 0; person < people; ++person) {
      const int32_t partner = pairing->partner[person];
      ASSERT_TRUE(partner < 0 || pairing->partner[partner] == person);
    }
  }
}

TEST(PairingTest, AFirstNumberOutweighsAnySumOfLaterOnes) {
  const std::vector<PairingEdge> edges = {
      {0, 1, {1, 0, 0, 0}}, {2, 3, {0, 0, 0, 0}}, {0, 2, {0, 1 << 30, 1 << 30, 9}}, {1, 3, {0, 1 << 30, 1 << 30, 9}}};
  EXPECT_THAT(PairUp(4, edges)->partner, ElementsAre(1, 0, 3, 2));
}

TEST(PairingTest, MorePairsGoBeforeAnyWorth) {
  const std::vector<PairingEdge> edges = {{0, 1, {}}, {1, 2, {9, 9, 9, 9}}, {2, 3, {}}};
  EXPECT_THAT(PairUp(4, edges)->partner, ElementsAre(1, 0, 3, 2));
}

TEST(PairingTest, RefusesWhatIsNoPair) {
  EXPECT_EQ(PairUp(2, {{0, 2, {}}}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(PairUp(2, {{1, 1, {}}}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(PairUp(2, {{0, 1, {0, -1, 0, 0}}}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CountMostPairs(2, {{0, 2, {}}}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PairingTest, SumsBeyondTheirSpaceAreRefused) {
  constexpr int32_t kHuge = 2'000'000'000;
  const Worth worth = {kHuge, kHuge, kHuge, kHuge};
  EXPECT_EQ(PairUp(1'000'000, {{0, 1, worth}}).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cortado::matching
