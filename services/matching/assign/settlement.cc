#include "services/matching/assign/settlement.h"

namespace cortado::matching {
namespace {

// Bidders and sellers are vertices of one numbering, sellers after bidders. Each has a dual value: a bidder their
// profit, a seller its price. The two of a pair are together at least what it is worth, and no more when they have each
// other. What is left is to fill the places of whoever has a value above 0, or to lower it to 0.
template <typename Weight>
class Settlement {
 public:
  using Price = typename Market<Weight>::Price;
  using Edge = typename Market<Weight>::Edge;

  Settlement(const Market<Weight>& market, Price reach, Deal<Weight>& deal)
      : market_(market),
        seller_of_(deal.seller_of),
        bidders_(market.bidders()),
        reach_(reach),
        value_(bidders_, 0),
        first_(market.PlaceBegins()),
        held_(first_.back()),
        taken_(market.sellers(), 0) {
    value_.insert(value_.end(), deal.prices.begin(), deal.prices.end());
    distance_.assign(value_.size(), kFar);
    from_.assign(value_.size(), kUnsold);
    for (int32_t bidder = 0; bidder < bidders_; ++bidder) KeepIfBest(bidder);
  }

  std::vector<Price> Run() {
    for (int32_t bidder = 0; bidder < bidders_; ++bidder) {
      if (seller_of_[bidder] == kUnsold && value_[bidder] > 0) Search(bidder);
    }
    std::vector<int32_t> open;
    for (int32_t seller = 0; seller < market_.sellers(); ++seller) {
      if (IsOpen(seller)) open.push_back(seller);
    }
    for (; !open.empty(); reach_ *= 4) {
      CollectWishes();
      open.erase(std::remove_if(open.begin(), open.end(), [this](int32_t seller) { return Fill(seller); }), open.end());
    }
    return {value_.begin() + bidders_, value_.end()};
  }

 private:
  static constexpr Price kFar = Price{1} << (sizeof(Price) * 8 - 2);

  struct Wish {
    int32_t bidder;
    Weight weight;
  };
  struct Reached {
    Price distance;
    int32_t vertex;

    static bool Later(const Reached& a, const Reached& b) {
      return a.distance != b.distance ? a.distance > b.distance : a.vertex > b.vertex;
    }
  };

  bool IsFull(int32_t seller) const { return taken_[seller] == first_[seller + 1] - first_[seller]; }
  bool IsOpen(int32_t seller) const { return value_[bidders_ + seller] > 0 && !IsFull(seller); }

  // Gives a bidder the profit that the prices leave them, and takes from them what is not worth that much.
  void KeepIfBest(int32_t bidder) {
    Price best = 0;
    Price mine = -1;
    for (int64_t e = market_.begin[bidder]; e < market_.begin[bidder + 1] && market_.worth(e) >= best; ++e) {
      const int32_t seller = market_.edges[e].seller;
      const Price profit = market_.worth(e) - value_[bidders_ + seller];
      best = std::max(best, profit);
      if (seller == seller_of_[bidder]) mine = profit;
    }
    value_[bidder] = best;
    const int32_t seller = seller_of_[bidder];
    seller_of_[bidder] = kUnsold;
    if (mine == best) Hold(seller, bidder);
  }

  void Hold(int32_t seller, int32_t bidder) {
    seller_of_[bidder] = seller;
    held_[first_[seller] + taken_[seller]++] = bidder;
  }

  void Release(int32_t bidder) {
    const int32_t seller = seller_of_[bidder];
    seller_of_[bidder] = kUnsold;
    int32_t* const theirs = held_.data() + first_[seller];
    const int32_t last = --taken_[seller];
    *std::find(theirs, theirs + last, bidder) = theirs[last];
  }

  // Collects for every seller the bidders from whom it is no further than reach_; the ones they have among them.
  void CollectWishes() {
    wish_begin_.assign(market_.sellers() + 1, 0);
    ForEachWish([this](int32_t, const Edge& edge) { ++wish_begin_[edge.seller + 1]; });
    for (int32_t seller = 0; seller < market_.sellers(); ++seller) wish_begin_[seller + 1] += wish_begin_[seller];
    wishes_.resize(wish_begin_.back());
    std::vector<int64_t> next(wish_begin_.begin(), wish_begin_.end() - 1);
    ForEachWish([&](int32_t bidder, const Edge& edge) { wishes_[next[edge.seller]++] = {bidder, edge.weight}; });
    collected_at_.assign(value_.begin() + bidders_, value_.end());
  }

  template <typename Visit>
  void ForEachWish(Visit visit) const {
    for (int32_t bidder = 0; bidder < bidders_; ++bidder) {
      const Price least = value_[bidder] - reach_;
      for (int64_t e = market_.begin[bidder]; e < market_.begin[bidder + 1] && market_.worth(e) >= least; ++e) {
        if (market_.worth(e) - value_[bidders_ + market_.edges[e].seller] >= least) visit(bidder, market_.edges[e]);
      }
    }
  }

  // Returns whether the seller is content: full, or at the price 0.
  bool Fill(int32_t seller) {
    while (IsOpen(seller)) {
      if (!Search(bidders_ + seller)) return false;
    }
    return true;
  }

