#include "common/skills/related_skills.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace cortado::skills {

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

namespace {

// What is related to `skill`, of `both` people with each other skill; strongest first.
std::vector<Related> Ranked(const std::vector<int32_t>& both, const std::vector<int32_t>& holders, int32_t skill,
                            int32_t everybody, int32_t least, int most) {
  std::vector<Related> related;
  for (int32_t other = 0; other < static_cast<int32_t>(both.size()); ++other) {
    if (other == skill) continue;
    const int32_t strength = Strength(both[other], holders[skill], holders[other], everybody);
    if (strength >= least) related.push_back({other, strength, both[other], holders[other]});
  }
  std::sort(related.begin(), related.end(), [](const Related& a, const Related& b) {
    return std::make_tuple(-a.strength, a.skill) < std::make_tuple(-b.strength, b.skill);
  });
  if (related.size() > static_cast<size_t>(most)) related.resize(most);
  return related;
}

}  // namespace

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
  return Ranked(both, holders, skill, static_cast<int32_t>(people.size()), 1, most);
}

std::vector<std::vector<Related>> FindAllRelated(const std::vector<std::vector<int32_t>>& people, int32_t skill_count,
                                                 int32_t least, int most) {
  std::vector<std::vector<int32_t>> who(skill_count);  // Holds each.
  for (size_t person = 0; person < people.size(); ++person) {
    for (const int32_t skill : people[person]) who[skill].push_back(static_cast<int32_t>(person));
  }
  std::vector<int32_t> holders;
  for (const std::vector<int32_t>& them : who) holders.push_back(static_cast<int32_t>(them.size()));
  std::vector<std::vector<Related>> all;
  std::vector<int32_t> both(skill_count);
  for (int32_t skill = 0; skill < skill_count; ++skill) {
    std::fill(both.begin(), both.end(), 0);
    for (const int32_t person : who[skill]) {
      for (const int32_t other : people[person]) ++both[other];
    }
    all.push_back(Ranked(both, holders, skill, static_cast<int32_t>(people.size()), std::max(1, least), most));
  }
  return all;
}

}  // namespace cortado::skills
