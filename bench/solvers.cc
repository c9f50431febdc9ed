#include "bench/solvers.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/instances.h"
#include "common/status/status.h"
#include "services/matching/assign/blossom.h"
#include "services/matching/assign/flow.h"
#include "services/matching/assign/general_matching.h"
#include "services/matching/assign/optimum.h"
#include "services/matching/assign/stable.h"

namespace cortado::bench {
namespace {

using matching::Optimum;

constexpr int kRounds = 3;

// Seconds of this thread: what other programs take of the machine counts for neither side.
double Seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double began = now();
  work();
  return now() - began;
}

struct Total {
  int64_t total = 0;
  int64_t bound = 0;  // By the prices.

  double Gap() const { return static_cast<double>(bound - total) / static_cast<double>(bound); }
};

int64_t ScoresOf(const matching::Cohort& cohort, const std::vector<int32_t>& mentor_of) {
  int64_t total = 0;
  for (int32_t mentee = 0; mentee < cohort.graph.mentees(); ++mentee) {
    for (int64_t edge = cohort.graph.first(mentee); edge < cohort.graph.last(mentee); ++edge) {
      if (cohort.graph.mentor(edge) == mentor_of[mentee]) total += cohort.graph.score(edge);
    }
  }
  return total;
}

Total TotalOf(const matching::Cohort& cohort, const Optimum& optimum) {
  Total sum;
  sum.total = ScoresOf(cohort, optimum.mentor_of);
  for (size_t mentor = 0; mentor < cohort.places.size(); ++mentor) {
    sum.bound += cohort.places[mentor] * optimum.prices[mentor];
  }
  for (int32_t mentee = 0; mentee < cohort.graph.mentees(); ++mentee) {
    int64_t profit = 0;
    for (int64_t edge = cohort.graph.first(mentee); edge < cohort.graph.last(mentee); ++edge) {
      const int32_t mentor = cohort.graph.mentor(edge);
      profit = std::max(profit, cohort.graph.score(edge) - optimum.prices[mentor]);
    }
    sum.bound += profit;
  }
  return sum;
}

// Ratios over LEMON at each tolerance, of one instance.
struct Ratios {
  std::vector<double> near, closer, exact;
  std::string note;
};

absl::StatusOr<Ratios> CompareCohort(const char* name, const CohortShape& shape) {
  const matching::Cohort cohort = MakeCohort(shape);
  Ratios ratios;
  std::vector<double> peers;
  double worst_gap = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<int32_t> peer;
    Optimum near, closer, exact;
    const double peer_time = Seconds([&] { peer = matching::FlowQuality(cohort.graph, cohort.places); });
    const double near_time = Seconds([&] { near = matching::FindNearQuality(cohort.graph, cohort.places, 0.001); });
    const double closer_time =
        Seconds([&] { closer = matching::FindNearQuality(cohort.graph, cohort.places, 0.0001); });
    const double exact_time = Seconds([&] { exact = matching::FindQuality(cohort.graph, cohort.places); });
    const Total best = TotalOf(cohort, exact);
    if (best.total != ScoresOf(cohort, peer) || best.bound != best.total) {
      return absl::InternalError(absl::StrCat(name, ": not the total of LEMON, or not proved"));
    }
    worst_gap = std::max(worst_gap, TotalOf(cohort, near).Gap());
    if (worst_gap > 0.001 || TotalOf(cohort, closer).Gap() > 0.0001) {
      return absl::InternalError(absl::StrCat(name, ": a gap is larger than asked for"));
    }
    std::fprintf(stderr, "  %s: LEMON %.2f s, 0.1 %%: %.3f s, 0.01 %%: %.3f s, exact %.3f s\n", name, peer_time,
                 near_time, closer_time, exact_time);
    peers.push_back(peer_time);
    ratios.near.push_back(peer_time / near_time);
    ratios.closer.push_back(peer_time / closer_time);
    ratios.exact.push_back(peer_time / exact_time);
  }
  ratios.note = absl::StrFormat("%d x %d, LEMON %.2f s, certified gap %.4f %%", shape.mentees, shape.candidates,
                                Median(peers), worst_gap * 100);
  return ratios;
}

std::vector<Figure> LargeCohort() {
  const matching::Cohort cohort = MakeCohort({1'000'000});
  Optimum near;
  const double seconds = Seconds([&] { near = matching::FindNearQuality(cohort.graph, cohort.places, 0.001); });
  const double stable = Seconds([&] { matching::SolveStable(cohort.graph, cohort.places); });
  const double gap = TotalOf(cohort, near).Gap();
  const double value = gap <= 0.001 ? seconds : std::numeric_limits<double>::max();
  return {{"cohort.1m", value, "s", 2, true, absl::StrFormat("x 50, certified gap %.4f %%", gap * 100)},
          {"cohort.1m.stable", stable, "s", 1, true, "with other likings than scores"}};
}