  // Dijkstra's search from somebody whose value is to fall, over those of their own side who would have to give way. It
  // ends at the nearest free place (or bidder without one), or at somebody whose value falls to 0 on the way, who then
  // may do without. Returns false, and changes nothing, when a seller's search would have to look beyond reach_.
  bool Search(int32_t source) {
    const bool from_bidder = source < bidders_;
    limit_ = from_bidder ? kFar : reach_;
    end_ = kUnsold;
    Push(source, 0, kUnsold);
    while (!heap_.empty() && heap_.front().distance < limit_) {
      std::pop_heap(heap_.begin(), heap_.end(), Reached::Later);
      const Reached at = heap_.back();
      heap_.pop_back();
      if (at.distance > distance_[at.vertex]) continue;
      if (at.distance + value_[at.vertex] < limit_) EndAt(at.vertex, at.distance + value_[at.vertex]);
      if (from_bidder) {
        LookFromBidder(at);
      } else {
        LookFromSeller(at);
      }
    }
    heap_.clear();
    if (end_ != kUnsold) {
      Reprice(from_bidder);
      Augment(source, from_bidder);
    }
    for (int32_t vertex : touched_) distance_[vertex] = kFar;
    touched_.clear();
    return end_ != kUnsold;
  }

  void EndAt(int32_t vertex, Price distance) {
    limit_ = distance;
    end_ = vertex;
  }

  bool Reach(int32_t vertex, Price distance, int32_t from) {
    if (distance >= distance_[vertex]) return false;
    if (distance_[vertex] == kFar) touched_.push_back(vertex);
    distance_[vertex] = distance;
    from_[vertex] = from;
    return true;
  }

  void Push(int32_t vertex, Price distance, int32_t from) {
    if (!Reach(vertex, distance, from)) return;
    heap_.push_back({distance, vertex});
    std::push_heap(heap_.begin(), heap_.end(), Reached::Later);
  }

  void LookFromBidder(const Reached& at) {
    for (int64_t e = market_.begin[at.vertex]; e < market_.begin[at.vertex + 1]; ++e) {
      const Price least = at.distance + value_[at.vertex] - market_.worth(e);
      if (least >= limit_) break;
      const int32_t seller = market_.edges[e].seller;
      const Price distance = least + value_[bidders_ + seller];
      if (distance >= limit_ || !Reach(bidders_ + seller, distance, at.vertex)) continue;
      if (!IsFull(seller)) {
        EndAt(bidders_ + seller, distance);
        continue;
      }
      for (int64_t i = first_[seller]; i < first_[seller + 1]; ++i) Push(held_[i], distance, bidders_ + seller);
    }
  }

  void LookFromSeller(const Reached& at) {
    const int32_t seller = at.vertex - bidders_;
    // Since the wishes were collected the price has fallen, and some may have come nearer unseen.
    const Price seen = at.distance + reach_ - (collected_at_[seller] - value_[at.vertex]);
    if (limit_ > seen) EndAt(kUnsold, seen);
    for (int64_t i = wish_begin_[seller]; i < wish_begin_[seller + 1]; ++i) {
      const int32_t bidder = wishes_[i].bidder;
      const Price distance = at.distance + value_[at.vertex] + value_[bidder] - market_.bonus - wishes_[i].weight;
      if (distance >= limit_ || !Reach(bidder, distance, at.vertex)) continue;
      // The profit of those whom the seller has rises as its price falls; no path leads on from them.
      if (seller_of_[bidder] == seller) continue;
      if (seller_of_[bidder] == kUnsold) {
        EndAt(bidder, distance);
      } else {
        Push(bidders_ + seller_of_[bidder], distance, bidder);
      }
    }
  }

  void Reprice(bool from_bidder) {
    for (int32_t vertex : touched_) {
      const Price change = limit_ - distance_[vertex];
      if (change > 0) value_[vertex] += (vertex < bidders_) == from_bidder ? -change : change;
    }
  }

  // Goes the path back to its source: each gives up whom they have for whom they were reached by.
  void Augment(int32_t source, bool from_bidder) {
    int32_t at = end_;
    if ((at < bidders_) == from_bidder) {
      if (at == source) return;
      Release(from_bidder ? at : from_[at]);
      at = from_[at];
    }
    for (int32_t near = from_[at];; near = from_[at]) {
      const int32_t behind = from_[near];
      if (near != source) Release(from_bidder ? near : behind);
      from_bidder ? Hold(at - bidders_, near) : Hold(near - bidders_, at);
      if (near == source) return;
      at = behind;
    }
  }

  const Market<Weight>& market_;
  std::vector<int32_t>& seller_of_;
  const int32_t bidders_;
  Price reach_;
  std::vector<Price> value_;          // By vertex.
  const std::vector<int64_t> first_;  // By seller: where those whom they have begin.
  std::vector<int32_t> held_;
  std::vector<int32_t> taken_;       // By seller: how many they have.
  std::vector<int64_t> wish_begin_;  // By seller.
  std::vector<Wish> wishes_;
  std::vector<Price> collected_at_;  // By seller: the price when the wishes were collected.

  // Of one search.
  std::vector<Price> distance_;  // By vertex; kFar between searches.
  std::vector<int32_t> from_;    // By vertex: who reached them.
  std::vector<int32_t> touched_;
  std::vector<Reached> heap_;
  Price limit_ = 0;  // Nothing as far as this counts: the distance of the end, once there is one.
  int32_t end_ = kUnsold;
};

}  // namespace

template <typename Weight>
void Settle(const Market<Weight>& market, typename Market<Weight>::Price reach, Deal<Weight>& deal) {
  deal.prices = Settlement<Weight>(market, reach, deal).Run();
}

template void Settle(const Market<int32_t>&, int64_t, Deal<int32_t>&);
template void Settle(const Market<__int128>&, __int128, Deal<__int128>&);

}  // namespace cortado::matching
