#include "services/matching/assign/flow.h"

#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <optional>

namespace cortado::matching {
namespace {

using Graph = lemon::SmartDigraph;
using Simplex = lemon::NetworkSimplex<Graph, int64_t, int64_t>;

// Every mentee sends one unit, to the sink over a mentor or, unmatched, over `idle`. With the number of pairs fixed,
// `idle` is a second sink for the rest; else it is the sink itself.
class Network {
 public:
  Network(const CandidateGraph& graph, const std::vector<int32_t>& places, std::optional<int32_t> matched)
      : candidates_(graph), mentors_(static_cast<int32_t>(places.size())) {
    const int32_t mentees = graph.mentees();
    graph_.reserveNode(mentees + mentors_ + 2);
    graph_.reserveArc(static_cast<int>(graph.edges()) + mentees + mentors_);
    for (int32_t i = 0; i < mentees + mentors_; ++i) graph_.addNode();
    sink_ = graph_.addNode();
    idle_ = matched ? graph_.addNode() : sink_;
    for (int32_t mentee = 0; mentee < mentees; ++mentee) {
      for (int64_t edge = graph.first(mentee); edge < graph.last(mentee); ++edge) {
        graph_.addArc(Mentee(mentee), Mentor(graph.mentor(edge)));
      }
    }
    for (int32_t mentor = 0; mentor < mentors_; ++mentor) graph_.addArc(Mentor(mentor), sink_);
    for (int32_t mentee = 0; mentee < mentees; ++mentee) graph_.addArc(Mentee(mentee), idle_);
    Fill(places, matched);
  }

  // Solves with what score(edge) says an edge is worth.
  template <typename Score>
  Optimum Solve(Score score) {
    Graph::ArcMap<int64_t> cost(graph_, 0);
    for (int64_t edge = 0; edge < candidates_.edges(); ++edge) cost[Arc(edge)] = -static_cast<int64_t>(score(edge));
    Simplex simplex(graph_);
    simplex.upperMap(*upper_).costMap(cost).supplyMap(*supply_);
    Optimum solution;
    solution.mentor_of.assign(candidates_.mentees(), kNobody);
    solution.prices.assign(mentors_, 0);
    // Staying idle is always possible and costs are finite: the flow exists and is bounded.
    if (simplex.run() != Simplex::OPTIMAL) return solution;
    for (int32_t mentee = 0; mentee < candidates_.mentees(); ++mentee) {
      for (int64_t edge = candidates_.first(mentee); edge < candidates_.last(mentee); ++edge) {
        if (simplex.flow(Arc(edge)) == 0) continue;
        solution.mentor_of[mentee] = candidates_.mentor(edge);
        ++solution.matched;
      }
    }
    const int64_t level = simplex.potential(sink_);
    for (int32_t mentor = 0; mentor < mentors_; ++mentor) {
      solution.prices[mentor] = std::max<int64_t>(0, level - simplex.potential(Mentor(mentor)));
    }
    solution.bonus = level - simplex.potential(idle_);
    return solution;
  }

 private:
  void Fill(const std::vector<int32_t>& places, std::optional<int32_t> matched) {
    const int32_t mentees = candidates_.mentees();
    upper_.emplace(graph_, 1);
    for (int32_t mentor = 0; mentor < mentors_; ++mentor) {
      (*upper_)[Arc(candidates_.edges() + mentor)] = places[mentor];
    }
    supply_.emplace(graph_, 0);
    for (int32_t mentee = 0; mentee < mentees; ++mentee) (*supply_)[Mentee(mentee)] = 1;
    (*supply_)[sink_] = -matched.value_or(mentees);
    if (matched) (*supply_)[idle_] = *matched - mentees;
  }

  Graph::Node Mentee(int32_t mentee) const { return Graph::nodeFromId(mentee); }
  Graph::Node Mentor(int32_t mentor) const { return Graph::nodeFromId(candidates_.mentees() + mentor); }
  Graph::Arc Arc(int64_t id) const { return Graph::arcFromId(static_cast<int>(id)); }

  const CandidateGraph& candidates_;
  const int32_t mentors_;
  Graph graph_;
  Graph::Node sink_;
  Graph::Node idle_;
  std::optional<Graph::ArcMap<int64_t>> upper_;
  std::optional<Graph::NodeMap<int64_t>> supply_;
};

}  // namespace

Optimum FlowQuality(const CandidateGraph& graph, const std::vector<int32_t>& places) {
  return Network(graph, places, std::nullopt).Solve([&graph](int64_t edge) { return graph.score(edge); });
}

Optimum FlowMostMatched(const CandidateGraph& graph, const std::vector<int32_t>& places) {
  return Network(graph, places, std::nullopt).Solve([](int64_t) { return 1; });
}

Optimum FlowQualityOf(const CandidateGraph& graph, const std::vector<int32_t>& places, int32_t matched) {
  return Network(graph, places, matched).Solve([&graph](int64_t edge) { return graph.score(edge); });
}

}  // namespace cortado::matching
