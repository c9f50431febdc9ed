#include "services/matching/index/people_index.h"

#include <algorithm>
#include <limits>

#include "services/matching/affinity.h"
#include "services/matching/affinity/gap.h"
#include "services/matching/journey.h"

namespace cortado::matching {
namespace {

template <class List>
List& GrowTo(std::vector<List>& lists, int32_t number) {
  if (static_cast<size_t>(number) >= lists.size()) lists.resize(number + 1);
  return lists[number];
}

uint8_t StandingOf(const Person& person) {
  uint8_t standing = 0;
  if (person.active) standing |= PeopleIndex::kActive;
  if (person.joined) standing |= PeopleIndex::kJoined;
  if (person.closed) standing |= PeopleIndex::kClosed;
  if (person.places - person.active_matches - person.open_requests > 0) standing |= PeopleIndex::kHasRoom;
  return standing;
}

}  // namespace

void PeopleIndex::Grow(int32_t index) {
  const size_t size = std::max(columns_.standing.size(), static_cast<size_t>(index) + 1);
  columns_.standing.resize(size);
  columns_.open_to.resize(size);
  columns_.breadth.resize(size);
  columns_.motives.resize(size);
  columns_.headroom.resize(size);
  columns_.experience.resize(size, kUnknown);
  columns_.department.resize(size, kUnknown);
  columns_.site.resize(size, kUnknown);
  columns_.hours.resize(size, kUnknown);
  columns_.languages.resize(size, LanguageSet({}));
  columns_.paused_until.resize(size);
  columns_.reports.resize(size);
}

int32_t PeopleIndex::LanguageSet(const std::vector<int32_t>& languages) {
  const auto [known, is_new] = language_numbers_.try_emplace(languages, static_cast<int32_t>(language_sets_.size()));
  if (is_new) language_sets_.push_back(languages);
  return known->second;
}

void PeopleIndex::Forget(const Organization& organization, int32_t index) {
  if (index >= size() || index >= organization.size()) return;
  const Person& person = organization.people()[index];
  for (const HeldSkill& held : person.held) GrowTo(holders_, held.skill).Remove(index);
  for (const int32_t interest : person.interests) GrowTo(sharers_, interest).Remove(index);
  for (const JourneyPoint& point : JourneyPoints(person)) {
    if (point.role != kUnknown) GrowTo(travellers_, point.role).Remove(index);
  }
  for (const int32_t blocked : person.blocks) {
    std::vector<int32_t>& blockers = blockers_[blocked];
    blockers.erase(std::remove(blockers.begin(), blockers.end(), index), blockers.end());
  }
  columns_.standing[index] = 0;
  if (person.manager >= 0) --columns_.reports[person.manager];
}

void PeopleIndex::Take(const Organization& organization, int32_t index) {
  const Person& person = organization.people()[index];
  Grow(std::max(index, person.manager));
  if (person.manager >= 0) ++columns_.reports[person.manager];
  constexpr int32_t kMostMonths = std::numeric_limits<int16_t>::max();
  for (const HeldSkill& held : person.held) {
    const auto months = static_cast<int16_t>(std::min(held.months, kMostMonths));
    GrowTo(holders_, held.skill).Put(index, {0, months, held.level});
  }
  for (const int32_t interest : person.interests) GrowTo(sharers_, interest).Put(index, {});
  for (const JourneyPoint& point : JourneyPoints(person)) {
    if (point.role != kUnknown) GrowTo(travellers_, point.role).Put(index, {});
  }
  for (const int32_t blocked : person.blocks) blockers_[blocked].push_back(index);
  columns_.open_to[index] = person.open_to;
  columns_.breadth[index] = static_cast<uint8_t>(BreadthOf(person));
  columns_.motives[index] = person.shown_motives;
  columns_.experience[index] = person.experience_months;
  columns_.department[index] = person.department;
  columns_.site[index] = person.site;
  columns_.hours[index] = person.hours;
  columns_.languages[index] = LanguageSet(person.languages);
  columns_.paused_until[index] = person.paused_until;
  TakeLoad(organization, index);
}

void PeopleIndex::TakeLoad(const Organization& organization, int32_t index) {
  const Person& person = organization.people()[index];
  columns_.standing[index] = StandingOf(person);
  columns_.headroom[index] = static_cast<int16_t>(HeadroomValue(person));
}

const std::vector<int32_t>& PeopleIndex::blockers(int32_t person) const {
  static const auto* const kNobody = new std::vector<int32_t>;
  const auto found = blockers_.find(person);
  return found == blockers_.end() ? *kNobody : found->second;
}

size_t PeopleIndex::bytes() const {
  size_t bytes = 0;
  for (const SkillList& list : holders_) bytes += sizeof(list) + list.bytes();
  for (const PlainList& list : sharers_) bytes += sizeof(list) + list.bytes();
  for (const PlainList& list : travellers_) bytes += sizeof(list) + list.bytes();
  const size_t a_person = 4 * sizeof(uint8_t) + sizeof(int16_t) + 6 * sizeof(int32_t) + sizeof(int64_t);
  return bytes + columns_.standing.capacity() * a_person;
}

}  // namespace cortado::matching
