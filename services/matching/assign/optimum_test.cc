// The auction with its settlement against LEMON's network simplex: 10,000 random cohorts, or what CORTADO_TEST_SCALE
// makes of them, with ties, scarce and plentiful places, mentors without any, mentees without candidates.
#include "services/matching/assign/optimum.h"

#include <algorithm>
#include <iostream>
#include <random>
#include <vector>

#include "common/testing/scale.h"
#include "gtest/gtest.h"
#include "services/matching/assign/assign.h"
#include "services/matching/assign/checker.h"
#include "services/matching/assign/flow.h"

namespace cortado::matching {
namespace {

constexpr uint64_t kSeed = 20261123;

int32_t Upto(std::mt19937_64& random, int32_t most) { return static_cast<int32_t>(random() % (most + 1)); }

Cohort RandomCohort(std::mt19937_64& random) {
  constexpr int32_t kLargest[] = {1, 3, 40, 1000, kMaxScore / 10};
  const int32_t mentees = Upto(random, 60);
  const int32_t mentors = Upto(random, 30);
  const int32_t largest = kLargest[Upto(random, 4)];
  const int32_t density = 1 + Upto(random, 15);
  const int32_t most_places = 1 + Upto(random, 3);
  const int32_t unit = Upto(random, 3) == 0 ? 10 : 1;
  Cohort cohort;
  for (int32_t mentor = 0; mentor < mentors; ++mentor) cohort.places.push_back(Upto(random, most_places));
  std::vector<Candidate> list;
  for (int32_t mentee = 0; mentee < mentees; ++mentee) {
    list.clear();
    for (int32_t mentor = 0; mentor < mentors && mentee % 7 != 3; ++mentor) {
      if (Upto(random, 15) > density) continue;
      const int32_t score = (1 + Upto(random, largest - 1)) * unit;
      list.push_back({mentor, score, score});
    }
    cohort.graph.AddMentee(list);
  }
  return cohort;
}

int64_t TotalOf(const Cohort& cohort, const std::vector<int32_t>& mentor_of) {
  int64_t total = 0;
  for (int32_t mentee = 0; mentee < cohort.graph.mentees(); ++mentee) {
    for (int64_t edge = cohort.graph.first(mentee); edge < cohort.graph.last(mentee); ++edge) {
      if (cohort.graph.mentor(edge) == mentor_of[mentee]) total += cohort.graph.score(edge);
    }
  }
  return total;
}

int32_t MatchedOf(const std::vector<int32_t>& mentor_of) {
  return static_cast<int32_t>(mentor_of.size() - std::count(mentor_of.begin(), mentor_of.end(), kNobody));
}

TEST(OptimumTest, QualityIsThatOfTheNetworkSimplexAndProved) {
  std::mt19937_64 random(kSeed);
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  int64_t scarce = 0;
  for (int64_t i = 0; i < cases; ++i) {
    SCOPED_TRACE(i);
    const Cohort cohort = RandomCohort(random);
    const absl::StatusOr<CohortAssignment> assignment = AssignCohort(cohort);
    ASSERT_EQ(assignment.status(), absl::OkStatus());
    ASSERT_EQ(CheckAssignment(cohort, *assignment), absl::OkStatus());
    ASSERT_EQ(assignment->certificate.gap, 0);
    ASSERT_EQ(assignment->total, TotalOf(cohort, FlowQuality(cohort.graph, cohort.places)));
    scarce += assignment->unmatched > 0;
  }
  EXPECT_GT(scarce, 0) << "there were always places enough";
}

TEST(OptimumTest, CoverageIsThatOfTheNetworkSimplexAndProved) {
  std::mt19937_64 random(kSeed + 1);
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed + 1 << std::endl;
  int64_t costly = 0;
  for (int64_t i = 0; i < cases; ++i) {
    SCOPED_TRACE(i);
    Cohort cohort = RandomCohort(random);
    cohort.mode = CohortMode::kCoverage;
    const absl::StatusOr<CohortAssignment> assignment = AssignCohort(cohort);
    ASSERT_EQ(assignment.status(), absl::OkStatus());
    ASSERT_EQ(CheckAssignment(cohort, *assignment), absl::OkStatus());
    ASSERT_EQ(assignment->certificate.gap, 0);
    const int32_t most = MatchedOf(FlowMostMatched(cohort.graph, cohort.places));
    ASSERT_EQ(assignment->matched, most);
    ASSERT_EQ(assignment->total, TotalOf(cohort, FlowQualityOf(cohort.graph, cohort.places, most)));
    costly += assignment->total < TotalOf(cohort, FlowQuality(cohort.graph, cohort.places));
  }
  EXPECT_GT(costly, 0) << "coverage never cost anything";
}

// The prices are those that the checker's bound is made of, so the promise is proved and not only true.
TEST(OptimumTest, NearQualityIsWithinTheToleranceAsItsPricesProve) {
  std::mt19937_64 random(kSeed + 2);
  int64_t nearly = 0;
  for (int64_t i = cortado::testing::Scaled(2000); i > 0; --i) {
    const Cohort cohort = RandomCohort(random);
    const double tolerance = Upto(random, 100) / 1000.0;
    const Optimum near = FindNearQuality(cohort.graph, cohort.places, tolerance);
    const int64_t total = TotalOf(cohort, near.mentor_of);
    int64_t bound = 0;
    for (size_t mentor = 0; mentor < cohort.places.size(); ++mentor)
      bound += cohort.places[mentor] * near.prices[mentor];
    for (int32_t mentee = 0; mentee < cohort.graph.mentees(); ++mentee) {
      int64_t profit = 0;
      for (int64_t edge = cohort.graph.first(mentee); edge < cohort.graph.last(mentee); ++edge) {
        profit = std::max(profit, cohort.graph.score(edge) - near.prices[cohort.graph.mentor(edge)]);
      }
      bound += profit;
    }
    // Rounding the prices down costs less than 1 for each mentee.
    ASSERT_LE(static_cast<double>(bound - total), tolerance * static_cast<double>(bound) + cohort.graph.mentees());
    const int64_t best = TotalOf(cohort, FlowQuality(cohort.graph, cohort.places));
    ASSERT_LE(static_cast<double>(best - total), tolerance * static_cast<double>(best) + 1e-6);
    nearly += total < best;
  }
  EXPECT_GT(nearly, 0) << "every result was the best";
}

}  // namespace
}  // namespace cortado::matching
