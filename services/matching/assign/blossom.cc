#include "services/matching/assign/blossom.h"

#include <lemon/matching.h>
#include <lemon/smart_graph.h>

#include <algorithm>

namespace cortado::matching {
namespace {

using Graph = lemon::SmartGraph;

void Fill(Graph& graph, int32_t nodes, const std::vector<BlossomEdge>& edges) {
  graph.reserveNode(nodes);
  graph.reserveEdge(static_cast<int>(edges.size()));
  for (int32_t node = 0; node < nodes; ++node) graph.addNode();
  for (const BlossomEdge& edge : edges) graph.addEdge(Graph::nodeFromId(edge.a), Graph::nodeFromId(edge.b));
}

template <typename Weight>
BlossomMatching Match(int32_t nodes, const std::vector<BlossomEdge>& edges) {
  using Weights = Graph::EdgeMap<Weight>;
  using Weighted = lemon::MaxWeightedMatching<Graph, Weights>;
  Graph graph;
  Fill(graph, nodes, edges);
  Weights weights(graph);
  for (size_t i = 0; i < edges.size(); ++i) {
    weights[Graph::edgeFromId(static_cast<int>(i))] = static_cast<Weight>(edges[i].weight);
  }
  Weighted matching(graph, weights);
  matching.run();
  BlossomMatching result;
  result.taken.reserve(edges.size());
  for (size_t i = 0; i < edges.size(); ++i) {
    result.taken.push_back(matching.matching(Graph::edgeFromId(static_cast<int>(i))));
  }
  result.proved = matching.dualValue() == matching.matchingWeight() * Weighted::dualScale;
  return result;
}

}  // namespace

BlossomMatching MatchByWeight(int32_t nodes, const std::vector<BlossomEdge>& edges) {
  WideWeight largest = 0;
  for (const BlossomEdge& edge : edges) largest = std::max(largest, edge.weight);
  const bool narrow = largest * std::max(nodes, 1) < WideWeight{1} << 58;
  return narrow ? Match<int64_t>(nodes, edges) : Match<WideWeight>(nodes, edges);
}

int32_t CountMatching(int32_t nodes, const std::vector<BlossomEdge>& edges) {
  Graph graph;
  Fill(graph, nodes, edges);
  lemon::MaxMatching<Graph> matching(graph);
  matching.run();
  return matching.matchingSize();
}

}  // namespace cortado::matching
