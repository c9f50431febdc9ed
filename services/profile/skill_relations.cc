#include "services/profile/skill_relations.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/skills/related_skills.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::profile {
namespace {

constexpr int kUsualPage = 10;
constexpr size_t kGoesWith = 3;

// A skill not held, and those held that it goes with.
struct Candidate {
  int32_t skill = 0;
  int64_t strength = 0;
  std::vector<std::pair<int32_t, int32_t>> with;  // Strength and skill, the strongest first.
};

struct PairCounts {
  std::vector<int32_t> holders;            // By skill.
  std::vector<std::vector<int32_t>> both;  // By place in `held`, then by skill.
};

PairCounts CountPairs(const std::vector<std::vector<int32_t>>& people, const std::vector<int32_t>& held,
                      int32_t skills) {
  PairCounts counts{std::vector<int32_t>(skills, 0),
                    std::vector<std::vector<int32_t>>(held.size(), std::vector<int32_t>(skills, 0))};
  for (const std::vector<int32_t>& theirs : people) {
    for (const int32_t skill : theirs) ++counts.holders[skill];
    for (size_t i = 0; i < held.size(); ++i) {
      if (!std::binary_search(theirs.begin(), theirs.end(), held[i])) continue;
      for (const int32_t skill : theirs) ++counts.both[i][skill];
    }
  }
  return counts;
}

// The best candidates; `held` in order.
std::vector<Candidate> Rank(const std::vector<std::vector<int32_t>>& people, const std::vector<int32_t>& held,
                            int32_t skills, int most) {
  const PairCounts counts = CountPairs(people, held, skills);
  std::vector<Candidate> ranked;
  for (int32_t skill = 0; skill < skills; ++skill) {
    if (std::binary_search(held.begin(), held.end(), skill)) continue;
    Candidate candidate;
    candidate.skill = skill;
    for (size_t i = 0; i < held.size(); ++i) {
      const int32_t strength = skills::Strength(counts.both[i][skill], counts.holders[held[i]], counts.holders[skill],
                                                static_cast<int32_t>(people.size()));
      if (strength <= 0) continue;
      candidate.strength += strength;
      candidate.with.emplace_back(-strength, held[i]);
    }
    if (candidate.with.empty()) continue;
    std::sort(candidate.with.begin(), candidate.with.end());
    if (candidate.with.size() > kGoesWith) candidate.with.resize(kGoesWith);
    ranked.push_back(std::move(candidate));
  }
  std::sort(ranked.begin(), ranked.end(), [](const Candidate& a, const Candidate& b) {
    return std::make_tuple(-a.strength, a.skill) < std::make_tuple(-b.strength, b.skill);
  });
  if (ranked.size() > static_cast<size_t>(most)) ranked.resize(most);
  return ranked;
}

// How many hold the candidate and one of those it goes with.
int64_t Supporters(const std::vector<std::vector<int32_t>>& people, const Candidate& candidate) {
  int64_t count = 0;
  for (const std::vector<int32_t>& held : people) {
    if (!std::binary_search(held.begin(), held.end(), candidate.skill)) continue;
    count += std::any_of(candidate.with.begin(), candidate.with.end(), [&held](const auto& with) {
      return std::binary_search(held.begin(), held.end(), with.second);
    });
  }
  return count;
}

}  // namespace

std::vector<v1::DirectionSkill> SkillDirections(const Census& census, const SkillView& view,
                                                const std::vector<std::string>& held, int most) {
  const HeldTable table = census.Held();
  std::vector<int32_t> numbers;
  for (const std::string& skill : held) {
    if (const int32_t number = table.Find(skill); number >= 0) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const std::vector<std::vector<int32_t>> people = table.Skills();
  std::vector<v1::DirectionSkill> directions;
  for (const Candidate& candidate : Rank(people, numbers, table.skill_count(), most)) {
    const v1::Skill* skill = GetSkill(view, table.skills[candidate.skill]);
    if (skill == nullptr) continue;
    v1::DirectionSkill& direction = directions.emplace_back();
    direction.set_skill(skill->name());
    direction.set_display_name(skill->display_name());
    for (const auto& [strength, with] : candidate.with) {
      const v1::Skill* one = GetSkill(view, table.skills[with]);
      if (one != nullptr) direction.add_goes_with(one->display_name());
    }
    direction.set_people_count(Supporters(people, candidate));
  }
  return directions;
}

Task<absl::StatusOr<v1::ListRelatedSkillsResponse>> SkillRelations::List(rpc::Call call,
                                                                         const v1::ListRelatedSkillsRequest& request) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await skills_.View(call));
  const v1::Skill* asked = GetSkill(*view, request.skill());
  if (asked == nullptr) co_return NotFound();
  v1::ListRelatedSkillsResponse response;
  const auto list = [&](const Census& census) {
    const HeldTable table = census.Held();
    const int32_t number = table.Find(asked->name());
    if (number < 0) return;
    const std::vector<std::vector<int32_t>> people = table.Skills();
    for (const std::vector<int32_t>& held : people) {
      response.set_holder_count(response.holder_count() +
                                (std::binary_search(held.begin(), held.end(), number) ? 1 : 0));
    }
    const int most = request.page_size() == 0 ? kUsualPage : request.page_size();
    for (const skills::Related& related : skills::FindRelated(people, number, table.skill_count(), most)) {
      const v1::Skill* skill = GetSkill(*view, table.skills[related.skill]);
      if (skill == nullptr) continue;
      v1::RelatedSkill& item = *response.add_skills();
      item.set_skill(skill->name());
      item.set_display_name(skill->display_name());
      item.set_strength(related.strength);
      item.set_both_count(related.both);
      item.set_holder_count(related.holders);
    }
  };
  CO_RETURN_IF_ERROR(co_await censuses_.Read(call, list));
  co_return response;
}

}  // namespace cortado::profile
