#include "services/matching/affinity.h"

#include <algorithm>
#include <bitset>
#include <cstdlib>

#include "absl/container/inlined_vector.h"

namespace cortado::matching {
namespace {

constexpr int32_t kWhole = 1000;   // A level of the skill itself, in thousandths.
constexpr int32_t kUsualGap = 16;  // Skills, without memory of their own.
constexpr int32_t kPointsPerRarity = 100;
constexpr int32_t kCreditPerLevel = 250;
constexpr int32_t kMonthsOfFullCredit = 60;
constexpr int32_t kFarthestLines = 4;
constexpr int32_t kEnoughKept = 3 * 3;  // Three skills of usual importance.
constexpr int kBreadths = 3;
constexpr int32_t kPlentyOfMinutes = 600;
constexpr int32_t kMinutesPerQuarter = 15;
constexpr int32_t kUnansweredForgiven = 4;
constexpr int32_t kUnansweredCost = 100;

int32_t CountBits(uint8_t bits) { return static_cast<int32_t>(std::bitset<8>(bits).count()); }

// The sum of the two largest of some weights.
class LargestTwo {
 public:
  void Add(int32_t weight) {
    if (weight > first_) std::swap(weight, first_);
    second_ = std::max(second_, weight);
  }
  int32_t Sum() const { return first_ + second_; }

