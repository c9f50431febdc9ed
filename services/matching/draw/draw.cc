#include "services/matching/draw/draw.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "common/status/status.h"
#include "services/matching/assign/pairing.h"
#include "services/matching/draw/chance.h"

namespace cortado::matching {
namespace {

// Draws left out count up to this many, so that worths stay small.
constexpr int32_t kMostPassedOver = 15;

// Chance decides among this many; few, so that worths stay small.
constexpr uint64_t kChances = 16;

absl::Status Validate(const DrawPool& pool) {
  const auto weeks_are_right = [](int32_t weeks) { return weeks >= 0 && weeks <= kMaxWeeks; };
  if (!weeks_are_right(pool.cooldown_weeks) || !weeks_are_right(pool.least_cooldown_weeks) ||
      pool.least_cooldown_weeks > pool.cooldown_weeks) {
    return absl::InvalidArgumentError("a cooldown is 0 to 520 weeks, and the least no more than the one asked for");
  }
  if (!pool.passed_over.empty() && pool.passed_over.size() != static_cast<size_t>(pool.people)) {
    return absl::InvalidArgumentError("passed_over is for everybody or nobody");
  }
  for (const DrawEdge& edge : pool.edges) {
    if (std::min(edge.a, edge.b) < 0 || std::max(edge.a, edge.b) >= pool.people || edge.a == edge.b) {
      return absl::InvalidArgumentError("a pair is two of the people");
    }
    if (edge.score < 0 || edge.score > kMaxDrawScore) return absl::InvalidArgumentError("a score is 0 to 1,000,000");
    if (edge.weeks_since != kNeverMet && !weeks_are_right(edge.weeks_since)) {
      return absl::InvalidArgumentError("weeks are 0 to 520, or -1 for never");
    }
  }
  return absl::OkStatus();
}

bool Keeps(const DrawEdge& edge, int32_t cooldown) {
  return edge.weeks_since == kNeverMet || edge.weeks_since >= cooldown;
}

class Drawing {
 public:
  explicit Drawing(const DrawPool& pool) : pool_(pool), group_of_(pool.people, -1) {}

  absl::StatusOr<Draw> Run() {
    ASSIGN_OR_RETURN(cooldown_, LongestCooldown());
    ASSIGN_OR_RETURN(const Pairing pairing, PairUp(pool_.people, EdgesAt(cooldown_)));
    draw_.proved = pairing.proved;
    for (int32_t person = 0; person < pool_.people; ++person) {
      if (pairing.partner[person] <= person) continue;
      group_of_[person] = group_of_[pairing.partner[person]] = static_cast<int32_t>(draw_.groups.size());
      draw_.groups.push_back({person, pairing.partner[person]});
    }
    if (pool_.trios) RETURN_IF_ERROR(JoinPairs());
    Tell();
    return std::move(draw_);
  }

 private:
  int32_t PassedOver(int32_t person) const {
    return pool_.passed_over.empty() ? 0 : std::min(pool_.passed_over[person], kMostPassedOver);
  }

  int32_t Chance(const DrawEdge& edge) const {
    return static_cast<int32_t>(ChanceOf(pool_.seed, edge.a, edge.b) % kChances);
  }

  std::vector<PairingEdge> EdgesAt(int32_t cooldown) const {
    std::vector<PairingEdge> edges;
    for (const DrawEdge& edge : pool_.edges) {
      if (!Keeps(edge, cooldown)) continue;
      const Worth worth = {PassedOver(edge.a) + PassedOver(edge.b), edge.weeks_since == kNeverMet, edge.score,
                           Chance(edge)};
      edges.push_back({edge.a, edge.b, worth});
    }
    return edges;
  }

