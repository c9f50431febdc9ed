// A cohort to be assigned: mentees, mentors with places, who may meet whom and how well they suit, and what came of it
// with a proof. Mentees and mentors are two numberings of their own (0, 1, 2, ...); where two choices are equal the
// smaller number goes first, so whoever wants chance to decide numbers people by a seeded shuffle.
// Values only: no thread contract beyond that of the standard containers.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace cortado::matching {

inline constexpr int32_t kNobody = -1;

// The largest score, number of mentees and number of mentors; with them no sum of the solvers leaves 64 bits.
inline constexpr int32_t kMaxScore = 1'000'000;
inline constexpr int32_t kMaxSide = 1'000'000;

// One mentor whom a mentee may be given.
struct Candidate {
  int32_t mentor = kNobody;
  int32_t score = 0;   // What the pair is worth, and how the mentee ranks the mentor: 1..kMaxScore.
  int32_t liking = 0;  // How the mentor ranks the mentee: 1..kMaxScore. Counts in CohortMode::kStable alone.

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// One possible or decided pair.
struct CohortPair {
  int32_t mentee = kNobody;
  Candidate candidate;
};

// The candidates of every mentee, in one block of memory. Likings cost memory only once one differs from its score.
class CandidateGraph {
 public:
  // Appends the next mentee with their candidates, in any order.
  void AddMentee(absl::Span<const Candidate> candidates);

  int32_t mentees() const { return static_cast<int32_t>(begin_.size()) - 1; }
  int64_t edges() const { return static_cast<int64_t>(edges_.size()); }

  // The edges of a mentee are first(mentee) <= edge < last(mentee), a number of all edges.
  int64_t first(int32_t mentee) const { return begin_[mentee]; }
  int64_t last(int32_t mentee) const { return begin_[mentee + 1]; }
  int32_t mentor(int64_t edge) const { return edges_[edge].mentor; }
  int32_t score(int64_t edge) const { return edges_[edge].score; }
  int32_t liking(int64_t edge) const { return likings_.empty() ? edges_[edge].score : likings_[edge]; }
  Candidate candidate(int64_t edge) const { return {mentor(edge), score(edge), liking(edge)}; }

  // Returns this graph with `pairs` added behind the candidates of their mentees.
  CandidateGraph With(std::vector<CohortPair> pairs) const;

 private:
  struct Edge {
    int32_t mentor;
    int32_t score;
  };
  std::vector<int64_t> begin_ = {0};
  std::vector<Edge> edges_;
  std::vector<int32_t> likings_;  // Empty while every liking is the score.
};

enum class CohortMode : uint8_t {
  kQuality,   // The largest total of scores.
  kCoverage,  // The most people matched, and of those the largest total.
  kStable,    // Nobody finds another who would rather have them too (Gale and Shapley 1962).
};

struct Cohort {
  CandidateGraph graph;
  std::vector<int32_t> places;        // By mentor, 0 or more.
  std::vector<CohortPair> pinned;     // In the result whatever they cost, in the graph or not. Each takes a place.
  std::vector<CohortPair> forbidden;  // Not in the result; only mentee and mentor count.
  CohortMode mode = CohortMode::kQuality;
};

// How far a proof reaches.
enum class CertificateScope : uint8_t {
  kCandidateGraph,  // No better choice among the candidates of the graph.
  kAllEligible,     // None among all pairs the caller's scan knows.
};

// Why the assignment is as good as it says. With prices p of the mentors' places (>= 0) and u of a mentee being the
// largest score + bonus - p over their candidates (at least 0), no assignment of k pairs is worth more than
//     sum of u + sum of places x p - bonus x k
// (linear programming duality), whatever the prices. Pinned pairs are left out of all that and added to the bound.
struct CohortCertificate {
  CertificateScope scope = CertificateScope::kCandidateGraph;
  std::vector<int64_t> prices;  // By mentor.
  int64_t bonus = 0;            // 0 but in kCoverage, where k is the number of pairs matched.
  int64_t bound = 0;            // No assignment (kCoverage: of that many pairs) has a larger total.
  int64_t gap = 0;              // bound - total. In kStable what stability costs, at most.
  std::vector<int64_t> cover;   // kCoverage: prices as above with every score 1 and no bonus; else empty.
  int32_t most_matched = 0;     // kCoverage: no assignment has more pairs, by `cover`; else 0.
  int64_t blocking_pairs = 0;   // Pairs that would rather have each other; 0 in kStable.
};

struct CohortAssignment {
  std::vector<int32_t> mentor_of;  // By mentee: their mentor or kNobody.
  int64_t total = 0;               // Sum of the scores, pinned ones included.
  int32_t matched = 0;
  int32_t unmatched = 0;
  CohortCertificate certificate;
};

}  // namespace cortado::matching
