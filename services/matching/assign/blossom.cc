#include "services/matching/assign/blossom.h"

#include <lemon/matching.h>
#include <lemon/smart_graph.h>

namespace cortado::matching {
namespace {

using Graph = lemon::SmartGraph;
using Weights = Graph::EdgeMap<WideWeight>;
using Weighted = lemon::MaxWeightedMatching<Graph, Weights>;

void Fill(Graph& graph, int32_t nodes, const std::vector<BlossomEdge>& edges) {
  graph.reserveNode(nodes);
  graph.reserveEdge(static_cast<int>(edges.size()));
  for (int32_t node = 0; node < nodes; ++node) graph.addNode();
  for (const BlossomEdge& edge : edges) graph.addEdge(Graph::nodeFromId(edge.a), Graph::nodeFromId(edge.b));
}

}  // namespace

BlossomMatching MatchByWeight(int32_t nodes, const std::vector<BlossomEdge>& edges) {
  Graph graph;
  Fill(graph, nodes, edges);
  Weights weights(graph);
  for (size_t i = 0; i < edges.size(); ++i) weights[Graph::edgeFromId(static_cast<int>(i))] = edges[i].weight;
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

int32_t CountMatching(int32_t nodes, const std::vector<BlossomEdge>& edges) {
  Graph graph;
  Fill(graph, nodes, edges);
  lemon::MaxMatching<Graph> matching(graph);
  matching.run();
  return matching.matchingSize();
}

}  // namespace cortado::matching
