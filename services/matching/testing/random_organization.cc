#include "services/matching/testing/random_organization.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

namespace cortado::matching::testing {
namespace {

constexpr int32_t kSkills = 8;
constexpr int32_t kInterests = 7;
constexpr int32_t kRoles = 9;
constexpr int32_t kHours = 4;
constexpr const char* kTitles[kRoles] = {"Data engineer",
                                         "Senior data engineer",
                                         "Data analyst",
                                         "Head of data",
                                         "Support lead",
                                         "Support agent",
                                         "Lead, data (support)",
                                         "",
                                         "Principal engineer, data"};

int32_t Upto(std::mt19937_64& random, int32_t most) { return static_cast<int32_t>(random() % (most + 1)); }
bool OneIn(std::mt19937_64& random, int32_t n) { return random() % n == 0; }
int32_t MaybeId(std::mt19937_64& random, int32_t count) {
  return OneIn(random, 5) ? kUnknown : Upto(random, count - 1);
}

std::vector<int32_t> Some(std::mt19937_64& random, int32_t count, int32_t most) {
  std::vector<int32_t> ids(count);
  std::iota(ids.begin(), ids.end(), 0);
  std::shuffle(ids.begin(), ids.end(), random);
  ids.resize(Upto(random, std::min(count, most)));
  return ids;
}

// Managers come before their reports, so that there is no cycle; now and then nobody knows the manager.
int32_t SomeManager(std::mt19937_64& random, int32_t size, int32_t index) {
  if (index == 0 || OneIn(random, 10)) return OneIn(random, 2) ? kUnknown : size + 3;
  return std::max(0, Upto(random, index - 1) / (1 + Upto(random, 2)));
}

void FillEligibility(std::mt19937_64& random, int32_t size, int32_t index, Person& person) {
  person.active = !OneIn(random, 12);
  person.joined = !OneIn(random, 5);
  person.closed = OneIn(random, 12);
  person.open_to = OneIn(random, 4) ? static_cast<uint8_t>(Upto(random, 15)) : 15;
  person.places = Upto(random, 4);
  person.active_matches = Upto(random, 2);
  person.open_requests = Upto(random, 1);
  person.unanswered = OneIn(random, 3) ? Upto(random, 16) : 0;
  person.paused_until = OneIn(random, 10) ? Upto(random, 200) : 0;
  person.manager = SomeManager(random, size, index);
  if (OneIn(random, 4)) person.blocks = Some(random, size, 2);
  if (OneIn(random, 2)) person.languages = Some(random, 3, 3);
}

void FillAffinity(std::mt19937_64& random, Person& person) {
  person.role = MaybeId(random, kRoles);
  person.department = MaybeId(random, 3);
  person.site = MaybeId(random, 3);
  person.hours = MaybeId(random, kHours);
  person.experience_months = OneIn(random, 4) ? kUnknown : Upto(random, 300);
  person.shown_motives = OneIn(random, 2) ? static_cast<uint8_t>(Upto(random, 63)) : 0;
  const bool levels = OneIn(random, 2);
  for (int32_t skill : Some(random, kSkills, kSkills)) {
    person.held.push_back({skill, OneIn(random, 3) ? Upto(random, 200) : kUnknown,
                           static_cast<int8_t>(levels ? Upto(random, kMaxLevel) : 0)});
  }
  const bool keeps = OneIn(random, 3);
  for (int32_t skill : Some(random, kSkills, 4)) {
    const bool held =
        std::any_of(person.held.begin(), person.held.end(), [&](const HeldSkill& h) { return h.skill == skill; });
    if (keeps && !held) continue;
    person.wanted.push_back({skill, static_cast<int8_t>(!keeps && OneIn(random, 2) ? Upto(random, kMaxLevel) : 0),
                             static_cast<int8_t>(1 + Upto(random, 4))});
  }
  person.interests = Some(random, kInterests, OneIn(random, 2) ? 4 : 0);
  for (int32_t i = Upto(random, 4); i > 0; --i) {
    person.journey.push_back({MaybeId(random, kRoles), static_cast<MoveKind>(Upto(random, 5)), !OneIn(random, 3)});
  }
  if (OneIn(random, 2)) {
    person.destination = {MaybeId(random, kRoles), static_cast<DestinationKind>(Upto(random, 8)),
                          static_cast<uint8_t>(Upto(random, 63))};
  }
}

std::vector<WantedSkill> SomeRequirements(std::mt19937_64& random) {
  std::vector<WantedSkill> requirements;
  if (OneIn(random, 2)) return requirements;
  for (int32_t skill : Some(random, kSkills, 5)) {
    requirements.push_back(
        {skill, static_cast<int8_t>(Upto(random, kMaxLevel)), static_cast<int8_t>(1 + Upto(random, 4))});
  }
  return requirements;
}

std::vector<std::vector<RelatedSkill>> SomeRelations(std::mt19937_64& random) {
  std::vector<std::vector<RelatedSkill>> relations(OneIn(random, 3) ? 0 : kSkills);
  for (int32_t skill = 0; skill < static_cast<int32_t>(relations.size()); ++skill) {
    for (int32_t other : Some(random, kSkills, 3)) {
      if (other != skill) relations[skill].push_back({other, 1 + Upto(random, kMostCredit - 1)});
    }
  }
  return relations;
}

}  // namespace

Organization RandomOrganization(std::mt19937_64& random, int32_t most) {
  Organization organization;
  for (int32_t role = 0; role < kRoles; ++role) organization.SetRoleTitle(role, kTitles[role]);
  for (int32_t i = 0; i < kHours; ++i) {
    WeeklyHours hours;
    const int32_t start = Upto(random, kQuartersOfWeek - 1);
    for (int32_t length = Upto(random, 160); length > 0; --length) hours.set((start + length) % kQuartersOfWeek);
    organization.SetHours(i, hours);
  }
  for (int32_t role = 0; role < kRoles; ++role) organization.SetRoleRequirements(role, SomeRequirements(random));
  organization.SetRelated(SomeRelations(random));
  const int32_t size = 1 + Upto(random, most - 1);
  for (int32_t i = 0; i < size; ++i) {
    Person person;
    person.id = "p" + std::to_string(random() % 1000000) + "-" + std::to_string(i);
    FillEligibility(random, size, i, person);
    FillAffinity(random, person);
    organization.Put(i, std::move(person));
  }
  return organization;
}

namespace {

Filter RandomFilter(std::mt19937_64& random, int32_t people) {
  Filter filter;
  if (OneIn(random, 3)) filter.departments = Some(random, 3, 2);
  if (OneIn(random, 3)) filter.sites = Some(random, 3, 2);
  if (OneIn(random, 8)) filter.departments.push_back(Filter::kNobodys);
  if (OneIn(random, 3)) filter.skills = Some(random, kSkills, 2);
  if (OneIn(random, 4)) filter.language = Upto(random, 2);
  if (OneIn(random, 3)) filter.except = Some(random, people, 3);
  filter.crossing = OneIn(random, 3);
  return filter;
}

}  // namespace

Query RandomQuery(std::mt19937_64& random, const Organization& organization) {
  Query query;
  query.asker = Upto(random, organization.size() - 1);
  constexpr OfferRole kOffers[] = {OfferRole::kMentor, OfferRole::kMentor, OfferRole::kMentee, OfferRole::kCoffee};
  query.role = kOffers[Upto(random, 3)];
  query.now = 100;
  query.week = {2026, 1 + Upto(random, 52)};
  query.distance = OneIn(random, 2) ? kFar : Upto(random, kFar);
  query.include_own_line = OneIn(random, 3);
  query.assume_open = OneIn(random, 4);
  query.already_asked = Some(random, organization.size(), OneIn(random, 4) ? 2 : 0);
  if (OneIn(random, 4)) query.filter = RandomFilter(random, organization.size());
  if (OneIn(random, 4)) {
    for (int32_t& weight : query.weights) weight = Upto(random, 100);
  }
  query.limit = 1 + Upto(random, 11);
  return query;
}

}  // namespace cortado::matching::testing
