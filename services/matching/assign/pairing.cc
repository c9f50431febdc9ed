#include "services/matching/assign/pairing.h"

#include <algorithm>
#include <utility>

#include "common/status/status.h"
#include "services/matching/assign/general_matching.h"

namespace cortado::matching {
namespace {

using WideWeight = __int128;  // Wide enough for sums of several numbers in one.

constexpr WideWeight kMost = WideWeight{1} << 118;

absl::Status Validate(int32_t people, const std::vector<PairingEdge>& edges) {
  for (const PairingEdge& edge : edges) {
    if (std::min(edge.a, edge.b) < 0 || std::max(edge.a, edge.b) >= people || edge.a == edge.b) {
      return absl::InvalidArgumentError("a pair is two of the people");
    }
    if (*std::min_element(edge.worth.begin(), edge.worth.end()) < 0) {
      return absl::InvalidArgumentError("a pair is worth 0 or more");
    }
  }
  return absl::OkStatus();
}

// What one pair, and one of each number of its worth, weigh in a single sum, so that it compares as the numbers do.
struct Scales {
  WideWeight pair = 1;
  std::array<WideWeight, 4> worth = {};
};

absl::StatusOr<Scales> ScalesOf(int32_t people, const std::vector<PairingEdge>& edges) {
  Worth largest = {};
  for (const PairingEdge& edge : edges) {
    for (size_t i = 0; i < largest.size(); ++i) largest[i] = std::max(largest[i], edge.worth[i]);
  }
  const WideWeight pairs = std::max(people / 2, 1);
  Scales scales;
  WideWeight next = 1;
  for (size_t i = largest.size(); i-- > 0;) {
    scales.worth[i] = next;
    if (next > kMost / (pairs * largest[i] + 1)) return absl::InvalidArgumentError("too many people for such worths");
    next *= pairs * largest[i] + 1;
  }
  scales.pair = next;
  if (next > kMost / (pairs + 1)) return absl::InvalidArgumentError("too many people for such worths");
  return scales;
}

// Returns the market in which everybody is on both sides. Where a pair is given twice the better one counts.
template <typename Weight, typename WeightOf>
Market<Weight> MarketOf(int32_t people, const std::vector<PairingEdge>& edges, WeightOf weight_of) {
  using Edge = typename Market<Weight>::Edge;
  std::vector<int64_t> begin(people + 1, 0);
  for (const PairingEdge& edge : edges) {
    ++begin[edge.a + 1];
    ++begin[edge.b + 1];
  }
  for (int32_t person = 0; person < people; ++person) begin[person + 1] += begin[person];
  std::vector<Edge> sides(begin.back());
  std::vector<int64_t> next(begin.begin(), begin.end() - 1);
  for (const PairingEdge& edge : edges) {
    const Weight weight = weight_of(edge);
    sides[next[edge.a]++] = {edge.b, weight};
    sides[next[edge.b]++] = {edge.a, weight};
  }
  Market<Weight> market;
  market.places.assign(people, 1);
  market.edges.reserve(sides.size());
  std::vector<int32_t> seen_by(people, kUnsold);
  for (int32_t person = 0; person < people; ++person) {
    const auto first = sides.begin() + begin[person];
    const auto last = sides.begin() + begin[person + 1];
    std::sort(first, last, [](const Edge& x, const Edge& y) { return x.weight > y.weight; });
    for (auto side = first; side != last; ++side) {
      if (std::exchange(seen_by[side->seller], person) != person) market.edges.push_back(*side);
    }
    market.EndBidder();
  }
  return market;
}

}  // namespace

absl::StatusOr<Pairing> PairUp(int32_t people, const std::vector<PairingEdge>& edges) {
  RETURN_IF_ERROR(Validate(people, edges));
  ASSIGN_OR_RETURN(const Scales scales, ScalesOf(people, edges));
  const auto weight_of = [&scales](const PairingEdge& edge) {
    WideWeight weight = 0;
    for (size_t level = 0; level < edge.worth.size(); ++level) weight += scales.worth[level] * edge.worth[level];
    return weight * kMatchingUnit;
  };
  Market<WideWeight> market = MarketOf<WideWeight>(people, edges, weight_of);
  market.bonus = scales.pair * kMatchingUnit;
  const GeneralMatching matching = MatchGeneral(market);
  Pairing result;
  result.partner = matching.partner;
  result.proved = matching.proved;
  std::vector<const PairingEdge*> made(people, nullptr);
  for (const PairingEdge& edge : edges) {
    if (result.partner[edge.a] != edge.b) continue;
    const PairingEdge*& best = made[std::min(edge.a, edge.b)];
    if (best == nullptr || best->worth < edge.worth) best = &edge;
  }
  for (const PairingEdge* edge : made) {
    if (edge == nullptr) continue;
    ++result.pairs;
    for (size_t level = 0; level < edge->worth.size(); ++level) result.worth[level] += edge->worth[level];
  }
  return result;
}

absl::StatusOr<int32_t> CountMostPairs(int32_t people, const std::vector<PairingEdge>& edges) {
  RETURN_IF_ERROR(Validate(people, edges));
  const Market<int32_t> market = MarketOf<int32_t>(people, edges, [](const PairingEdge&) { return kMatchingUnit; });
  const std::vector<int32_t> partner = MatchGeneral(market).partner;
  return (people - static_cast<int32_t>(std::count(partner.begin(), partner.end(), kUnsold))) / 2;
}

}  // namespace cortado::matching
