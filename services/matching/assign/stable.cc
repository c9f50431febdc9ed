#include "services/matching/assign/stable.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace cortado::matching {
namespace {

// The edges of every mentee, the one they like best first.
std::vector<int64_t> Preferences(const CandidateGraph& graph) {
  std::vector<int64_t> order(graph.edges());
  std::iota(order.begin(), order.end(), 0);
  for (int32_t mentee = 0; mentee < graph.mentees(); ++mentee) {
    const auto first = order.begin() + graph.first(mentee);
    const auto last = order.begin() + graph.last(mentee);
    const auto before = [&graph](int64_t a, int64_t b) {
      return std::make_pair(-graph.score(a), graph.mentor(a)) < std::make_pair(-graph.score(b), graph.mentor(b));
    };
    if (!std::is_sorted(first, last, before)) std::sort(first, last, before);
  }
  return order;
}

// A mentee held by a mentor. The smallest is the one to be let go first.
struct Held {
  int32_t liking;
  int32_t mentee;

  // As an order of heaps: the front of the heap is the least liked, of equals the largest number.
  static bool Before(const Held& a, const Held& b) {
    return std::make_pair(-a.liking, a.mentee) < std::make_pair(-b.liking, b.mentee);
  }
};

}  // namespace

std::vector<int32_t> SolveStable(const CandidateGraph& graph, const std::vector<int32_t>& places) {
  const std::vector<int64_t> order = Preferences(graph);
  std::vector<std::vector<Held>> held(places.size());
  std::vector<int64_t> next(graph.mentees());
  std::vector<int32_t> mentor_of(graph.mentees(), kNobody);
  std::vector<int32_t> proposing(graph.mentees());
  for (int32_t mentee = 0; mentee < graph.mentees(); ++mentee) {
    next[mentee] = graph.first(mentee);
    proposing[graph.mentees() - 1 - mentee] = mentee;
  }
  while (!proposing.empty()) {
    const int32_t mentee = proposing.back();
    if (next[mentee] == graph.last(mentee)) {
      proposing.pop_back();
      continue;
    }
    const int64_t edge = order[next[mentee]++];
    const int32_t mentor = graph.mentor(edge);
    if (places[mentor] == 0) continue;
    proposing.pop_back();
    std::vector<Held>& theirs = held[mentor];
    theirs.push_back({graph.liking(edge), mentee});
    std::push_heap(theirs.begin(), theirs.end(), Held::Before);
    mentor_of[mentee] = mentor;
    if (static_cast<int32_t>(theirs.size()) <= places[mentor]) continue;
    std::pop_heap(theirs.begin(), theirs.end(), Held::Before);
    mentor_of[theirs.back().mentee] = kNobody;
    proposing.push_back(theirs.back().mentee);
    theirs.pop_back();
  }
  return mentor_of;
}

Contentment ContentmentOf(const CandidateGraph& graph, const std::vector<int32_t>& places,
                          const std::vector<int32_t>& mentor_of) {
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  Contentment contentment;
  contentment.mentee.assign(graph.mentees(), 0);
  contentment.mentor.assign(places.size(), kMost);
  std::vector<int32_t> free = places;
  for (int32_t mentee = 0; mentee < graph.mentees(); ++mentee) {
    const int32_t mentor = mentor_of[mentee];
    if (mentor == kNobody) continue;
    --free[mentor];
    for (int64_t edge = graph.first(mentee); edge < graph.last(mentee); ++edge) {
      if (graph.mentor(edge) != mentor) continue;
      contentment.mentee[mentee] = graph.score(edge);
      contentment.mentor[mentor] = std::min(contentment.mentor[mentor], graph.liking(edge));
    }
  }
  for (size_t mentor = 0; mentor < places.size(); ++mentor) {
    if (free[mentor] > 0) contentment.mentor[mentor] = 0;
  }
  return contentment;
}

int64_t CountBlockingPairs(const CandidateGraph& graph, const Contentment& contentment) {
  int64_t blocking = 0;
  for (int32_t mentee = 0; mentee < graph.mentees(); ++mentee) {
    for (int64_t edge = graph.first(mentee); edge < graph.last(mentee); ++edge) {
      blocking +=
          graph.score(edge) > contentment.mentee[mentee] && graph.liking(edge) > contentment.mentor[graph.mentor(edge)];
    }
  }
  return blocking;
}

}  // namespace cortado::matching
