// The exact ranking against the naive one on random organisations: 10,000 cases, or what CORTADO_TEST_SCALE makes of
// them (a factor; 1 when unset).
#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>

#include "common/testing/scale.h"
#include "services/matching/index/indexed_ranking.h"
#include "services/matching/index/ranking.h"
#include "services/matching/testing/naive_ranking.h"
#include "services/matching/testing/random_organization.h"

namespace cortado::matching {
namespace {

constexpr uint64_t kSeed = 20261127;

int64_t Cases() {
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  return cases;
}

std::string Describe(const Affinity& affinity) {
  std::string text = std::to_string(affinity.score) + " (" + std::to_string(affinity.evidence) + "):";
  for (const Part& part : affinity.parts) {
    text += " " + std::to_string(part.value) + "/" + std::to_string(static_cast<int>(part.basis)) + "/" +
            std::to_string(part.points);
  }
  return text;
}

std::string Describe(const Ranking& suggestions) {
  std::string text = "outcome " + std::to_string(static_cast<int>(suggestions.outcome)) + ", fitting " +
                     std::to_string(suggestions.fitting) + ", not joined " + std::to_string(suggestions.not_joined);
  for (const RankedPerson& one : suggestions.people) {
    text += "\n  " + std::to_string(one.person) + ": " + Describe(one.affinity);
  }
  return text;
}

PeopleIndex IndexOf(const Organization& organization) {
  PeopleIndex index;
  for (int32_t person = 0; person < organization.size(); ++person) index.Take(organization, person);
  return index;
}

int64_t SumOfPoints(const Affinity& affinity) {
  int64_t sum = 0;
  for (const Part& part : affinity.parts) sum += part.points;
  return sum;
}

TEST(RankingOracleTest, AgreesWithTheNaiveRankingOnRandomOrganisations) {
  std::mt19937_64 random(kSeed);
  int64_t outcomes[3] = {};
  for (int64_t i = Cases(); i > 0; --i) {
    const Organization organization = testing::RandomOrganization(random, 40);
    const Query query = testing::RandomQuery(random, organization);
    const Ranking exact = SuggestExact(organization, query);
    ASSERT_EQ(Describe(exact), Describe(testing::NaiveSuggest(organization, query))) << "cases left: " << i;
    ASSERT_EQ(Describe(SuggestIndexed(organization, IndexOf(organization), query)), Describe(exact))
        << "cases left: " << i;
    ++outcomes[static_cast<int>(exact.outcome)];
    for (const RankedPerson& one : exact.people) ASSERT_EQ(SumOfPoints(one.affinity), one.affinity.score);
  }
  EXPECT_GT(outcomes[0], 0) << "no case was found at all";
  EXPECT_GT(outcomes[1], 0) << "no case had nobody who fits";
  EXPECT_GT(outcomes[2], 0) << "no case had nothing to go by";
}

TEST(RankingOracleTest, AgreesAboutEveryPairEligibleOrNot) {
  std::mt19937_64 random(kSeed + 1);
  int64_t refusals[13] = {};
  for (int64_t i = Cases() / 10; i > 0; --i) {
    const Organization organization = testing::RandomOrganization(random, 12);
    const Query query = testing::RandomQuery(random, organization);
    const Reporting reporting(organization, query.asker);
    const Eligibility eligibility(organization, query, &reporting);
    const AffinityQuery affinities(organization, query, reporting);
    for (int32_t person = 0; person < organization.size(); ++person) {
      const Refusal refusal = eligibility.Check(person);
      ASSERT_EQ(refusal, testing::NaiveRefusal(organization, query, person)) << "cases left: " << i;
      ASSERT_EQ(Describe(affinities.Score(person)), Describe(testing::NaiveAffinity(organization, query, person)));
      ++refusals[static_cast<int>(refusal)];
    }
  }
  for (int64_t count : refusals) EXPECT_GT(count, 0) << "a rule never refused";
}

}  // namespace
}  // namespace cortado::matching
