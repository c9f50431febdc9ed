#include "services/matching/assign/pairing.h"

#include <algorithm>

#include "common/status/status.h"
#include "services/matching/assign/blossom.h"

namespace cortado::matching {
namespace {

constexpr WideWeight kMost = WideWeight{1} << 120;

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

}  // namespace

absl::StatusOr<Pairing> PairUp(int32_t people, const std::vector<PairingEdge>& edges) {
  RETURN_IF_ERROR(Validate(people, edges));
  ASSIGN_OR_RETURN(const Scales scales, ScalesOf(people, edges));
  std::vector<BlossomEdge> weighted;
  weighted.reserve(edges.size());
  for (const PairingEdge& edge : edges) {
    WideWeight weight = scales.pair;
    for (size_t level = 0; level < edge.worth.size(); ++level) weight += scales.worth[level] * edge.worth[level];
    weighted.push_back({edge.a, edge.b, weight});
  }
  const BlossomMatching matching = MatchByWeight(people, weighted);
  Pairing result;
  result.partner.assign(people, -1);
  for (size_t i = 0; i < edges.size(); ++i) {
    if (matching.taken[i] == 0) continue;
    result.partner[edges[i].a] = edges[i].b;
    result.partner[edges[i].b] = edges[i].a;
    ++result.pairs;
    for (size_t level = 0; level < scales.worth.size(); ++level) result.worth[level] += edges[i].worth[level];
  }
  result.proved = matching.proved;
  return result;
}

absl::StatusOr<int32_t> CountMostPairs(int32_t people, const std::vector<PairingEdge>& edges) {
  RETURN_IF_ERROR(Validate(people, edges));
  std::vector<BlossomEdge> plain;
  plain.reserve(edges.size());
  for (const PairingEdge& edge : edges) plain.push_back({edge.a, edge.b, 1});
  return CountMatching(people, plain);
}

}  // namespace cortado::matching
