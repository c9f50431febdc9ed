#include "services/matching/assign/cohort.h"

#include <algorithm>
#include <utility>

namespace cortado::matching {

void CandidateGraph::AddMentee(absl::Span<const Candidate> candidates) {
  for (const Candidate& candidate : candidates) {
    if (likings_.empty() && candidate.liking != candidate.score) {
      likings_.reserve(edges_.size() + candidates.size());
      for (const Edge& edge : edges_) likings_.push_back(edge.score);
    }
    const bool differs = !likings_.empty() || candidate.liking != candidate.score;
    edges_.push_back({candidate.mentor, candidate.score});
    if (differs) likings_.push_back(candidate.liking);
  }
  begin_.push_back(edges());
}

CandidateGraph CandidateGraph::With(std::vector<CohortPair> pairs) const {
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const CohortPair& a, const CohortPair& b) { return a.mentee < b.mentee; });
  CandidateGraph grown;
  grown.begin_.reserve(begin_.size());
  grown.edges_.reserve(edges_.size() + pairs.size());
  std::vector<Candidate> candidates;
  auto next = pairs.begin();
  for (int32_t mentee = 0; mentee < mentees(); ++mentee) {
    candidates.clear();
    for (int64_t edge = first(mentee); edge < last(mentee); ++edge) candidates.push_back(candidate(edge));
    for (; next != pairs.end() && next->mentee == mentee; ++next) candidates.push_back(next->candidate);
    grown.AddMentee(candidates);
  }
  return grown;
}

}  // namespace cortado::matching
