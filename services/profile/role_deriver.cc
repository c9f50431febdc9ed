#include "services/profile/role_deriver.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace cortado::profile {
namespace {

constexpr double kShare = 0.25;
constexpr double kLift = 1.2;
constexpr double kWeakShare = 0.1;
constexpr int kMostRequirements = 15;
constexpr int32_t kFewestHolders = 5;
constexpr size_t kFewestLevels = 3;

struct Count {
  int32_t holders = 0;
  std::vector<int32_t> levels;
};

// One skill of one title.
struct Candidate {
  DerivedRequirement requirement;
  double share = 0;
  double lift = 0;
  double weight = 0;

  bool Tells() const { return share >= kShare && lift >= kLift; }
};

int32_t MedianLevel(std::vector<int32_t> levels) {
  if (levels.size() < kFewestLevels) return 0;
  std::sort(levels.begin(), levels.end());
  return levels[(levels.size() - 1) / 2];
}

bool Weightier(const Candidate& a, const Candidate& b) {
  return std::make_tuple(-a.weight, a.requirement.skill) < std::make_tuple(-b.weight, b.requirement.skill);
}

// What tells, filled up from the rest to kLeastRequirements.
std::vector<Candidate> Choose(std::vector<Candidate> all) {
  const auto rest = std::partition(all.begin(), all.end(), [](const Candidate& c) { return c.Tells(); });
  std::sort(rest, all.end(), [](const Candidate& a, const Candidate& b) {
    return std::make_tuple(a.share < kWeakShare, -a.lift, a.requirement.skill) <
           std::make_tuple(b.share < kWeakShare, -b.lift, b.requirement.skill);
  });
  const size_t telling = rest - all.begin();
  all.resize(std::min(all.size(), std::max<size_t>(telling, kLeastRequirements)));
  std::sort(all.begin(), all.end(), Weightier);
  if (all.size() > kMostRequirements) all.resize(kMostRequirements);
  return all;
}

RoleEvidence Evidence(int32_t people, const std::map<int32_t, Count>& counts, const std::vector<double>& base) {
  std::vector<Candidate> candidates;
  for (const auto& [skill, count] : counts) {
    if (count.holders < kFewestHolders) continue;
    Candidate candidate;
    candidate.share = static_cast<double>(count.holders) / people;
    candidate.lift = candidate.share / base[skill];
    candidate.weight = candidate.share * std::log2(std::max(1.0, candidate.lift));
    candidate.requirement.skill = skill;
    candidate.requirement.level = MedianLevel(count.levels);
    candidate.requirement.share = static_cast<int32_t>(std::lround(1000 * candidate.share));
    candidate.requirement.lift = static_cast<int32_t>(std::lround(100 * candidate.lift));
    candidates.push_back(std::move(candidate));
  }
  RoleEvidence evidence;
  evidence.people = people;
  candidates = Choose(std::move(candidates));
  const double largest = candidates.empty() ? 0 : candidates[0].weight;
  for (Candidate& candidate : candidates) {
    const double part = largest > 0 ? candidate.weight / largest : 0;
    candidate.requirement.importance = 1 + static_cast<int32_t>(std::lround(4 * part));
    evidence.requirements.push_back(candidate.requirement);
  }
  return evidence;
}

}  // namespace

std::vector<RoleEvidence> DeriveRoles(const std::vector<RoleHolder>& people, const std::vector<int32_t>& titles,
                                      int32_t skill_count) {
  std::map<int32_t, std::map<int32_t, Count>> counts;
  std::map<int32_t, int32_t> sizes;
  for (const int32_t title : titles) counts[title];
  std::vector<double> base(skill_count, 0);
  int32_t everybody = 0;
  for (const RoleHolder& person : people) {
    if (person.skills.empty()) continue;
    ++everybody;
    const auto found = counts.find(person.title);
    if (found != counts.end()) ++sizes[person.title];
    for (const auto& [skill, level] : person.skills) {
      base[skill] += 1;
      if (found == counts.end()) continue;
      Count& count = found->second[skill];
      ++count.holders;
      if (level > 0) count.levels.push_back(level);
    }
  }
  for (double& share : base) share /= std::max(1, everybody);
  std::vector<RoleEvidence> evidence;
  for (const int32_t title : titles) evidence.push_back(Evidence(sizes[title], counts[title], base));
  return evidence;
}

}  // namespace cortado::profile
