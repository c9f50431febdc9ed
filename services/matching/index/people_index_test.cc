// The index against the definition: while people change, come and go, and over more than one block.
#include "services/matching/index/people_index.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>

#include "common/testing/scale.h"
#include "services/matching/index/indexed_ranking.h"
#include "services/matching/testing/random_organization.h"

namespace cortado::matching {
namespace {

constexpr uint64_t kSeed = 20261123;

std::string Describe(const Ranking& ranking) {
  std::string text = std::to_string(static_cast<int>(ranking.outcome)) + " " + std::to_string(ranking.fitting) + " " +
                     std::to_string(ranking.not_joined);
  for (const RankedPerson& one : ranking.people) {
    text += "\n" + std::to_string(one.person) + " " + std::to_string(one.affinity.score);
    for (const Part& part : one.affinity.parts) text += " " + std::to_string(part.points);
  }
  return text;
}

TEST(PeopleIndexTest, StaysInStepWithPeopleWhoChange) {
  std::mt19937_64 random(kSeed);
  const int64_t organizations = cortado::testing::Scaled(100);
  for (int64_t round = 0; round < organizations; ++round) {
    Organization organization = testing::RandomOrganization(random, 30);
    const Organization others = testing::RandomOrganization(random, 30);
    PeopleIndex index;
    for (int32_t person = 0; person < organization.size(); ++person) index.Take(organization, person);
    for (int change = 0; change < 50; ++change) {
      // Somebody becomes somebody else, comes anew, leaves no trace, or gets another load.
      const auto at = static_cast<int32_t>(random() % (organization.size() + 2));
      Person person = random() % 8 == 0 ? Person() : others.people()[random() % others.size()];
      person.id = "q" + std::to_string(at);  // No two have one id.
      for (int32_t& blocked : person.blocks) blocked = static_cast<int32_t>(blocked % organization.size());
      // Nobody is their own manager's manager.
      if (person.manager >= at) person.manager = kUnknown;
      index.Forget(organization, at);
      const int32_t before = organization.size();
      organization.Put(at, std::move(person));
      // Whoever was passed over is nobody, and is known to be.
      for (int32_t gap = before; gap < organization.size(); ++gap) index.Take(organization, gap);
      index.Take(organization, at);
      const auto busy = static_cast<int32_t>(random() % organization.size());
      organization.SetLoad(busy, static_cast<int32_t>(random() % 3), static_cast<int32_t>(random() % 2),
                           static_cast<int32_t>(random() % 8));
      index.TakeLoad(organization, busy);
      const Query query = testing::RandomQuery(random, organization);
      ASSERT_EQ(Describe(SuggestIndexed(organization, index, query)), Describe(SuggestExact(organization, query)))
          << "round " << round << ", change " << change << ", seed " << kSeed;
    }
  }
}

TEST(PeopleIndexTest, FindsTheSameInAnOrganisationOfManyBlocks) {
  std::mt19937_64 random(kSeed);
  // Everybody of some random organisations again and again, under ids of their own.
  Organization organization = testing::RandomOrganization(random, 40);
  const Organization others = testing::RandomOrganization(random, 200);
  const auto size = static_cast<int32_t>(cortado::testing::Scaled(150'000));
  for (int32_t at = organization.size(); at < size; ++at) {
    Person person = others.people()[random() % others.size()];
    person.id = "p" + std::to_string(at);
    person.blocks.clear();
    person.manager = random() % 3 == 0 ? kUnknown : static_cast<int32_t>(random() % at);
    organization.Put(at, std::move(person));
  }
  PeopleIndex index;
  for (int32_t person = 0; person < organization.size(); ++person) index.Take(organization, person);
  int outcomes[3] = {};
  for (int i = 0; i < 40; ++i) {
    const Query query = testing::RandomQuery(random, organization);
    const Ranking found = SuggestIndexed(organization, index, query);
    ASSERT_EQ(Describe(found), Describe(SuggestExact(organization, query))) << i << ", seed " << kSeed;
    ++outcomes[static_cast<int>(found.outcome)];
  }
  EXPECT_GT(outcomes[0], 0);
  std::cout << index.bytes() / organization.size() << " bytes a person" << std::endl;
}

}  // namespace
}  // namespace cortado::matching
