#include "services/matching/match_quality.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "services/matching/affinity.h"
#include "services/matching/affinity/gap.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/ranking.h"
#include "services/matching/mentor_set.h"

namespace cortado::matching {
namespace {

constexpr int32_t kTopTen = 10;
constexpr int32_t kTopThree = 3;
constexpr int32_t kTwoYears = 24;

int32_t LevelsOf(const GapSkill& skill, const Person& person, const Person& asker) {
  for (const HeldSkill& held : person.held) {
    if (held.skill == skill.skill) return skill.CoveredBy(HelpLevel(held, person, asker));
  }
  return 0;
}

Coverage CoverageOf(const std::vector<GapSkill>& gap, const Person& asker, const Person& person, int32_t index) {
  Coverage coverage{index, {}};
  for (const GapSkill& skill : gap) coverage.levels.push_back(static_cast<int8_t>(LevelsOf(skill, person, asker)));
  return coverage;
}

// How much of the gap some people cover together, in thousandths.
int32_t ShareCovered(const std::vector<GapSkill>& gap, const std::vector<Coverage>& people) {
  int64_t covered = 0, whole = 0;
  for (size_t i = 0; i < gap.size(); ++i) {
    int8_t best = 0;
    for (const Coverage& one : people) best = std::max(best, one.levels[i]);
    covered += best * gap[i].importance;
    whole += gap[i].Weight();
  }
  return static_cast<int32_t>(kTermMax * covered / whole);
}

int32_t MedianOf(std::vector<int32_t>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<int64_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Coverage CoverageIn(const Organization& organization, const std::vector<GapSkill>& gap, int32_t asker, int32_t person) {
  return CoverageOf(gap, organization.people()[asker], organization.people()[person], person);
}

int32_t MonthsOf(const Person& person, const QualityOptions& options) {
  const bool beginner = person.experience_months == kUnknown && options.unknown_experience_is_none;
  return beginner ? 0 : person.experience_months;
}

bool HasHolder(const Organization& organization, const QualityOptions& options, const Person& asker,
               const std::vector<GapSkill>& gap, const Ranking& ranking) {
  const size_t three = std::min<size_t>(kTopThree, ranking.people.size());
  return std::any_of(ranking.people.begin(), ranking.people.begin() + three, [&](const RankedPerson& one) {
    const Person& person = organization.people()[one.person];
    const bool elsewhere = person.department != kUnknown && person.department != asker.department;
    const int32_t own = MonthsOf(asker, options);
    const bool longer = own != kUnknown && MonthsOf(person, options) >= own + kTwoYears;
    return elsewhere && longer && std::any_of(gap.begin(), gap.end(), [&](const GapSkill& skill) {
             return LevelsOf(skill, person, asker) > 0;
           });
  });
}

int CountHeld(const std::vector<GapSkill>& gap, const Person& person) {
  int count = 0;
  for (const GapSkill& skill : gap) {
    count += std::any_of(person.held.begin(), person.held.end(),
                         [&](const HeldSkill& held) { return held.skill == skill.skill; });
  }
  return count;
}

}  // namespace

int32_t Gini(std::vector<int64_t> counts) {
  std::sort(counts.begin(), counts.end());
  int64_t sum = 0, weighted = 0;
  const int64_t size = static_cast<int64_t>(counts.size());
  for (int64_t i = 0; i < size; ++i) {
    sum += counts[i];
    weighted += (2 * (i + 1) - size - 1) * counts[i];
  }
  return sum == 0 ? 0 : static_cast<int32_t>(1000 * weighted / (size * sum));
}

void QualityMeasure::Ask(const Organization& organization, int32_t asker) {
  Query query;
  query.asker = asker;
  query.now = options_.now;
  query.week = options_.week;
  query.weights = options_.weights;
  query.limit = kTopTen;
  const Ranking ranking = SuggestExact(organization, query);
  ++quality_.askers;
  quality_.served += !ranking.people.empty();
  quality_.lists += !ranking.people.empty();
  appearances_.resize(organization.size());
  for (const RankedPerson& one : ranking.people) ++appearances_[one.person];
  const Person& person = organization.people()[asker];
  const std::vector<GapSkill> gap = SkillGap(person.held, person.wanted);
  if (gap.empty()) return;
  ++quality_.with_gap;
  quality_.well_served += HasHolder(organization, options_, person, gap, ranking);
  std::vector<Coverage> first;
  if (!ranking.people.empty()) first.push_back(CoverageIn(organization, gap, asker, ranking.people[0].person));
  best_one_.push_back(ShareCovered(gap, first));
  CompareWithBaseline(organization, query);
}

void QualityMeasure::CompareWithBaseline(const Organization& organization, const Query& query) {
  const Person& asker = organization.people()[query.asker];
  const std::vector<GapSkill> gap = SkillGap(asker.held, asker.wanted);
  const Reporting reporting(organization, query.asker);
  const Eligibility eligibility(organization, query, &reporting);
  std::vector<Coverage> eligible;
  std::vector<std::tuple<int, int32_t, size_t>> by_overlap;  // Fewest missing first, then by index.
  for (int32_t i = 0; i < organization.size(); ++i) {
    const int held = CountHeld(gap, organization.people()[i]);
    if (held == 0 || eligibility.Check(i) != Refusal::kNone) continue;
    by_overlap.emplace_back(-held, i, eligible.size());
    eligible.push_back(CoverageIn(organization, gap, query.asker, i));
  }
  const size_t three = std::min<size_t>(kTopThree, by_overlap.size());
  std::partial_sort(by_overlap.begin(), by_overlap.begin() + three, by_overlap.end());
  std::vector<Coverage> most;
  for (size_t i = 0; i < three; ++i) most.push_back(eligible[std::get<2>(by_overlap[i])]);
  baseline_three_.push_back(ShareCovered(gap, most));
  most.resize(std::min<size_t>(1, most.size()));
  baseline_one_.push_back(ShareCovered(gap, most));
  const MentorSet set = ChooseMentorSet(gap, eligible, kTopThree);
  best_three_.push_back(static_cast<int32_t>(kTermMax * set.covered / set.whole));
}

MatchQuality QualityMeasure::Finish(const Organization& organization) {
  std::vector<int64_t> counts;
  appearances_.resize(organization.size());
  for (int32_t i = 0; i < organization.size(); ++i) {
    const Person& person = organization.people()[i];
    const bool open = person.active && person.joined && (person.open_to & static_cast<int>(OfferRole::kMentor)) != 0;
    if (open || appearances_[i] > 0) counts.push_back(appearances_[i]);
    if (appearances_[i] <= quality_.most_frequent) continue;
    quality_.most_frequent = appearances_[i];
    quality_.most_frequent_person = i;
  }
  quality_.gini = Gini(std::move(counts));
  quality_.best_one = MedianOf(best_one_);
  quality_.best_three = MedianOf(best_three_);
  quality_.baseline_one = MedianOf(baseline_one_);
  quality_.baseline_three = MedianOf(baseline_three_);
  return quality_;
}

std::vector<int32_t> EveryActive(const Organization& organization, int32_t every) {
  std::vector<int32_t> people;
  int32_t active = 0;
  for (int32_t person = 0; person < organization.size(); ++person) {
    if (organization.people()[person].active && active++ % every == 0) people.push_back(person);
  }
  return people;
}

MatchQuality MeasureQuality(const Organization& organization, const QualityOptions& options) {
  QualityMeasure measure(options);
  for (const int32_t asker : EveryActive(organization, options.every)) measure.Ask(organization, asker);
  return measure.Finish(organization);
}

}  // namespace cortado::matching
