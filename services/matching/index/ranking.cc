#include "services/matching/index/ranking.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
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
    const bool full = static_cast<int32_t>(entries_.size()) == limit_;
    if (full && affinity.score / kScoreWidth < entries_.front().suggestion.affinity.score / kScoreWidth) return;
    Entry entry{RankKeyOf(organization_, query_, person, affinity), {person, affinity}};
    if (full) {
      if (entries_.front().key < entry.key) return;
      std::pop_heap(entries_.begin(), entries_.end(), Before);
      entries_.pop_back();
    }
    entries_.push_back(std::move(entry));
    std::push_heap(entries_.begin(), entries_.end(), Before);
  }

  std::vector<RankedPerson> Take() {
    std::sort_heap(entries_.begin(), entries_.end(), Before);
    std::vector<RankedPerson> people;
    for (Entry& entry : entries_) people.push_back(std::move(entry.suggestion));
    return people;
  }

 private:
  struct Entry {
    RankKey key;
    RankedPerson suggestion;
  };

  static bool Before(const Entry& a, const Entry& b) { return a.key < b.key; }

  const Organization& organization_;
  const Query& query_;
  const int32_t limit_;
  std::vector<Entry> entries_;  // A heap with the last of them at the front.
};

// Takes the first of each role, then the second of each, in the order given; keeps `limit`.
void Spread(const Organization& organization, int32_t limit, std::vector<RankedPerson>& people) {
  std::vector<std::pair<int32_t, size_t>> order;  // How many of the same role come before, and the place.
  absl::flat_hash_map<int32_t, int32_t> seen;
  for (size_t place = 0; place < people.size(); ++place) {
    order.emplace_back(seen[organization.people()[people[place].person].role]++, place);
  }
  std::sort(order.begin(), order.end());
  if (order.size() > static_cast<size_t>(limit)) order.resize(limit);
  std::vector<RankedPerson> chosen;
  for (const auto& [before, place] : order) chosen.push_back(people[place]);
  people = std::move(chosen);
}

}  // namespace

uint64_t TurnOf(uint64_t asker_hash, uint64_t candidate_hash, IsoWeek week) {
  const uint64_t week_number = static_cast<uint64_t>(week.year) * 100 + static_cast<uint64_t>(week.week);
  return Mix(Mix(Mix(asker_hash) ^ candidate_hash) + week_number);
}

RankKey RankKeyOf(const Organization& organization, const Query& query, int32_t person, const Affinity& affinity) {
  return {-(affinity.score / kScoreWidth),
          (TurnOf(organization.id_hash(query.asker), organization.id_hash(person), query.week) >> 32) *
              static_cast<uint64_t>(organization.Demand(person)),
          organization.people()[person].id};
}

bool WantsASpread(const Person& asker) { return asker.destination.kind == DestinationKind::kNotSureYet; }

bool FitsWell(const Affinity& affinity, int64_t possible) {
  return affinity.evidence > 0 && affinity.evidence * kFitsWellShare >= possible;
}

Ranking SuggestExact(const Organization& organization, const Query& query) {
  Ranking found;
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  if (affinities.PossibleEvidence() == 0) return found;
  const Eligibility eligibility(organization, query, &reporting);
  const bool spread = WantsASpread(organization.people()[query.asker]);
  Best fitting(organization, query, spread ? organization.size() : query.limit);
  Best nearest(organization, query, spread ? organization.size() : std::min(query.limit, kNearest));
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
  const int32_t limit = found.fitting > 0 ? query.limit : std::min(query.limit, kNearest);
  if (spread) Spread(organization, limit, found.people);
  return found;
}

}  // namespace cortado::matching