matching::Market<int32_t> MarketOf(const DrawInstance& draw) {
  std::vector<std::vector<matching::Market<int32_t>::Edge>> lists(draw.people);
  for (const matching::BlossomEdge& edge : draw.edges) {
    const auto weight = static_cast<int32_t>(edge.weight) * matching::kMatchingUnit;
    lists[edge.a].push_back({edge.b, weight});
    lists[edge.b].push_back({edge.a, weight});
  }
  matching::Market<int32_t> market;
  market.places.assign(draw.people, 1);
  for (const auto& list : lists) {
    market.edges.insert(market.edges.end(), list.begin(), list.end());
    market.EndBidder();
  }
  return market;
}

struct Pairs {
  double seconds = 0;  // Of making the market and matching.
  int64_t weight = 0;
  bool proved = false;
};

Pairs Ours(const DrawInstance& draw) {
  Pairs pairs;
  matching::GeneralMatching found;
  pairs.seconds = Seconds([&] { found = matching::MatchGeneral(MarketOf(draw)); });
  pairs.proved = found.proved;
  for (const matching::BlossomEdge& edge : draw.edges) {
    if (found.partner[edge.a] == edge.b) pairs.weight += static_cast<int64_t>(edge.weight);
  }
  return pairs;
}

Pairs Lemons(const DrawInstance& draw) {
  Pairs pairs;
  matching::BlossomMatching found;
  pairs.seconds = Seconds([&] { found = matching::MatchByWeight(draw.people, draw.edges); });
  for (size_t i = 0; i < draw.edges.size(); ++i) {
    if (found.taken[i] != 0) pairs.weight += static_cast<int64_t>(draw.edges[i].weight);
  }
  return pairs;
}

absl::StatusOr<Figure> CompareRound(const char* name, double goal, int32_t people, int32_t candidates, int rounds) {
  const DrawInstance draw = MakeDraw(people, candidates, 1);
  std::vector<double> ratios, peers, ours;
  for (int round = 0; round < rounds; ++round) {
    const Pairs mine = Ours(draw);
    const Pairs peer = Lemons(draw);
    if (!mine.proved || mine.weight != peer.weight) {
      return absl::InternalError(absl::StrCat(name, ": not the weight of LEMON, or not proved"));
    }
    std::fprintf(stderr, "  %s: LEMON %.2f s, ours %.3f s\n", name, peer.seconds, mine.seconds);
    ratios.push_back(peer.seconds / mine.seconds);
    peers.push_back(peer.seconds);
    ours.push_back(mine.seconds);
  }
  return Figure{
      name,    Median(ratios),
      "ratio", goal,
      false,   absl::StrFormat("LEMON %.2f s, ours %.3f s, gap 0, %d runs", Median(peers), Median(ours), rounds)};
}

}  // namespace

absl::StatusOr<std::vector<Figure>> BenchCohorts() {
  constexpr int32_t kMentees = 100'000;
  ASSIGN_OR_RETURN(const Ratios plenty, CompareCohort("plentiful", {kMentees}));
  ASSIGN_OR_RETURN(const Ratios scarce, CompareCohort("scarce", {kMentees, 50, 1, 0.3}));
  ASSIGN_OR_RETURN(const Ratios ties, CompareCohort("ties", {kMentees, 50, 1, 0.4, 100}));
  const double worst = std::min({Median(plenty.exact), Median(scarce.exact), Median(ties.exact)});
  std::vector<Figure> figures = {
      {"cohort.100k.vs_lemon", Median(plenty.near), "ratio", 60, false, plenty.note},
      {"cohort.100k.gap01.vs_lemon", Median(plenty.closer), "ratio", 25, false, "certified gap <= 0.01 %"},
      {"cohort.scarce.vs_lemon", Median(scarce.near), "ratio", 10, false, scarce.note},
      {"cohort.ties.vs_lemon", Median(ties.near), "ratio", 10, false, ties.note},
      {"cohort.exact.vs_lemon", worst, "ratio", 5, false,
       absl::StrFormat("gap 0; plentiful %.1f, scarce %.1f, ties %.1f", Median(plenty.exact), Median(scarce.exact),
                       Median(ties.exact))}};
  for (Figure& figure : LargeCohort()) figures.push_back(std::move(figure));
  return figures;
}

absl::StatusOr<std::vector<Figure>> BenchRounds() {
  std::vector<Figure> figures;
  // LEMON takes minutes for the large ones, so those run once.
  ASSIGN_OR_RETURN(figures.emplace_back(), CompareRound("round.10k.vs_lemon", 25, 10'000, 20, kRounds));
  ASSIGN_OR_RETURN(figures.emplace_back(), CompareRound("round.100k.k20.vs_lemon", 80, 100'000, 20, 1));
  ASSIGN_OR_RETURN(figures.emplace_back(), CompareRound("round.100k.k50.vs_lemon", 150, 100'000, 50, 1));
  const Pairs large = Ours(MakeDraw(1'000'000, 20, 1));
  if (!large.proved) return absl::InternalError("round.1m: not proved");
  figures.push_back({"round.1m", large.seconds, "s", 6, true, "K = 20, gap 0"});
  return figures;
}

}  // namespace cortado::bench
