// The first of a ranking, kept while people are looked at in any order. Values that refer to an Organization, which
// must not change meanwhile; not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/index/ranking.h"

namespace cortado::matching {

// Keeps the first `limit` people of the total order seen so far (a heap; Williams 1964).
class BestPeople {
 public:
  // Both outlive it.
  BestPeople(const Organization& organization, const Query& query, int32_t limit)
      : organization_(organization), query_(query), limit_(limit) {}

  void Offer(int32_t person, const Affinity& affinity);

  // Returns whether somebody with at most this score might be among them; false: they are not.
  bool MayTake(int32_t person, int64_t most_score) const;

  // Gives them out, first of all first.
  std::vector<RankedPerson> Take();

 private:
  struct Entry {
    RankKey key;
    RankedPerson suggestion;
  };
  static bool Before(const Entry& a, const Entry& b) { return a.key < b.key; }
  bool IsFull() const { return static_cast<int32_t>(entries_.size()) == limit_; }

  const Organization& organization_;
  const Query& query_;
  const int32_t limit_;
  std::vector<Entry> entries_;  // A heap with the last of them at the front.
};

// Takes the first of each role, then the second of each, in the order given; keeps `limit`.
void Spread(const Organization& organization, int32_t limit, std::vector<RankedPerson>& people);

}  // namespace cortado::matching
