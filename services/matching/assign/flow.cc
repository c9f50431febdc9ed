#include "services/matching/assign/flow.h"

#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

namespace cortado::matching {
namespace {

using Graph = lemon::SmartDigraph;
using Simplex = lemon::NetworkSimplex<Graph, int64_t, int64_t>;

// Every mentee sends one unit to a mentor, who takes up to their places, or to one node for the unmatched, which takes
// all but `least`. Every arc costs something, the unmatched most, so that nobody sends more than they have to.
template <typename Score>
std::vector<int32_t> Solve(const CandidateGraph& candidates, const std::vector<int32_t>& places, int32_t least,
                           Score score) {
  const int32_t mentees = candidates.mentees();
  const auto mentors = static_cast<int32_t>(places.size());
  Graph graph;
  graph.reserveNode(mentees + mentors + 1);
  graph.reserveArc(static_cast<int>(candidates.edges()) + mentees);
  for (int32_t i = 0; i < mentees + mentors; ++i) graph.addNode();
  const Graph::Node unmatched = graph.addNode();
  for (int32_t mentee = 0; mentee < mentees; ++mentee) {
    for (int64_t edge = candidates.first(mentee); edge < candidates.last(mentee); ++edge) {
      graph.addArc(Graph::nodeFromId(mentee), Graph::nodeFromId(mentees + candidates.mentor(edge)));
    }
  }
  for (int32_t mentee = 0; mentee < mentees; ++mentee) graph.addArc(Graph::nodeFromId(mentee), unmatched);
  const auto arc = [](int64_t edge) { return Graph::arcFromId(static_cast<int>(edge)); };
  Graph::ArcMap<int64_t> cost(graph, kMaxScore + 1);
  for (int64_t edge = 0; edge < candidates.edges(); ++edge) cost[arc(edge)] -= score(edge);
  Graph::ArcMap<int64_t> upper(graph, 1);
  Graph::NodeMap<int64_t> supply(graph, 1);  // At least; below 0 what a node takes at most.
  for (int32_t mentor = 0; mentor < mentors; ++mentor) supply[Graph::nodeFromId(mentees + mentor)] = -places[mentor];
  supply[unmatched] = least - mentees;
  Simplex simplex(graph);
  simplex.upperMap(upper).costMap(cost).supplyMap(supply).run();
  std::vector<int32_t> mentor_of(mentees, kNobody);
  for (int32_t mentee = 0; mentee < mentees; ++mentee) {
    for (int64_t edge = candidates.first(mentee); edge < candidates.last(mentee); ++edge) {
      if (simplex.flow(arc(edge)) > 0) mentor_of[mentee] = candidates.mentor(edge);
    }
  }
  return mentor_of;
}

}  // namespace

std::vector<int32_t> FlowQuality(const CandidateGraph& graph, const std::vector<int32_t>& places) {
  return Solve(graph, places, 0, [&graph](int64_t edge) { return graph.score(edge); });
}

std::vector<int32_t> FlowMostMatched(const CandidateGraph& graph, const std::vector<int32_t>& places) {
  return Solve(graph, places, 0, [](int64_t) { return 1; });
}

std::vector<int32_t> FlowQualityOf(const CandidateGraph& graph, const std::vector<int32_t>& places, int32_t matched) {
  return Solve(graph, places, matched, [&graph](int64_t edge) { return graph.score(edge); });
}

}  // namespace cortado::matching
