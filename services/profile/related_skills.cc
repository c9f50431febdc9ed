#include "services/profile/related_skills.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace cortado::profile {

int32_t Strength(int32_t both, int32_t first, int32_t second, int32_t everybody) {
  if (both < kLeastSupport) return 0;
  const double share = static_cast<double>(both) / everybody;
  const double by_chance = static_cast<double>(first) / everybody * second / everybody;
  if (share <= by_chance) return 0;
  // Where everybody holds both, nothing is to be learned.
  if (both == everybody) return 0;
  const double npmi = std::log(share / by_chance) / -std::log(share);
  const double smaller = std::min(first, second);
  const double discount = both / (both + 1.0) * smaller / (smaller + 1.0);
  return static_cast<int32_t>(std::lround(1000 * npmi * discount));
}

std::vector<Related> FindRelated(const std::vector<std::vector<int32_t>>& people, int32_t skill, int32_t skill_count,
                                 int most) {
  std::vector<int32_t> both(skill_count, 0), holders(skill_count, 0);
  for (const std::vector<int32_t>& held : people) {
    const bool holds = std::find(held.begin(), held.end(), skill) != held.end();
    for (const int32_t other : held) {
      ++holders[other];
      if (holds) ++both[other];
    }
  }
  std::vector<Related> related;
  for (int32_t other = 0; other < skill_count; ++other) {
    if (other == skill) continue;
    const int32_t strength = Strength(both[other], holders[skill], holders[other], static_cast<int32_t>(people.size()));
    if (strength > 0) related.push_back({other, strength, both[other], holders[other]});
  }
  std::sort(related.begin(), related.end(), [](const Related& a, const Related& b) {
    return std::make_tuple(-a.strength, a.skill) < std::make_tuple(-b.strength, b.skill);
  });
  if (related.size() > static_cast<size_t>(most)) related.resize(most);
  return related;
}

}  // namespace cortado::profile
