#include "services/matching/assign/optimum.h"

#include <algorithm>
#include <numeric>

#include "services/matching/assign/auction.h"
#include "services/matching/assign/settlement.h"

namespace cortado::matching {
namespace {

using CohortMarket = Market<int32_t>;
using CohortDeal = Deal<int32_t>;

// Prices go in steps of an eighth of the unit that all scores are multiples of, so that ties can be bid for.
constexpr int64_t kSteps = 8;

// One graph as a market, and back.
class Bazaar {
 public:
  template <typename Score>
  Bazaar(const CandidateGraph& graph, const std::vector<int32_t>& places, Score score) {
    unit_ = 0;
    for (int64_t edge = 0; edge < graph.edges() && unit_ != 1; ++edge) unit_ = std::gcd(unit_, int64_t{score(edge)});
    unit_ = std::max<int64_t>(unit_, 1);
    market_.places = places;
    market_.begin.reserve(graph.mentees() + 1);
    market_.edges.reserve(graph.edges());
    for (int32_t mentee = 0; mentee < graph.mentees(); ++mentee) {
      for (int64_t edge = graph.first(mentee); edge < graph.last(mentee); ++edge) {
        const int32_t mentor = graph.mentor(edge);
        const int64_t weight = score(edge) / unit_ * kSteps;
        if (places[mentor] > 0) market_.edges.push_back({mentor, static_cast<int32_t>(weight)});
      }
      market_.EndBidder();
      Measure(mentee);
    }
  }

  // `bonus` is in units.
  Optimum Solve(int64_t bonus) {
    market_.bonus = bonus * kSteps;
    CohortDeal deal = Offer();
    const int64_t epsilon = Auction(deal);
    return Finish(epsilon, deal);
  }

  // Where there are enough places an auction alone comes near: as measured, to about a fifth of epsilon for each
  // mentee. Where it does not come near enough it is finished.
  Optimum Approach(double tolerance) {
    if (IsScarce() || wishing_ == 0) return Solve(0);
    CohortDeal deal = Offer();
    const double average = static_cast<double>(firsts_) / static_cast<double>(wishing_);
    const int64_t epsilon = Sell(market_, std::max(int64_t{1}, static_cast<int64_t>(4 * tolerance * average)), deal);
    return IsWithin(tolerance, deal) ? OptimumOf(deal) : Finish(epsilon, deal);
  }

  int64_t LargestInUnits() const { return largest_ / kSteps; }

 private:
  CohortDeal Offer() const {
    CohortDeal deal;
    deal.prices.assign(market_.sellers(), 0);
    return deal;
  }

  void Measure(int32_t bidder) {
    const int64_t first = market_.begin[bidder];
    const int64_t last = market_.begin[bidder + 1] - 1;
    if (first > last) return;
    ++wishing_;
    largest_ = std::max<int64_t>(largest_, market_.edges[first].weight);
    firsts_ += market_.edges[first].weight;
    ranges_ += market_.edges[first].weight - market_.edges[last].weight;
    steps_ += last - first;
  }

  bool IsScarce() const {
    const int64_t places = std::accumulate(market_.places.begin(), market_.places.end(), int64_t{0});
    return market_.bonus > 0 || places < wishing_;
  }

  // Ends with an epsilon of a quarter of what lies between one candidate of a mentee and the next: then few others are
  // within a search of the settlement. Where not all can have a place, prices rise to where enough do without, in few
  // large steps first; each time they are lowered as much as they may be too high. Returns the last epsilon.
  int64_t Auction(CohortDeal& deal) const {
    const int64_t last = std::max<int64_t>(1, ranges_ / (4 * std::max<int64_t>(steps_, 1)));
    if (IsScarce()) {
      for (int64_t epsilon = (market_.bonus + largest_) / 4; epsilon > last; epsilon /= 4) {
        const int64_t off = Sell(market_, epsilon, deal);
        for (int64_t& price : deal.prices) price = std::max<int64_t>(0, price - off);
      }
    }
    return Sell(market_, last, deal);
  }

  Optimum Finish(int64_t epsilon, CohortDeal& deal) const {
    for (int64_t& price : deal.prices) price -= price % kSteps;
    Settle(market_, std::max(2 * epsilon, 2 * kSteps), deal);
    return OptimumOf(deal);
  }

  bool IsWithin(double tolerance, const CohortDeal& deal) const {
    int64_t total = 0, bound = 0;
    for (int32_t bidder = 0; bidder < market_.bidders(); ++bidder) {
      int64_t best = 0;
      for (int64_t e = market_.begin[bidder]; e < market_.begin[bidder + 1]; ++e) {
        const auto& edge = market_.edges[e];
        best = std::max(best, edge.weight - deal.prices[edge.seller]);
        if (edge.seller == deal.seller_of[bidder]) total += edge.weight;
      }
      bound += best;
    }
    for (int32_t seller = 0; seller < market_.sellers(); ++seller)
      bound += market_.places[seller] * deal.prices[seller];
    return static_cast<double>(bound - total) <= tolerance * static_cast<double>(bound);
  }

  Optimum OptimumOf(const CohortDeal& deal) const {
    Optimum optimum;
    optimum.mentor_of = deal.seller_of;
    optimum.matched = static_cast<int32_t>(deal.seller_of.size()) -
                      static_cast<int32_t>(std::count(deal.seller_of.begin(), deal.seller_of.end(), kUnsold));
    optimum.bonus = market_.bonus / kSteps * unit_;
    optimum.prices.reserve(deal.prices.size());
    for (int32_t seller = 0; seller < market_.sellers(); ++seller) {
      // Nobody is worth a place there is not. Between two steps prices are rounded down: any prices prove a bound.
      const bool closed = market_.places[seller] == 0;
      optimum.prices.push_back(closed ? kMaxScore + optimum.bonus : deal.prices[seller] * unit_ / kSteps);
    }
    return optimum;
  }

  CohortMarket market_;
  int64_t unit_ = 1;
  int64_t largest_ = 0;  // Of all weights.
  int64_t firsts_ = 0;   // Sum of the first weight of each.
  int64_t ranges_ = 0;   // Sum of what lies between the first and the last candidate of each.
  int64_t steps_ = 0;    // Sum of how many follow the first.
  int64_t wishing_ = 0;  // Mentees with candidates.
};

}  // namespace

Optimum FindQuality(const CandidateGraph& graph, const std::vector<int32_t>& places) {
  return Bazaar(graph, places, [&graph](int64_t edge) { return graph.score(edge); }).Solve(0);
}

Optimum FindNearQuality(const CandidateGraph& graph, const std::vector<int32_t>& places, double tolerance) {
  return Bazaar(graph, places, [&graph](int64_t edge) { return graph.score(edge); }).Approach(tolerance);
}

Optimum FindMostMatched(const CandidateGraph& graph, const std::vector<int32_t>& places) {
  return Bazaar(graph, places, [](int64_t) { return 1; }).Solve(0);
}

Optimum FindQualityOf(const CandidateGraph& graph, const std::vector<int32_t>& places, int32_t matched) {
  Bazaar bazaar(graph, places, [&graph](int64_t edge) { return graph.score(edge); });
  // A pair more is worth what all others could lose by it. Mostly that is little, so a small bonus is tried first.
  const int64_t small = 2 * bazaar.LargestInUnits();
  for (int64_t bonus = 0;; bonus = bonus == 0 ? small : bonus * 8) {
    Optimum optimum = bazaar.Solve(bonus);
    if (optimum.matched >= matched || bonus > int64_t{kMaxScore} * kMaxSide) return optimum;
  }
}

}  // namespace cortado::matching
