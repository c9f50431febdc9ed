#include "services/matching/program/cohort_scores.h"

#include <algorithm>
#include <iostream>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/matching/assign/checker.h"
#include "services/matching/program/candidate_graph.h"
#include "services/matching/testing/people.h"
#include "services/matching/testing/random_organization.h"

namespace cortado::matching {
namespace {

constexpr uint64_t kSeed = 20261129;

class CohortScoresTest : public ::testing::Test {
 protected:
  PairScore With(int32_t mentee, int32_t mentor) {
    return MenteeScores(house_.organization(), terms_, mentee).With(mentor);
  }

  testing::House house_;
  PairingTerms terms_;
};

TEST_F(CohortScoresTest, EnrolmentStandsForTheOfferAndTheOpenDoor) {
  const int32_t ada = house_.Add("ada");
  const int32_t bob = house_.Add("bob", [](Person& p) {
    p.joined = false;
    p.closed = true;
    p.open_to = 0;
    p.places = 0;
  });
  EXPECT_GT(With(ada, bob).score, 0);
}

TEST_F(CohortScoresTest, BlocksPausesAndLeaversArePersonalEitherWay) {
  terms_.now = 100;
  const int32_t ada = house_.Add("ada");
  const int32_t blocker = house_.Add("blocker", [&](Person& p) { p.blocks = {ada}; });
  const int32_t paused = house_.Add("paused", [](Person& p) { p.paused_until = 101; });
  const int32_t gone = house_.Add("gone", [](Person& p) { p.active = false; });
  for (int32_t other : {blocker, paused, gone}) {
    EXPECT_TRUE(With(ada, other).obstacles.personal);
    EXPECT_TRUE(With(other, ada).obstacles.personal);
    EXPECT_EQ(With(ada, other).score, 0);
  }
}

TEST_F(CohortScoresTest, AForbiddenPairHasNoScoreAndNoObstacle) {
  const int32_t ada = house_.Add("ada"), bob = house_.Add("bob");
  terms_.forbidden.insert({ada, bob});
  EXPECT_EQ(With(ada, bob).score, 0);
  EXPECT_EQ(With(ada, bob).obstacles.rules, 0u);
  EXPECT_GT(With(bob, ada).score, 0);
}

PairingTerms RandomTerms(std::mt19937_64& random) {
  PairingTerms terms;
  terms.seed = random();
  terms.now = 100;
  if (random() % 2 == 0) {
    terms.rules.rules.push_back({"line", RuleKind::kOwnLine, RuleStrength::kForbid, 0, {}, 0});
  }
  if (random() % 3 == 0) {
    terms.rules.rules.push_back({"department", RuleKind::kSameDepartment, RuleStrength::kForbid, 0, {}, 0});
  }
  if (random() % 2 == 0) {
    terms.rules.rules.push_back({"hours", RuleKind::kCommonHours, RuleStrength::kPrefer, 120, {}, 30});
  }
  return terms;
}

CohortPeople RandomCohort(std::mt19937_64& random, const Organization& organization) {
  CohortPeople people;
  for (int32_t person = 0; person < organization.size(); ++person) {
    if (random() % 2 == 0) people.mentees.push_back(person);
    if (random() % 3 == 0) people.mentors.push_back({person, static_cast<int32_t>(random() % 3)});
  }
  return people;
}

// From organisation and rules to the proof, over all pairs though the graph begins with two candidates each.
TEST(CohortScoresRandomTest, ASmallGraphAndTheScanProveTheBestOverEverybody) {
  std::mt19937_64 random(kSeed);
  const int64_t cases = cortado::testing::Scaled(300);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  int64_t grown = 0;
  for (int64_t i = 0; i < cases; ++i) {
    const Organization organization = testing::RandomOrganization(random, 30);
    const PairingTerms terms = RandomTerms(random);
    const CohortPeople people = RandomCohort(random, organization);
    const auto count = static_cast<int32_t>(people.mentees.size());
    Cohort cohort;
    cohort.mode = static_cast<CohortMode>(random() % 3);
    for (const CohortMentor& mentor : people.mentors) cohort.places.push_back(mentor.places);
    for (int32_t mentee = 0; mentee < count; ++mentee) {
      cohort.graph.AddMentee(BestCandidates(organization, terms, people, mentee, 2));
    }
    const PairScan scan = [&](const PairPrices& prices) -> absl::StatusOr<std::vector<CohortPair>> {
      std::vector<CohortPair> pairs;
      for (int32_t mentee = 0; mentee < count; ++mentee) {
        for (const CohortPair& pair : BeatingPairs(organization, terms, people, prices, mentee, 2)) {
          pairs.push_back(pair);
        }
      }
      grown += static_cast<int64_t>(pairs.size());
      return pairs;
    };
    const absl::StatusOr<CohortAssignment> assignment = AssignCohortOverAll(cohort, scan);
    ASSERT_EQ(assignment.status(), absl::OkStatus());
    const CandidatesOf everybody = [&](int32_t mentee, std::vector<Candidate>& all) {
      const MenteeScores scores(organization, terms, people.mentees[mentee]);
      for (size_t mentor = 0; mentor < people.mentors.size(); ++mentor) {
        if (people.mentors[mentor].person == people.mentees[mentee]) continue;
        const int32_t score = scores.With(people.mentors[mentor].person).score;
        if (score > 0) all.push_back({static_cast<int32_t>(mentor), score, score});
      }
    };
    ASSERT_EQ(CheckAssignmentOverAll(cohort, *assignment, everybody), absl::OkStatus()) << "case " << i;
  }
  EXPECT_GT(grown, 0) << "no scan ever found anything";
}

TEST(CohortScoresRandomTest, TheBestCandidatesAreThoseOfTheLargestScores) {
  std::mt19937_64 random(kSeed + 1);
  for (int64_t i = cortado::testing::Scaled(200); i > 0; --i) {
    const Organization organization = testing::RandomOrganization(random, 30);
    const PairingTerms terms = RandomTerms(random);
    const CohortPeople people = RandomCohort(random, organization);
    for (int32_t mentee = 0; mentee < static_cast<int32_t>(people.mentees.size()); ++mentee) {
      const std::vector<Candidate> best = BestCandidates(organization, terms, people, mentee, 3);
      const std::vector<Candidate> all = BestCandidates(organization, terms, people, mentee, 1000);
      ASSERT_EQ(best.size(), std::min<size_t>(3, all.size()));
      for (size_t place = 0; place < best.size(); ++place) ASSERT_EQ(best[place], all[place]);
      ASSERT_TRUE(std::is_sorted(all.begin(), all.end(),
                                 [](const Candidate& a, const Candidate& b) { return a.score > b.score; }));
    }
  }
}

std::string Described(const std::vector<Candidate>& candidates) {
  std::string text;
  for (const Candidate& one : candidates) text += absl::StrCat(one.mentor, ":", one.score, " ");
  return text;
}

std::string Described(const std::vector<CohortPair>& pairs) {
  std::string text;
  for (const CohortPair& one : pairs) text += absl::StrCat(one.candidate.mentor, ":", one.candidate.score, " ");
  return text;
}

std::string Described(std::vector<DrawEdge> edges) {
  std::sort(edges.begin(), edges.end(), [](const DrawEdge& a, const DrawEdge& b) { return a.b < b.b; });
  std::string text;
  for (const DrawEdge& one : edges) text += absl::StrCat(one.a, "-", one.b, ":", one.score, "/", one.weeks_since, " ");
  return text;
}

PairPrices RandomPrices(std::mt19937_64& random, const CohortPeople& people) {
  PairPrices prices;
  prices.kind = static_cast<PairPrices::Kind>(random() % 3);
  const int64_t high = prices.kind == PairPrices::Kind::kCount ? 2 : 60'000;
  prices.bonus = prices.kind == PairPrices::Kind::kScore && random() % 2 == 0 ? 1000 : 0;
  for (size_t i = 0; i < people.mentees.size(); ++i) prices.mentee.push_back(static_cast<int64_t>(random() % high));
  for (size_t i = 0; i < people.mentors.size(); ++i) prices.mentor.push_back(static_cast<int64_t>(random() % high));
  return prices;
}

TEST(CandidateGraphTest, FindsWhatALookAtEverybodyFinds) {
  std::mt19937_64 random(kSeed + 2);
  const int64_t cases = cortado::testing::Scaled(1000);
  std::cout << cases << " cases, seed " << kSeed + 2 << std::endl;
  for (int64_t i = 0; i < cases; ++i) {
    const Organization organization = testing::RandomOrganization(random, 60);
    const PairingTerms terms = RandomTerms(random);
    const CohortPeople people = RandomCohort(random, organization);
    const PairPrices prices = RandomPrices(random, people);
    const CohortGraph graph(organization, terms, people);
    const auto limit = static_cast<int32_t>(1 + random() % 6);
    for (int32_t mentee = 0; mentee < static_cast<int32_t>(people.mentees.size()); ++mentee) {
      ASSERT_EQ(Described(graph.Best(mentee, limit)),
                Described(BestCandidates(organization, terms, people, mentee, limit)))
          << "case " << i;
      ASSERT_EQ(Described(graph.Beating(prices, mentee, limit)),
                Described(BeatingPairs(organization, terms, people, prices, mentee, limit)))
          << "case " << i;
    }
    const DrawGraph draw(organization, terms, people.mentees);
    for (int32_t place = 0; place < static_cast<int32_t>(people.mentees.size()); ++place) {
      ASSERT_EQ(Described(draw.Edges(place, limit)),
                Described(DrawEdgesOf(organization, terms, people.mentees, place, limit)))
          << "case " << i;
    }
  }
}

TEST_F(CohortScoresTest, ADrawHasEveryPairOnceWithTheLargerScore) {
  EXPECT_EQ(MergeDrawEdges({{0, 1, 5, 2}, {1, 0, 7, 2}, {0, 2, 1, kNeverMet}}).size(), 2u);
  EXPECT_EQ(MergeDrawEdges({{0, 1, 5, 2}, {1, 0, 7, 2}})[0].score, 7);
}

TEST_F(CohortScoresTest, InADrawOthersComeByScoreAndAsManyByChance) {
  std::vector<int32_t> people;
  for (int i = 0; i < 20; ++i) people.push_back(house_.Add("p" + std::to_string(i)));
  EXPECT_EQ(DrawEdgesOf(house_.organization(), terms_, people, 3, 4).size(), 8u);
  terms_.forbidden.insert({2, 3});
  for (const DrawEdge& edge : DrawEdgesOf(house_.organization(), terms_, people, 3, 20)) EXPECT_NE(edge.b, 2);
}

}  // namespace
}  // namespace cortado::matching
