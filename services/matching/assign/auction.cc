#include "services/matching/assign/auction.h"

#include <numeric>

namespace cortado::matching {
namespace {

constexpr size_t kAhead = 8;         // So many bidders ahead their edges are asked of memory.
constexpr int64_t kBidsOfEach = 32;  // After so many on average epsilon doubles.

template <typename Weight>
class Sale {
 public:
  using Price = typename Market<Weight>::Price;

  Sale(const Market<Weight>& market, Price epsilon, Deal<Weight>& deal)
      : market_(market),
        epsilon_(epsilon),
        prices_(deal.prices),
        seller_of_(deal.seller_of),
        first_(market.PlaceBegins()),
        bids_(first_.back()),
        taken_(market.sellers(), 0) {}

  Price Run() {
    seller_of_.assign(market_.bidders(), kUnsold);
    std::vector<int32_t> bidding(market_.bidders()), outbid;
    std::iota(bidding.begin(), bidding.end(), 0);
    int64_t bids = 0;
    while (!bidding.empty()) {
      bids += static_cast<int64_t>(bidding.size());
      if (bids > kBidsOfEach * market_.bidders()) {
        bids = 0;
        epsilon_ *= 2;
      }
      outbid.clear();
      for (size_t i = 0; i < bidding.size(); ++i) {
        if (i + kAhead < bidding.size()) __builtin_prefetch(market_.edges.data() + market_.begin[bidding[i + kAhead]]);
        const int32_t loser = Bid(bidding[i]);
        if (loser != kUnsold) outbid.push_back(loser);
      }
      bidding.swap(outbid);
    }
    return epsilon_;
  }

 private:
  struct Offer {
    Price price;
    int32_t bidder;

    static bool Higher(const Offer& a, const Offer& b) { return a.price > b.price; }
  };

  // Returns who lost their place by it, or kUnsold.
  int32_t Bid(int32_t bidder) {
    Price best = 0, second = 0;
    int32_t wanted = kUnsold;
    const auto* edge = market_.edges.data() + market_.begin[bidder];
    const auto* const end = market_.edges.data() + market_.begin[bidder + 1];
    for (; edge != end; ++edge) {
      const Price worth = market_.bonus + edge->weight;
      if (worth <= second) break;  // The heaviest come first, and prices are not negative.
      const Price profit = worth - prices_[edge->seller];
      if (profit > best) {
        second = best;
        best = profit;
        wanted = edge->seller;
      } else if (profit > second) {
        second = profit;
      }
    }
    return wanted == kUnsold ? kUnsold : Take(wanted, {prices_[wanted] + best - second + epsilon_, bidder});
  }

  int32_t Take(int32_t seller, Offer offer) {
    seller_of_[offer.bidder] = seller;
    Offer* const offers = bids_.data() + first_[seller];
    const auto places = static_cast<int32_t>(first_[seller + 1] - first_[seller]);
    int32_t& taken = taken_[seller];
    int32_t loser = kUnsold;
    if (taken == places) {
      std::pop_heap(offers, offers + taken, Offer::Higher);
      loser = offers[--taken].bidder;
      seller_of_[loser] = kUnsold;
    }
    offers[taken++] = offer;
    std::push_heap(offers, offers + taken, Offer::Higher);
    if (taken == places) prices_[seller] = offers[0].price;
    return loser;
  }

  const Market<Weight>& market_;
  Price epsilon_;
  std::vector<Price>& prices_;
  std::vector<int32_t>& seller_of_;
  const std::vector<int64_t> first_;  // By seller: where their offers begin.
  std::vector<Offer> bids_;           // Of each seller a heap, the lowest in front.
  std::vector<int32_t> taken_;        // By seller.
};

}  // namespace

template <typename Weight>
typename Market<Weight>::Price Sell(const Market<Weight>& market, typename Market<Weight>::Price epsilon,
                                    Deal<Weight>& deal) {
  return Sale<Weight>(market, epsilon, deal).Run();
}

template int64_t Sell(const Market<int32_t>&, int64_t, Deal<int32_t>&);
template __int128 Sell(const Market<__int128>&, __int128, Deal<__int128>&);

}  // namespace cortado::matching
