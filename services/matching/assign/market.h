// A market: bidders who want one place each, sellers who have some, and what each pair is worth. The auction and the
// settlement work on it; a cohort is one (mentees bid for the places of mentors), and so is a draw, where everybody is
// on both sides. Values only: no thread contract beyond that of the standard containers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace cortado::matching {

inline constexpr int32_t kUnsold = -1;

// `Weight` is what an edge stores, `Price` is wide enough for a sum of weights along a path.
template <typename Weight>
struct Market {
  using Price = std::conditional_t<sizeof(Weight) <= sizeof(int32_t), int64_t, Weight>;

  struct Edge {
    int32_t seller;
    Weight weight;  // 1 or more, the bonus not counted.
  };

  std::vector<int64_t> begin = {0};  // The edges of bidder b are begin[b] <= e < begin[b + 1], the heaviest first.
  std::vector<Edge> edges;           // To sellers with places, each once for a bidder.
  std::vector<int32_t> places;       // By seller, 0 or more.
  Price bonus = 0;                   // Added to every weight, 0 or more.

  int32_t bidders() const { return static_cast<int32_t>(begin.size()) - 1; }
  int32_t sellers() const { return static_cast<int32_t>(places.size()); }
  Price worth(int64_t edge) const { return bonus + edges[edge].weight; }

  // Ends the list of the next bidder: the edges appended since the last call, in any order.
  void EndBidder() {
    const auto before = [](const Edge& a, const Edge& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.seller < b.seller;
    };
    const auto first = edges.begin() + begin.back();
    if (!std::is_sorted(first, edges.end(), before)) std::sort(first, edges.end(), before);
    begin.push_back(static_cast<int64_t>(edges.size()));
  }

  // Returns for every seller where their places begin in one list of all, and its end. A seller counts at most one
  // place more than there are edges to them: more are never taken, and with one more they are never full.
  std::vector<int64_t> PlaceBegins() const {
    std::vector<int32_t> wanted(places.size(), 1);
    for (const Edge& edge : edges) ++wanted[edge.seller];
    std::vector<int64_t> begins = {0};
    begins.reserve(places.size() + 1);
    for (size_t seller = 0; seller < places.size(); ++seller) {
      begins.push_back(begins.back() + std::min(wanted[seller], places[seller]));
    }
    return begins;
  }
};

// Who got whom, at which prices.
template <typename Weight>
struct Deal {
  std::vector<int32_t> seller_of;                      // By bidder, or kUnsold.
  std::vector<typename Market<Weight>::Price> prices;  // By seller, of each of their places: 0 or more.
};

}  // namespace cortado::matching
