#include "services/matching/index/ranking.h"

#include <algorithm>

#include "services/matching/affinity/reporting.h"
#include "services/matching/eligibility.h"

namespace cortado::matching {
namespace {

uint64_t Mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// Keeps the first `limit` people of the total order seen so far.
class Best {
 public:
  Best(const Organization& organization, const Query& query, int32_t limit)
      : organization_(organization), query_(query), limit_(limit) {}

  void Offer(int32_t person, const Affinity& affinity) {
    const int64_t rounded = affinity.score / kScoreWidth;
    const bool full = static_cast<int32_t>(entries_.size()) == limit_;
    if (full && rounded < entries_.front().rounded) return;
    Entry entry{rounded,
                TurnOf(organization_.id_hash(query_.asker), organization_.id_hash(person), query_.week),
                {person, affinity}};
    if (full) {
      if (!Before(entry, entries_.front())) return;
      std::pop_heap(entries_.begin(), entries_.end(), order_);
      entries_.pop_back();
    }
    entries_.push_back(std::move(entry));
    std::push_heap(entries_.begin(), entries_.end(), order_);
  }

  std::vector<RankedPerson> Take() {
    std::sort_heap(entries_.begin(), entries_.end(), order_);
    std::vector<RankedPerson> people;
    for (Entry& entry : entries_) people.push_back(std::move(entry.suggestion));
    return people;
  }

 private:
  struct Entry {
    int64_t rounded;
    uint64_t turn;
    RankedPerson suggestion;
  };

  bool Before(const Entry& a, const Entry& b) const {
    if (a.rounded != b.rounded) return a.rounded > b.rounded;
    if (a.turn != b.turn) return a.turn < b.turn;
    return organization_.people()[a.suggestion.person].id < organization_.people()[b.suggestion.person].id;
  }

  struct Order {
    const Best* best;
    bool operator()(const Entry& a, const Entry& b) const { return best->Before(a, b); }
  };

  const Organization& organization_;
  const Query& query_;
  const int32_t limit_;
  std::vector<Entry> entries_;  // A heap with the last of them at the front.
  const Order order_{this};
};

}  // namespace

uint64_t TurnOf(uint64_t asker_hash, uint64_t candidate_hash, IsoWeek week) {
  const uint64_t week_number = static_cast<uint64_t>(week.year) * 100 + static_cast<uint64_t>(week.week);
  return Mix(Mix(Mix(asker_hash) ^ candidate_hash) + week_number);
}

bool FitsWell(const Affinity& affinity, int64_t possible) {
  return affinity.evidence > 0 && affinity.evidence * kFitsWellShare >= possible;
}

Ranking SuggestExact(const Organization& organization, const Query& query) {
  Ranking found;
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  if (affinities.PossibleEvidence() == 0) return found;
  const Eligibility eligibility(organization, query, &reporting);
  Best fitting(organization, query, query.limit);
  Best nearest(organization, query, std::min(query.limit, kNearest));
  for (int32_t candidate = 0; candidate < organization.size(); ++candidate) {
    const Refusal refusal = eligibility.Check(candidate);
    if (refusal != Refusal::kNone && refusal != Refusal::kNotJoined) continue;
    const Affinity affinity = affinities.Score(candidate);
    if (affinity.evidence == 0) continue;
    const bool fits = FitsWell(affinity, affinities.PossibleEvidence());
    if (refusal == Refusal::kNotJoined) {
      found.not_joined += fits;
    } else if (fits) {
      ++found.fitting;
      fitting.Offer(candidate, affinity);
    } else if (found.fitting == 0) {
      nearest.Offer(candidate, affinity);
    }
  }
  found.outcome = found.fitting > 0 ? Outcome::kFound : Outcome::kNobodyFitsWell;
  found.people = found.fitting > 0 ? fitting.Take() : nearest.Take();
  return found;
}

}  // namespace cortado::matching
