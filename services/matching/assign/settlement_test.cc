// The settlement from wherever it begins, against LEMON's network simplex; and what an auction promises.
#include "services/matching/assign/settlement.h"

#include <algorithm>
#include <iostream>
#include <random>
#include <vector>

#include "common/testing/scale.h"
#include "gtest/gtest.h"
#include "services/matching/assign/auction.h"
#include "services/matching/assign/flow.h"

namespace cortado::matching {
namespace {

constexpr uint64_t kSeed = 20261127;

int32_t Upto(std::mt19937_64& random, int32_t most) { return static_cast<int32_t>(random() % (most + 1)); }

struct Case {
  CandidateGraph graph;
  Market<int32_t> market;
};

Case RandomCase(std::mt19937_64& random) {
  const int32_t bidders = Upto(random, 40);
  const int32_t sellers = Upto(random, 20);
  const int32_t largest = Upto(random, 1) == 0 ? 10 : 1000;
  Case made;
  for (int32_t seller = 0; seller < sellers; ++seller) made.market.places.push_back(1 + Upto(random, 2));
  std::vector<Candidate> list;
  for (int32_t bidder = 0; bidder < bidders; ++bidder) {
    list.clear();
    for (int32_t seller = 0; seller < sellers; ++seller) {
      if (Upto(random, 2) == 0) continue;
      const int32_t weight = 1 + Upto(random, largest - 1);
      list.push_back({seller, weight, weight});
      made.market.edges.push_back({seller, weight});
    }
    made.graph.AddMentee(list);
    made.market.EndBidder();
  }
  return made;
}

int64_t TotalOf(const CandidateGraph& graph, const std::vector<int32_t>& seller_of) {
  int64_t total = 0;
  for (int32_t bidder = 0; bidder < graph.mentees(); ++bidder) {
    for (int64_t edge = graph.first(bidder); edge < graph.last(bidder); ++edge) {
      if (graph.mentor(edge) == seller_of[bidder]) total += graph.score(edge);
    }
  }
  return total;
}

int64_t BoundOf(const Market<int32_t>& market, const std::vector<int64_t>& prices) {
  int64_t bound = 0;
  for (int32_t seller = 0; seller < market.sellers(); ++seller) bound += market.places[seller] * prices[seller];
  for (int32_t bidder = 0; bidder < market.bidders(); ++bidder) {
    int64_t profit = 0;
    for (int64_t e = market.begin[bidder]; e < market.begin[bidder + 1]; ++e) {
      profit = std::max(profit, market.worth(e) - prices[market.edges[e].seller]);
    }
    bound += profit;
  }
  return bound;
}

// Any prices, and anybody with whom they like best at them, as far as there are places.
Deal<int32_t> AnyDeal(const Market<int32_t>& market, std::mt19937_64& random) {
  Deal<int32_t> deal;
  const int32_t largest = Upto(random, 1500);
  for (int32_t seller = 0; seller < market.sellers(); ++seller) deal.prices.push_back(Upto(random, largest));
  std::vector<int32_t> free = market.places;
  for (int32_t bidder = 0; bidder < market.bidders(); ++bidder) {
    deal.seller_of.push_back(kUnsold);
    for (int64_t e = market.begin[bidder]; e < market.begin[bidder + 1]; ++e) {
      const int32_t seller = market.edges[e].seller;
      if (free[seller] == 0 || deal.seller_of[bidder] != kUnsold || Upto(random, 1) == 0) continue;
      deal.seller_of[bidder] = seller;
      --free[seller];
    }
  }
  return deal;
}

TEST(SettlementTest, FromAnyDealItEndsAtTheBestAndItsPricesProveIt) {
  std::mt19937_64 random(kSeed);
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  for (int64_t i = 0; i < cases; ++i) {
    SCOPED_TRACE(i);
    const Case made = RandomCase(random);
    Deal<int32_t> deal = AnyDeal(made.market, random);
    Settle<int32_t>(made.market, 1 + Upto(random, 300), deal);
    const int64_t total = TotalOf(made.graph, deal.seller_of);
    ASSERT_EQ(total, TotalOf(made.graph, FlowQuality(made.graph, made.market.places)));
    ASSERT_EQ(total, BoundOf(made.market, deal.prices));
    ASSERT_TRUE(std::all_of(deal.prices.begin(), deal.prices.end(), [](int64_t price) { return price >= 0; }));
    std::vector<int32_t> free = made.market.places;
    for (int32_t seller : deal.seller_of) {
      if (seller == kUnsold) continue;
      ASSERT_GE(--free[seller], 0);
    }
  }
}

TEST(AuctionTest, FromPricesOfNothingItComesWithinEpsilonForEachBidder) {
  std::mt19937_64 random(kSeed + 1);
  int64_t missed = 0;
  for (int64_t i = cortado::testing::Scaled(5000); i > 0; --i) {
    const Case made = RandomCase(random);
    Deal<int32_t> deal;
    deal.prices.assign(made.market.sellers(), 0);
    const int64_t epsilon = Sell<int32_t>(made.market, 1 + Upto(random, 30), deal);
    const int64_t total = TotalOf(made.graph, deal.seller_of);
    ASSERT_LE(BoundOf(made.market, deal.prices) - total, epsilon * made.market.bidders());
    missed += total < TotalOf(made.graph, FlowQuality(made.graph, made.market.places));
  }
  EXPECT_GT(missed, 0) << "an auction alone always found the best";
}

}  // namespace
}  // namespace cortado::matching
