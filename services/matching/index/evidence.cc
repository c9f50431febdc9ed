#include "services/matching/index/evidence.h"

#include <algorithm>
#include <utility>

#include "services/matching/affinity/gap.h"

namespace cortado::matching {
namespace {

constexpr int32_t kWhole = 1000;  // The skill itself, in thousandths.
constexpr int kMotiveSets = 64;

}  // namespace

BlockEvidence::BlockEvidence(const Organization& organization, const PeopleIndex& index,
                             const AffinityQuery& affinities, const Weights& weights)
    : organization_(organization),
      index_(index),
      affinities_(affinities),
      weights_(weights),
      desk_(TakeDesk(static_cast<size_t>(std::min(kBlockSize, index.size())))) {
  Prepare();
}

BlockEvidence::~BlockEvidence() {
  Clear();
  free_desk_ = std::move(desk_);
}

thread_local std::unique_ptr<BlockEvidence::Desk> BlockEvidence::free_desk_;

std::unique_ptr<BlockEvidence::Desk> BlockEvidence::TakeDesk(size_t places) {
  std::unique_ptr<Desk> desk = std::move(free_desk_);
  if (desk == nullptr) desk = std::make_unique<Desk>();
  if (desk->counts.size() < places) {
    desk->counts.resize(places);
    desk->rest.resize(places);
  }
  return desk;
}

void BlockEvidence::Clear() {
  for (const uint16_t place : desk_->seen) desk_->counts[place] = Count();
  desk_->seen.clear();
}

void BlockEvidence::Prepare() {
  for (const GapSkill& skill : affinities_.gap()) {
    Gap gap{skill, {{&index_.holders(skill.skill), kWhole}}};
    for (const RelatedSkill& related : organization_.related(skill.skill)) {
      gap.helps.push_back({&index_.holders(related.skill), related.credit});
    }
    gaps_.push_back(std::move(gap));
  }
  for (const KeptSkill& kept : affinities_.kept()) kept_.push_back({kept, &index_.holders(kept.skill)});
  for (const int32_t interest : affinities_.asker().interests) {
    const int32_t rarity = affinities_.RarityOf(interest);
    if (rarity > 0) shared_.push_back({&index_.sharers(interest), static_cast<uint16_t>(rarity)});
  }
  roles_ = affinities_.journey().TellingRoles();
  if (affinities_.asker().destination.motives == 0) return;
  for (int bits = 0; bits < kMotiveSets; ++bits) {
    motive_values_.push_back(static_cast<int16_t>(affinities_.MotivesValue(static_cast<uint8_t>(bits))));
  }
}

void BlockEvidence::Read(int32_t block) {
  block_ = block;
  Clear();
  for (const Gap& gap : gaps_) CountGap(gap, block);
  for (const Kept& kept : kept_) CountKept(kept, block);
  CountInterests(block);
  CountJourneys(block);
  CountMotives(block);
  AddUp();
}

void BlockEvidence::CountGap(const Gap& gap, int32_t block) {
  const PeopleIndex::Columns& columns = index_.columns();
  const int32_t asker = affinities_.asker().experience_months;
  const size_t base = static_cast<size_t>(block) * kBlockSize;
  for (const Help& help : gap.helps) {
    uint16_t worth[kMaxLevel + 1];
    for (int level = 0; level <= kMaxLevel; ++level) {
      worth[level] = static_cast<uint16_t>(gap.skill.CoveredBy(level) * help.credit * gap.skill.importance);
    }
    for (const SkillPosting& posting : help.list->block(block)) {
      const size_t person = base + posting.person;
      const int level = HelpLevel(posting.level, columns.breadth[person], columns.experience[person], asker);
      if (worth[level] == 0) continue;
      Count& count = Of(posting.person);
      count.covered = std::max(count.covered, worth[level]);
    }
  }
  // Whoever is met a second time, in the list of a related skill, has nothing covered any more.
  for (const Help& help : gap.helps) {
    for (const SkillPosting& posting : help.list->block(block)) {
      Count& count = desk_->counts[posting.person];
      if (count.covered == 0) continue;
      if (count.covered > count.first) std::swap(count.covered, count.first);
      count.second = std::max(count.second, count.covered);
      count.covered = 0;
    }
  }
}

void BlockEvidence::CountKept(const Kept& kept, int32_t block) {
  const PeopleIndex::Columns& columns = index_.columns();
  const size_t base = static_cast<size_t>(block) * kBlockSize;
  for (const SkillPosting& posting : kept.list->block(block)) {
    const size_t person = base + posting.person;
    const int32_t credit = affinities_.DeepeningCredit(kept.skill, posting.level, posting.months,
                                                       columns.experience[person], columns.breadth[person]);
    if (credit > 0) Of(posting.person).earned += kept.skill.importance * credit;
  }
}

void BlockEvidence::CountInterests(int32_t block) {
  for (const Shared& shared : shared_) {
    for (const PlainPosting& posting : shared.list->block(block)) Of(posting.person).rarities += shared.rarity;
  }
}

void BlockEvidence::CountJourneys(int32_t block) {
  for (const JourneyQuery::TellingRole& role : roles_) {
    for (const PlainPosting& posting : index_.travellers(role.role).block(block)) {
      Count& count = Of(posting.person);
      count.like_now = std::max(count.like_now, role.like_now);
      count.like_destination = std::max(count.like_destination, role.like_destination);
    }
  }
}

// Only of whoever was where the asker is the order of points matters.
int64_t BlockEvidence::Exact(uint16_t place) const {
  const Count& count = desk_->counts[place];
  if (count.like_now == 0) return most(place);
  const int32_t most_journey = MostJourneyOf(count);
  if (most_journey == 0) return desk_->rest[place];
  const Person& person = organization_.people()[block_ * kBlockSize + place];
  return desk_->rest[place] + JourneyWeight() * affinities_.journey().Match(person).value;
}

void BlockEvidence::CountMotives(int32_t block) {
  if (motive_values_.empty()) return;
  const std::vector<uint8_t>& motives = index_.columns().motives;
  const int32_t base = block * kBlockSize;
  const int32_t end = std::min(index_.size() - base, kBlockSize);
  for (int32_t place = 0; place < end; ++place) {
    const int16_t value = motive_values_[motives[base + place]];
    if (value != 0) Of(static_cast<uint16_t>(place)).motives = value;
  }
}

void BlockEvidence::AddUp() {
  desk_->people.clear();
  const auto weight = [this](Term term) { return int64_t{weights_[static_cast<int>(term)]}; };
  for (const uint16_t place : desk_->seen) {
    const Count& count = desk_->counts[place];
    int64_t evidence = weight(Term::kGapCoverage) * affinities_.GapValue(count.first + count.second);
    if (count.earned > 0) evidence += weight(Term::kDeepening) * affinities_.DeepeningValue(count.earned);
    evidence += weight(Term::kInterests) * AffinityQuery::InterestsValue(count.rarities);
    evidence += weight(Term::kMotives) * count.motives;
    desk_->rest[place] = evidence;
    if (most(place) > 0) desk_->people.push_back(place);
  }
}

}  // namespace cortado::matching
