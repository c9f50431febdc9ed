#include "services/matching/assign/general_matching.h"

#include <algorithm>

#include "services/matching/assign/auction.h"
#include "services/matching/assign/odd_sets.h"
#include "services/matching/assign/settlement.h"

namespace cortado::matching {
namespace {

// Returns a small part of what mostly lies between somebody's best and the few next, or 1: with so small an epsilon few
// others are within a search. The median, for where people were passed over or met before, some differences are huge.
template <typename Weight>
typename Market<Weight>::Price EpsilonOf(const Market<Weight>& market) {
  constexpr int64_t kNext = 4;
  std::vector<Weight> steps;
  for (int32_t person = 0; person < market.bidders(); ++person) {
    const int64_t first = market.begin[person];
    const int64_t next = std::min(first + kNext, market.begin[person + 1] - 1);
    if (next > first) steps.push_back((market.edges[first].weight - market.edges[next].weight) / (next - first));
  }
  if (steps.empty()) return 1;
  const auto median = steps.begin() + static_cast<int64_t>(steps.size() / 2);
  std::nth_element(steps.begin(), median, steps.end());
  return std::max<Weight>(1, *median / 32);
}

// Pairs up along a deal: who bids for whom makes circles and paths. Returns those left over of odd circles, one each.
template <typename Weight>
std::vector<int32_t> PairAlong(const Deal<Weight>& deal, std::vector<int32_t>& partner) {
  const auto people = static_cast<int32_t>(deal.seller_of.size());
  std::vector<uint8_t> sought(people, 0), seen(people, 0);
  for (int32_t seller : deal.seller_of) {
    if (seller != kUnsold) sought[seller] = 1;
  }
  std::vector<int32_t> left;
  const auto walk = [&](int32_t first, bool circle) {
    int32_t length = 0;
    int32_t before = kUnsold;  // Somebody who waits for a partner.
    for (int32_t at = first; at != kUnsold && seen[at] == 0; at = deal.seller_of[at], ++length) {
      seen[at] = 1;
      if (before == kUnsold) {
        before = at;
        continue;
      }
      partner[before] = at;
      partner[at] = before;
      before = kUnsold;
    }
    if (circle && length > 1 && length % 2 == 1) left.push_back(before);
  };
  // Paths begin with somebody for whom nobody bids; what is left then are circles.
  for (int32_t person = 0; person < people; ++person) {
    if (sought[person] == 0) walk(person, false);
  }
  for (int32_t person = 0; person < people; ++person) {
    if (seen[person] == 0) walk(person, true);
  }
  return left;
}

template <typename Weight>
std::vector<typename Market<Weight>::Price> ValuesOf(const Market<Weight>& market, const Deal<Weight>& deal) {
  std::vector<typename Market<Weight>::Price> values;
  for (int32_t person = 0; person < market.bidders(); ++person) {
    typename Market<Weight>::Price profit = 0;
    for (int64_t e = market.begin[person]; e < market.begin[person + 1] && market.worth(e) > profit; ++e) {
      profit = std::max(profit, market.worth(e) - deal.prices[market.edges[e].seller]);
    }
    values.push_back((profit + deal.prices[person]) / 2);
  }
  return values;
}

}  // namespace

template <typename Weight>
GeneralMatching MatchGeneral(const Market<Weight>& market) {
  Deal<Weight> deal;
  deal.prices.assign(market.sellers(), 0);
  const auto epsilon = Sell(market, EpsilonOf(market), deal);
  for (auto& price : deal.prices) price -= price % kMatchingUnit;
  Settle(market, 2 * epsilon + kMatchingUnit, deal);
  GeneralMatching result;
  result.partner.assign(market.bidders(), kUnsold);
  const std::vector<int32_t> left = PairAlong(deal, result.partner);
  auto values = ValuesOf(market, deal);
  OddSets<Weight> sets(market, result.partner, values);
  for (int32_t person : left) {
    if (result.partner[person] != kUnsold || values[person] == 0) continue;
    sets.Settle(person);
    ++result.odd_circles;
  }
  result.proved = sets.IsProved();
  return result;
}

template GeneralMatching MatchGeneral(const Market<int32_t>&);
template GeneralMatching MatchGeneral(const Market<__int128>&);

}  // namespace cortado::matching
