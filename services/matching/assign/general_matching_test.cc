// Matching in general graphs against LEMON's: 10,000 random ones, or what CORTADO_TEST_SCALE makes of them, with ties,
// sparse and dense, with people whom nobody can meet, and with weights of 128 bits.
#include "services/matching/assign/general_matching.h"

#include <iostream>
#include <random>
#include <vector>

#include "common/testing/scale.h"
#include "gtest/gtest.h"
#include "services/matching/assign/blossom.h"

namespace cortado::matching {
namespace {

constexpr uint64_t kSeed = 20261126;

int32_t Upto(std::mt19937_64& random, int32_t most) { return static_cast<int32_t>(random() % (most + 1)); }

struct Graph {
  int32_t people = 0;
  WideWeight bonus = 0;
  std::vector<BlossomEdge> edges;  // With the bonus.
};

Graph RandomGraph(std::mt19937_64& random, int32_t most_people) {
  constexpr int32_t kLargest[] = {1, 3, 40, 1000, 1'000'000};
  Graph graph;
  graph.people = Upto(random, most_people);
  graph.bonus = Upto(random, 2) == 0 ? WideWeight{1'000'000'000} : WideWeight{0};
  const int32_t largest = kLargest[Upto(random, 4)];
  const int32_t density = 1 + Upto(random, 15);
  for (int32_t a = 0; a < graph.people; ++a) {
    for (int32_t b = a + 1; b < graph.people; ++b) {
      if (Upto(random, 15) < density) graph.edges.push_back({a, b, graph.bonus + 1 + Upto(random, largest - 1)});
    }
  }
  return graph;
}

template <typename Weight>
Market<Weight> MarketOf(const Graph& graph) {
  Market<Weight> market;
  market.bonus = static_cast<typename Market<Weight>::Price>(graph.bonus) * kMatchingUnit;
  market.places.assign(graph.people, 1);
  std::vector<std::vector<typename Market<Weight>::Edge>> lists(graph.people);
  for (const BlossomEdge& edge : graph.edges) {
    const auto weight = static_cast<Weight>(edge.weight - graph.bonus) * kMatchingUnit;
    lists[edge.a].push_back({edge.b, weight});
    lists[edge.b].push_back({edge.a, weight});
  }
  for (const auto& list : lists) {
    market.edges.insert(market.edges.end(), list.begin(), list.end());
    market.EndBidder();
  }
  return market;
}

WideWeight BestOf(const Graph& graph) {
  const BlossomMatching best = MatchByWeight(graph.people, graph.edges);
  WideWeight weight = 0;
  for (size_t i = 0; i < graph.edges.size(); ++i) weight += best.taken[i] != 0 ? graph.edges[i].weight : 0;
  return weight;
}

// What a matching is worth, or -1 when it is none: partners who do not have each other, or may not.
WideWeight WeightOf(const Graph& graph, const std::vector<int32_t>& partner) {
  WideWeight weight = 0;
  int32_t in_pairs = 0;
  for (const BlossomEdge& edge : graph.edges) {
    if (partner[edge.a] != edge.b || partner[edge.b] != edge.a) continue;
    weight += edge.weight;
    in_pairs += 2;
  }
  for (int32_t one : partner) in_pairs -= one != kUnsold;
  return in_pairs == 0 ? weight : -1;
}

template <typename Weight>
void ExpectBest(uint64_t seed, int32_t most_people, int64_t cases) {
  std::mt19937_64 random(seed);
  std::cout << cases << " cases, seed " << seed << std::endl;
  int64_t circles = 0;
  for (int64_t i = 0; i < cases; ++i) {
    const Graph graph = RandomGraph(random, most_people);
    const GeneralMatching matching = MatchGeneral(MarketOf<Weight>(graph));
    ASSERT_TRUE(WeightOf(graph, matching.partner) == BestOf(graph)) << "case " << i;
    ASSERT_TRUE(matching.proved) << "case " << i;
    circles += matching.odd_circles;
  }
  EXPECT_GT(circles, 0) << "no odd circle was ever left";
}

TEST(GeneralMatchingTest, IsWorthAsMuchAsLemonsOnSmallGraphsAndProved) {
  ExpectBest<int32_t>(kSeed, 9, cortado::testing::Scaled(7000));
}

TEST(GeneralMatchingTest, IsWorthAsMuchAsLemonsOnLargerGraphsAndProved) {
  ExpectBest<int32_t>(kSeed + 1, 40, cortado::testing::Scaled(3000));
}

TEST(GeneralMatchingTest, WideWeightsMakeNoDifference) {
  ExpectBest<WideWeight>(kSeed + 2, 20, cortado::testing::Scaled(3000));
}

}  // namespace
}  // namespace cortado::matching