 private:
  int32_t first_ = 0;
  int32_t second_ = 0;
};

}  // namespace

int32_t Rarity(int32_t holders, int32_t people) {
  int32_t rarity = 0;
  if (holders < 1) return 0;
  for (int64_t doubled = int64_t{holders} * 2; doubled <= people; doubled *= 2) ++rarity;
  return rarity;
}

AffinityQuery::AffinityQuery(const Organization& organization, const Query& query, const Reporting& reporting)
    : organization_(organization),
      query_(query),
      reporting_(reporting),
      asker_(organization.people()[query.asker]),
      journey_(organization, query.asker) {
  PrepareSkills();
  interest_rarity_.assign(organization.interest_count(), -1);
  for (int32_t interest : asker_.interests) {
    interest_rarity_[interest] = Rarity(organization.interest_holders(interest), organization.people_with_interests());
  }
  const std::vector<WeeklyHours>& hours = organization.hours();
  if (asker_.hours != kUnknown) {
    for (const WeeklyHours& theirs : hours) {
      common_minutes_.push_back(static_cast<int32_t>((hours[asker_.hours] & theirs).count()) * kMinutesPerQuarter);
    }
  }
  PreparePossible();
}

void AffinityQuery::PrepareSkills() {
  LargestTwo largest;
  gap_ = SkillGap(asker_.held, asker_.wanted);
  helps_.resize(organization_.skill_count());
  for (int32_t i = 0; i < static_cast<int32_t>(gap_.size()); ++i) {
    helps_[gap_[i].skill].push_back({i, kWhole});
    for (const RelatedSkill& related : organization_.related(gap_[i].skill)) {
      helps_[related.skill].push_back({i, related.credit});
    }
    largest.Add(gap_[i].Weight());
  }
  gap_weight_ = largest.Sum();
  if (!gap_.empty()) return;
  kept_slot_.assign(organization_.skill_count(), -1);
  for (const WantedSkill& want : asker_.wanted) {
    const auto own = std::find_if(asker_.held.begin(), asker_.held.end(),
                                  [&](const HeldSkill& held) { return held.skill == want.skill; });
    if (own == asker_.held.end()) continue;
    kept_slot_[want.skill] = static_cast<int16_t>(kept_.size());
    kept_.push_back({want.skill, own->level, want.importance, own->months});
    kept_weight_ += want.importance;
  }
}

void AffinityQuery::PreparePossible() {
  const auto add = [this](Term term) { possible_ += int64_t{query_.weights[static_cast<int>(term)]} * kTermMax; };
  const bool comparable = std::any_of(kept_.begin(), kept_.end(), [this](const KeptSkill& kept) {
    return kept.level != 0 || kept.months != kUnknown || asker_.experience_months != kUnknown;
  });
  if (!gap_.empty()) add(Term::kGapCoverage);
  if (journey_.HasDestination()) add(Term::kJourney);
  if (!asker_.interests.empty()) add(Term::kInterests);
  if (asker_.destination.motives != 0) add(Term::kMotives);
  if (comparable) add(Term::kDeepening);
}

Affinity AffinityQuery::Score(int32_t candidate) const {
  const Person& person = organization_.people()[candidate];
  const Value values[kTermCount] = {
      GapCoverage(person), Journey(person),      Interests(person),    Motives(person),
      Deepening(person),   Elsewhere(candidate), WorkingHours(person), {HeadroomValue(person), Basis::kKnown}};
  Affinity affinity;
  for (int i = 0; i < kTermCount; ++i) {
    Part& part = affinity.parts[i];
    part.value = values[i].value;
    part.basis = values[i].basis;
    const bool counts = i < kEvidenceTermCount || affinity.evidence > 0;
    part.points = counts ? int64_t{query_.weights[i]} * part.value : 0;
    affinity.score += part.points;
    if (i < kEvidenceTermCount) affinity.evidence += part.points;
  }
  return affinity;
}

AffinityQuery::Value AffinityQuery::GapCoverage(const Person& candidate) const {
  if (asker_.wanted.empty()) return {0, Basis::kUnknown};
  if (gap_.empty()) return {0, Basis::kNotAsked};
  if (candidate.held.empty()) return {0, Basis::kUnknown};
  absl::InlinedVector<int32_t, kUsualGap> covered(gap_.size(), 0);  // Thousandths of levels.
  for (const HeldSkill& held : candidate.held) {
    for (const Help& help : helps_[held.skill]) {
      const int32_t levels = gap_[help.gap].CoveredBy(HelpLevel(held, candidate, asker_));
      covered[help.gap] = std::max(covered[help.gap], levels * help.credit);
    }
  }
  LargestTwo largest;
  for (size_t i = 0; i < covered.size(); ++i) largest.Add(covered[i] * gap_[i].importance);
  return {GapValue(largest.Sum()), Basis::kKnown};
}

RelatedSkill AffinityQuery::CoverByRelated(const GapSkill& skill, const Person& candidate) const {
  RelatedSkill best;
  for (const RelatedSkill& related : organization_.related(skill.skill)) {
    for (const HeldSkill& held : candidate.held) {
      if (held.skill != related.skill) continue;
      const int32_t covered = skill.CoveredBy(HelpLevel(held, candidate, asker_)) * related.credit;
      if (covered > best.credit) best = {held.skill, covered};
    }
  }
  return best;
}

AffinityQuery::Value AffinityQuery::Journey(const Person& candidate) const {
  if (!journey_.HasDestination() || !JourneyQuery::HasPath(candidate)) return {0, Basis::kUnknown};
  return {journey_.Match(candidate).value, Basis::kKnown};
}

AffinityQuery::Value AffinityQuery::Interests(const Person& candidate) const {
  if (asker_.interests.empty() || candidate.interests.empty()) return {0, Basis::kUnknown};
  int32_t rarity = 0;
  for (int32_t interest : candidate.interests) rarity += std::max(0, interest_rarity_[interest]);
  return {InterestsValue(rarity), Basis::kKnown};
}

int32_t AffinityQuery::InterestsValue(int32_t rarities) { return std::min(kTermMax, kPointsPerRarity * rarities); }

AffinityQuery::Value AffinityQuery::Motives(const Person& candidate) const {
  if (asker_.destination.motives == 0 || candidate.shown_motives == 0) return {0, Basis::kUnknown};
  return {MotivesValue(candidate.shown_motives), Basis::kKnown};
}

int32_t AffinityQuery::MotivesValue(uint8_t shown) const {
  const uint8_t wanted = asker_.destination.motives;
  return wanted == 0 ? 0 : kTermMax * CountBits(wanted & shown) / CountBits(wanted);
}

int32_t AffinityQuery::DeepeningCredit(const KeptSkill& kept, const Person& candidate, const HeldSkill& theirs) const {
  return DeepeningCredit(kept, theirs.level, theirs.months, candidate.experience_months, BreadthOf(candidate));
}

int32_t AffinityQuery::DeepeningCredit(const KeptSkill& kept, int level, int32_t months, int32_t experience,
                                       int breadth) const {
  int32_t credit = kUnknown;
  if (kept.level != 0 && level != 0) credit = kCreditPerLevel * std::max(0, level - kept.level);
  int32_t own_months = kept.months;
  int32_t their_months = months;
  if (own_months == kUnknown || their_months == kUnknown) {
    own_months = asker_.experience_months;
    their_months = experience;
  }
  if (own_months != kUnknown && their_months != kUnknown) {
    const int32_t more = std::clamp(their_months - own_months, 0, kMonthsOfFullCredit);
    const int32_t by_months = kTermMax * more / kMonthsOfFullCredit;
    // What somebody has done for long among very many things they have done less.
    const int32_t at_home = level == 0 ? kBreadths - breadth : kBreadths;
    credit = std::max(credit, by_months * at_home / kBreadths);
  }
  return credit;
}

AffinityQuery::Value AffinityQuery::Deepening(const Person& candidate) const {
  if (!gap_.empty()) return {0, Basis::kNotAsked};
  if (kept_.empty() || candidate.held.empty()) return {0, Basis::kUnknown};
  int32_t earned = 0;
  bool shares = false;
  bool compared = false;
  for (const HeldSkill& held : candidate.held) {
    const int16_t slot = kept_slot_[held.skill];
    if (slot < 0) continue;
    shares = true;
    const int32_t credit = DeepeningCredit(kept_[slot], candidate, held);
    if (credit == kUnknown) continue;
    compared = true;
    earned += kept_[slot].importance * credit;
  }
  return {DeepeningValue(earned), shares && !compared ? Basis::kUnknown : Basis::kKnown};
}

int32_t AffinityQuery::DeepeningValue(int32_t earned) const {
  return std::min(kTermMax, earned / std::min(kept_weight_, kEnoughKept));
}

AffinityQuery::Value AffinityQuery::Elsewhere(int32_t candidate) const {
  const Person& person = organization_.people()[candidate];
  const auto near = [this](int32_t distance) { return kTermMax - std::abs(distance - query_.distance); };
  const auto differ = [&](int32_t mine, int32_t theirs) { return near(mine == theirs ? kNear : kFar); };
  int32_t sum = 0;
  bool known = false;
  if (const int32_t lines = reporting_.Distance(candidate); lines != kUnknown) {
    sum += 3 * near(kFar / kFarthestLines * std::min(lines, kFarthestLines));
    known = true;
  }
  if (asker_.department != kUnknown && person.department != kUnknown) {
    sum += 5 * differ(asker_.department, person.department);
    known = true;
  }
  if (asker_.site != kUnknown && person.site != kUnknown) {
    sum += 2 * differ(asker_.site, person.site);
    known = true;
  }
  return {sum / 10, known ? Basis::kKnown : Basis::kUnknown};
}

int32_t AffinityQuery::CommonMinutes(const Person& candidate) const {
  if (asker_.hours == kUnknown || candidate.hours == kUnknown) return kUnknown;
  return common_minutes_[candidate.hours];
}

AffinityQuery::Value AffinityQuery::WorkingHours(const Person& candidate) const {
  if (CommonMinutes(candidate) == kUnknown) return {0, Basis::kUnknown};
  return {WorkingHoursValue(candidate.hours), Basis::kKnown};
}

int32_t AffinityQuery::WorkingHoursValue(int32_t hours) const {
  if (asker_.hours == kUnknown || hours == kUnknown) return 0;
  return std::min(kTermMax, kTermMax * common_minutes_[hours] / kPlentyOfMinutes);
}

int32_t HeadroomValue(const Person& candidate) {
  const int32_t room = candidate.places - candidate.active_matches - candidate.open_requests;
  if (candidate.places <= 0 || room <= 0) return 0;
  const int32_t unanswered = std::max(0, candidate.unanswered - kUnansweredForgiven);
  const int64_t left = int64_t{kTermMax} * room / candidate.places - int64_t{kUnansweredCost} * unanswered;
  return static_cast<int32_t>(std::max<int64_t>(0, left));
}

}  // namespace cortado::matching
