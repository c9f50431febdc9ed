#include "services/matching/affinity/related.h"

#include <utility>

#include "common/skills/related_skills.h"

namespace cortado::matching {
namespace {

constexpr int32_t kLeastStrength = 250;
constexpr int kMostRelated = 5;

}  // namespace

std::vector<std::vector<RelatedSkill>> LearnRelated(const Organization& organization) {
  std::vector<std::vector<int32_t>> people;
  for (const Person& person : organization.people()) {
    if (!person.active || person.held.empty()) continue;
    std::vector<int32_t>& skills = people.emplace_back();
    for (const HeldSkill& held : person.held) skills.push_back(held.skill);
  }
  std::vector<std::vector<RelatedSkill>> related;
  for (const auto& found : skills::FindAllRelated(people, organization.skill_count(), kLeastStrength, kMostRelated)) {
    std::vector<RelatedSkill>& all = related.emplace_back();
    for (const skills::Related& one : found) all.push_back({one.skill, one.strength * kMostCredit / 1000});
  }
  return related;
}

}  // namespace cortado::matching