  // A shorter cooldown never pairs fewer, so the longest that pairs as many as the least is found by halving.
  absl::StatusOr<int32_t> LongestCooldown() const {
    ASSIGN_OR_RETURN(const int32_t most, CountMostPairs(pool_.people, EdgesAt(pool_.least_cooldown_weeks)));
    int32_t good = pool_.least_cooldown_weeks;
    int32_t tried = pool_.cooldown_weeks;
    int32_t bad = pool_.cooldown_weeks + 1;
    while (good < tried) {
      ASSIGN_OR_RETURN(const int32_t pairs, CountMostPairs(pool_.people, EdgesAt(tried)));
      (pairs == most ? good : bad) = tried;
      tried = (good + bad) / 2;
    }
    return good;
  }

  // What joining a pair is about: both edges to its members.
  struct Joining {
    int32_t met = 0;  // Members they may meet at all.
    int32_t kept = 0;
    int32_t first = 0;
    int32_t score = 0;
    int32_t chance = 0;
  };

  absl::Status JoinPairs() {
    absl::flat_hash_map<std::pair<int32_t, int32_t>, Joining> joinings;
    for (const DrawEdge& edge : pool_.edges) {
      if (!Keeps(edge, pool_.least_cooldown_weeks) || (group_of_[edge.a] < 0) == (group_of_[edge.b] < 0)) continue;
      const int32_t person = group_of_[edge.a] < 0 ? edge.a : edge.b;
      Joining& joining = joinings[{person, group_of_[edge.a + edge.b - person]}];
      ++joining.met;
      joining.kept += Keeps(edge, cooldown_);
      joining.first += edge.weeks_since == kNeverMet;
      joining.score += edge.score;
      joining.chance += Chance(edge);
    }
    std::vector<PairingEdge> edges;
    for (const auto& [key, joining] : joinings) {
      if (joining.met < 2) continue;
      const Worth worth = {PassedOver(key.first), joining.kept * 4 + joining.first, joining.score, joining.chance};
      edges.push_back({key.first, pool_.people + key.second, worth});
    }
    std::sort(edges.begin(), edges.end(), [](const PairingEdge& x, const PairingEdge& y) {
      return std::make_pair(x.a, x.b) < std::make_pair(y.a, y.b);
    });
    const int32_t pairs = static_cast<int32_t>(draw_.groups.size());
    ASSIGN_OR_RETURN(const Pairing joined, PairUp(pool_.people + pairs, edges));
    for (int32_t person = 0; person < pool_.people; ++person) {
      if (joined.partner[person] < 0) continue;
      group_of_[person] = joined.partner[person] - pool_.people;
      draw_.groups[group_of_[person]].push_back(person);
    }
    return absl::OkStatus();
  }

  void Tell() {
    for (std::vector<int32_t>& group : draw_.groups) std::sort(group.begin(), group.end());
    std::sort(draw_.groups.begin(), draw_.groups.end());
    draw_.cooldown_weeks = pool_.cooldown_weeks;
    std::vector<LeftOutReason> reasons(pool_.people, LeftOutReason::kNobodyToMeet);
    for (const DrawEdge& edge : pool_.edges) {
      const bool kept = Keeps(edge, pool_.least_cooldown_weeks);
      const LeftOutReason reason = kept ? LeftOutReason::kNobodyLeft : LeftOutReason::kMetRecently;
      reasons[edge.a] = std::max(reasons[edge.a], reason);
      reasons[edge.b] = std::max(reasons[edge.b], reason);
      if (group_of_[edge.a] < 0 || group_of_[edge.a] != group_of_[edge.b]) continue;
      ++draw_.meetings;
      draw_.first_meetings += edge.weeks_since == kNeverMet;
      if (edge.weeks_since != kNeverMet) draw_.cooldown_weeks = std::min(draw_.cooldown_weeks, edge.weeks_since);
    }
    for (int32_t person = 0; person < pool_.people; ++person) {
      if (group_of_[person] < 0) draw_.left_out.push_back({person, reasons[person]});
    }
  }

  const DrawPool& pool_;
  int32_t cooldown_ = 0;
  std::vector<int32_t> group_of_;
  Draw draw_;
};

}  // namespace

absl::StatusOr<Draw> DrawPairs(const DrawPool& pool) {
  RETURN_IF_ERROR(Validate(pool));
  return Drawing(pool).Run();
}

}  // namespace cortado::matching
