#include "services/matching/index/best_people.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace cortado::matching {

void BestPeople::Offer(int32_t person, const Affinity& affinity) {
  if (!MayTake(person, affinity.score)) return;
  Entry entry{RankKeyOf(organization_, query_, person, affinity), {person, affinity}};
  if (IsFull()) {
    if (entries_.front().key < entry.key) return;
    std::pop_heap(entries_.begin(), entries_.end(), Before);
    entries_.pop_back();
  }
  entries_.push_back(std::move(entry));
  std::push_heap(entries_.begin(), entries_.end(), Before);
}

bool BestPeople::MayTake(int32_t person, int64_t most_score) const {
  if (!IsFull()) return true;
  if (entries_.empty()) return false;
  const int64_t last = -std::get<0>(entries_.front().key);
  const int64_t rounded = most_score / kScoreWidth;
  if (rounded != last) return rounded > last;
  // Their turn is multiplied by what is asked of them, which is at least 1.
  const uint64_t turn = TurnOf(organization_.id_hash(query_.asker), organization_.id_hash(person), query_.week) >> 32;
  return turn <= std::get<1>(entries_.front().key);
}

std::vector<RankedPerson> BestPeople::Take() {
  std::sort_heap(entries_.begin(), entries_.end(), Before);
  std::vector<RankedPerson> people;
  for (Entry& entry : entries_) people.push_back(std::move(entry.suggestion));
  return people;
}

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

}  // namespace cortado::matching
