// Cohorts against an independent brute force that tries every assignment: 10,000 random small ones, or what
// CORTADO_TEST_SCALE makes of them, with ties, scarce places, odd sizes, isolated people, pins and forbidden pairs.
#include "services/matching/assign/assign.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/matching/assign/checker.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;

constexpr uint64_t kSeed = 20261122;
constexpr CohortMode kModes[] = {CohortMode::kQuality, CohortMode::kCoverage, CohortMode::kStable};

int32_t Upto(std::mt19937_64& random, int32_t most) { return static_cast<int32_t>(random() % (most + 1)); }

using Lists = std::vector<std::vector<Candidate>>;

CandidateGraph GraphOf(const Lists& lists) {
  CandidateGraph graph;
  for (const std::vector<Candidate>& list : lists) graph.AddMentee(list);
  return graph;
}

Lists ListsOf(const CandidateGraph& graph) {
  Lists lists(graph.mentees());
  for (int32_t mentee = 0; mentee < graph.mentees(); ++mentee) {
    for (int64_t edge = graph.first(mentee); edge < graph.last(mentee); ++edge) {
      lists[mentee].push_back(graph.candidate(edge));
    }
  }
  return lists;
}

Cohort RandomCohort(std::mt19937_64& random) {
  const int32_t mentees = Upto(random, 6);
  const int32_t mentors = Upto(random, 5);
  const int32_t scores = random() % 2 == 0 ? 3 : 1000;
  const int32_t density = 1 + Upto(random, 3);
  const bool likes = random() % 2 == 0;
  Cohort cohort;
  for (int32_t mentor = 0; mentor < mentors; ++mentor) cohort.places.push_back(Upto(random, random() % 2 == 0 ? 1 : 3));
  Lists lists(mentees);
  for (int32_t mentee = 0; mentee < mentees; ++mentee) {
    if (random() % 8 == 0) continue;
    for (int32_t mentor = 0; mentor < mentors; ++mentor) {
      if (Upto(random, 3) > density) continue;
      const int32_t score = 1 + Upto(random, scores - 1);
      lists[mentee].push_back({mentor, score, likes ? 1 + Upto(random, scores - 1) : score});
      const CohortPair pair{mentee, lists[mentee].back()};
      const bool pinned = !cohort.pinned.empty() && cohort.pinned.back().mentee == mentee;
      const auto fits = std::count_if(cohort.pinned.begin(), cohort.pinned.end(),
                                      [&](const CohortPair& pin) { return pin.candidate.mentor == mentor; });
      if (random() % 24 == 0 && !pinned && fits < cohort.places[mentor]) {
        cohort.pinned.push_back(pair);
      } else if (random() % 12 == 0) {
        cohort.forbidden.push_back(pair);
      }
    }
  }
  cohort.graph = GraphOf(lists);
  return cohort;
}

// Every assignment there is, one after the other.
class BruteForce {
 public:
  explicit BruteForce(const Cohort& cohort) : cohort_(cohort), lists_(ListsOf(cohort.graph)) {
    for (int32_t mentee = 0; mentee < cohort.graph.mentees(); ++mentee) {
      std::vector<Candidate>& list = lists_[mentee];
      for (const CohortPair& pair : cohort.forbidden) {
        if (pair.mentee != mentee) continue;
        list.erase(std::find(list.begin(), list.end(), pair.candidate));
      }
    }
    for (const CohortPair& pin : cohort.pinned) lists_[pin.mentee] = {pin.candidate};
  }

  void ForEach(const std::function<void(const std::vector<Candidate>& chosen)>& visit) {
    std::vector<int32_t> places = cohort_.places;
    std::vector<Candidate> chosen;
    Choose(places, chosen, visit);
  }

  // Whether no two would rather have each other under the strict orders that ties by number make.
  bool IsStable(const std::vector<Candidate>& chosen) const {
    for (int32_t mentee = 0; mentee < static_cast<int32_t>(chosen.size()); ++mentee) {
      if (IsPinned(mentee)) continue;
      for (const Candidate& other : lists_[mentee]) {
        if (Prefers(other, chosen[mentee]) && LetsIn(other, mentee, chosen)) return false;
      }
    }
    return true;
  }
  static bool Prefers(const Candidate& a, const Candidate& b) {
    return std::make_pair(-a.score, a.mentor) < std::make_pair(-b.score, b.mentor);
  }

 private:
  bool IsPinned(int32_t mentee) const {
    return std::any_of(cohort_.pinned.begin(), cohort_.pinned.end(),
                       [mentee](const CohortPair& pin) { return pin.mentee == mentee; });
  }
  bool LetsIn(const Candidate& wish, int32_t mentee, const std::vector<Candidate>& chosen) const {
    int32_t taken = 0;
    bool gives_way = false;
    for (int32_t other = 0; other < static_cast<int32_t>(chosen.size()); ++other) {
      if (chosen[other].mentor != wish.mentor) continue;
      ++taken;
      const bool less = std::make_pair(-wish.liking, mentee) < std::make_pair(-chosen[other].liking, other);
      gives_way = gives_way || (less && !IsPinned(other));
    }
    return taken < cohort_.places[wish.mentor] || gives_way;
  }
  void Choose(std::vector<int32_t>& places, std::vector<Candidate>& chosen,
              const std::function<void(const std::vector<Candidate>&)>& visit) {
    const auto mentee = static_cast<int32_t>(chosen.size());
    if (mentee == cohort_.graph.mentees()) return visit(chosen);
    for (const Candidate& candidate : lists_[mentee]) {
      if (places[candidate.mentor] == 0) continue;
      --places[candidate.mentor];
      chosen.push_back(candidate);
      Choose(places, chosen, visit);
      chosen.pop_back();
      ++places[candidate.mentor];
    }
    if (IsPinned(mentee)) return;
    chosen.push_back({});
    Choose(places, chosen, visit);
    chosen.pop_back();
  }

  const Cohort& cohort_;
  Lists lists_;
};

struct Worth {
  int32_t matched = 0;
  int64_t total = 0;
};

Worth WorthOf(const std::vector<Candidate>& chosen) {
  Worth worth;
  for (const Candidate& candidate : chosen) {
    worth.matched += candidate.mentor != kNobody;
    worth.total += candidate.score;
  }
  return worth;
}

// The best total, the most people with their best total, and the stable assignment that suits the mentees best.
struct Truth {
  int64_t quality = 0;
  std::pair<int32_t, int64_t> coverage = {0, 0};
  std::vector<Candidate> stable;
};

Truth TruthOf(const Cohort& cohort) {
  BruteForce brute(cohort);
  Truth truth;
  bool any = false;
  brute.ForEach([&](const std::vector<Candidate>& chosen) {
    const Worth worth = WorthOf(chosen);
    truth.quality = std::max(truth.quality, worth.total);
    truth.coverage = std::max(truth.coverage, {worth.matched, worth.total});
    if (!brute.IsStable(chosen)) return;
    if (!any) truth.stable = chosen;
    any = true;
    for (size_t mentee = 0; mentee < chosen.size(); ++mentee) {
      if (BruteForce::Prefers(chosen[mentee], truth.stable[mentee])) truth.stable[mentee] = chosen[mentee];
    }
  });
  EXPECT_TRUE(any) << "no assignment is stable";
  return truth;
}

void ExpectTrue(const Cohort& cohort, const CohortAssignment& assignment, const Truth& truth) {
  const std::vector<int32_t>& mentor_of = assignment.mentor_of;
  switch (cohort.mode) {
    case CohortMode::kQuality:
      ASSERT_EQ(assignment.total, truth.quality);
      ASSERT_EQ(assignment.certificate.gap, 0);
      return;
    case CohortMode::kCoverage:
      ASSERT_EQ(std::make_pair(assignment.matched, assignment.total), truth.coverage);
      ASSERT_EQ(assignment.certificate.gap, 0);
      return;
    case CohortMode::kStable:
      ASSERT_EQ(assignment.certificate.bound, truth.quality);
      ASSERT_EQ(assignment.certificate.blocking_pairs, 0);
      for (size_t i = 0; i < mentor_of.size(); ++i) ASSERT_EQ(mentor_of[i], truth.stable[i].mentor);
      return;
  }
}

TEST(AssignTest, EveryModeAgreesWithBruteForceOnRandomCohorts) {
  std::mt19937_64 random(kSeed);
  const int64_t cases = cortado::testing::Scaled(10000);
  std::cout << cases << " cases, seed " << kSeed << std::endl;
  int64_t unmatched = 0, pinned = 0, costly = 0;
  for (int64_t i = 0; i < cases; ++i) {
    Cohort cohort = RandomCohort(random);
    const Truth truth = TruthOf(cohort);
    for (CohortMode mode : kModes) {
      SCOPED_TRACE(::testing::Message() << "case " << i << ", mode " << static_cast<int>(mode));
      cohort.mode = mode;
      const absl::StatusOr<CohortAssignment> assignment = AssignCohort(cohort);
      ASSERT_EQ(assignment.status(), absl::OkStatus());
      ASSERT_EQ(CheckAssignment(cohort, *assignment), absl::OkStatus());
      ASSERT_NO_FATAL_FAILURE(ExpectTrue(cohort, *assignment, truth));
      unmatched += assignment->unmatched;
      costly += assignment->certificate.gap;
    }
    pinned += static_cast<int64_t>(cohort.pinned.size());
  }
  EXPECT_GT(unmatched, 0) << "everybody was matched in every case";
  EXPECT_GT(pinned, 0) << "no case had a pin";
  EXPECT_GT(costly, 0) << "stability never cost anything";
}

// The graph starts with one candidate each; the scan brings the rest, one pair at a time.
TEST(AssignTest, OverAllPairsItAgreesWithBruteForceWhateverTheFirstGraph) {
  std::mt19937_64 random(kSeed + 1);
  const int64_t cases = cortado::testing::Scaled(3000);
  std::cout << cases << " cases, seed " << kSeed + 1 << std::endl;
  int64_t found = 0;
  for (int64_t i = 0; i < cases; ++i) {
    Cohort whole = RandomCohort(random);
    const Truth truth = TruthOf(whole);
    const Lists lists = ListsOf(whole.graph);
    std::set<std::pair<int32_t, int32_t>> forbidden;
    for (const CohortPair& pair : whole.forbidden) forbidden.insert({pair.mentee, pair.candidate.mentor});
    Lists few = lists;
    for (std::vector<Candidate>& list : few) list.resize(std::min<size_t>(list.size(), random() % 2));
    const PairScan scan = [&](const PairPrices& prices) -> absl::StatusOr<std::vector<CohortPair>> {
      std::vector<CohortPair> pairs;
      for (int32_t mentee = 0; mentee < static_cast<int32_t>(lists.size()); ++mentee) {
        for (const Candidate& candidate : lists[mentee]) {
          if (forbidden.count({mentee, candidate.mentor}) != 0) continue;
          if (pairs.empty() && prices.Beats({mentee, candidate})) pairs.push_back({mentee, candidate});
        }
      }
      found += static_cast<int64_t>(pairs.size());
      return pairs;
    };
    Cohort cohort = whole;
    cohort.graph = GraphOf(few);
    for (CohortMode mode : kModes) {
      SCOPED_TRACE(::testing::Message() << "case " << i << ", mode " << static_cast<int>(mode));
      cohort.mode = mode;
      const absl::StatusOr<CohortAssignment> assignment = AssignCohortOverAll(cohort, scan);
      ASSERT_EQ(assignment.status(), absl::OkStatus());
      ASSERT_EQ(assignment->certificate.scope, CertificateScope::kAllEligible);
      const CandidatesOf all = [&lists](int32_t mentee, std::vector<Candidate>& out) { out = lists[mentee]; };
      ASSERT_EQ(CheckAssignmentOverAll(cohort, *assignment, all), absl::OkStatus());
      // With ties there are several stable assignments; that this is one of them, the checker has seen.
      if (mode == CohortMode::kStable) continue;
      ASSERT_NO_FATAL_FAILURE(ExpectTrue(cohort, *assignment, truth));
    }
  }
  EXPECT_GT(found, 0) << "no scan ever found anything";
}

// A hundred people, where brute force ends: the proof itself is what is checked.
TEST(AssignTest, ProvesItsResultOnLargerCohorts) {
  std::mt19937_64 random(kSeed + 2);
  for (int64_t i = cortado::testing::Scaled(60); i > 0; --i) {
    Cohort cohort;
    for (int32_t mentor = 0; mentor < 40; ++mentor) cohort.places.push_back(Upto(random, 3));
    Lists lists(100);
    for (std::vector<Candidate>& list : lists) {
      for (int32_t mentor = Upto(random, 9); mentor < 40; mentor += 1 + Upto(random, 12)) {
        list.push_back({mentor, 1 + Upto(random, kMaxScore - 1), 1 + Upto(random, 99)});
      }
    }
    cohort.graph = GraphOf(lists);
    for (CohortMode mode : kModes) {
      cohort.mode = mode;
      const absl::StatusOr<CohortAssignment> assignment = AssignCohort(cohort);
      ASSERT_EQ(assignment.status(), absl::OkStatus());
      ASSERT_EQ(CheckAssignment(cohort, *assignment), absl::OkStatus());
      EXPECT_TRUE(mode == CohortMode::kStable || assignment->certificate.gap == 0);
    }
  }
}

Cohort TwoForOnePlace() {
  Cohort cohort;
  cohort.places = {1, 1};
  cohort.graph = GraphOf({{{0, 10, 10}, {1, 1, 1}}, {{0, 11, 11}}});
  return cohort;
}

std::vector<int32_t> MentorsOf(const Cohort& cohort) {
  const absl::StatusOr<CohortAssignment> assignment = AssignCohort(cohort);
  return assignment.ok() ? assignment->mentor_of : std::vector<int32_t>();
}

TEST(AssignTest, CoverageMatchesMorePeopleAtTheCostOfTheTotal) {
  Cohort cohort;
  cohort.places = {1, 1};
  cohort.graph = GraphOf({{{0, 100, 100}, {1, 1, 1}}, {{0, 20, 20}}});
  EXPECT_THAT(MentorsOf(cohort), ElementsAre(0, kNobody));
  cohort.mode = CohortMode::kCoverage;
  EXPECT_THAT(MentorsOf(cohort), ElementsAre(1, 0));
}

TEST(AssignTest, APinHoldsWhateverItCosts) {
  Cohort cohort = TwoForOnePlace();
  EXPECT_THAT(MentorsOf(cohort), ElementsAre(1, 0));
  cohort.pinned = {{0, {0, 10, 10}}};
  EXPECT_THAT(MentorsOf(cohort), ElementsAre(0, kNobody));
}

TEST(AssignTest, AForbiddenPairIsNeverMade) {
  Cohort cohort = TwoForOnePlace();
  cohort.forbidden = {{1, {0, 0, 0}}};
  EXPECT_THAT(MentorsOf(cohort), ElementsAre(0, kNobody));
}

TEST(AssignTest, NobodyIsNoError) {
  Cohort cohort;
  EXPECT_EQ(AssignCohort(cohort).status(), absl::OkStatus());
  cohort.graph = GraphOf({{}, {}});
  EXPECT_THAT(MentorsOf(cohort), ElementsAre(kNobody, kNobody));
}

TEST(AssignTest, MorePinsThanPlacesAreRefused) {
  Cohort cohort = TwoForOnePlace();
  cohort.pinned = {{0, {0, 10, 10}}, {1, {0, 11, 11}}};
  EXPECT_EQ(AssignCohort(cohort).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(AssignTest, APairBothPinnedAndForbiddenIsRefused) {
  Cohort cohort = TwoForOnePlace();
  cohort.pinned = {{0, {0, 10, 10}}};
  cohort.forbidden = cohort.pinned;
  EXPECT_EQ(AssignCohort(cohort).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(AssignTest, AMentorTwiceOnOneListIsRefused) {
  Cohort cohort = TwoForOnePlace();
  cohort.graph = GraphOf({{{0, 1, 1}, {0, 2, 2}}});
  EXPECT_EQ(AssignCohort(cohort).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(AssignTest, AnErrorOfTheScanEndsTheRun) {
  const PairScan cancelled = [](const PairPrices&) { return absl::CancelledError("enough"); };
  EXPECT_EQ(AssignCohortOverAll(TwoForOnePlace(), cancelled).status().code(), absl::StatusCode::kCancelled);
}

// The checker itself: each of these was once right.
TEST(CheckerTest, NoticesEveryFalseClaim) {
  Cohort cohort = TwoForOnePlace();
  const CohortAssignment right = *AssignCohort(cohort);
  ASSERT_EQ(CheckAssignment(cohort, right), absl::OkStatus());
  const auto refused = [&](const std::function<void(CohortAssignment&)>& spoil) {
    CohortAssignment wrong = right;
    spoil(wrong);
    return CheckAssignment(cohort, wrong).code() == absl::StatusCode::kFailedPrecondition;
  };
  EXPECT_TRUE(refused([](CohortAssignment& a) { a.mentor_of = {0, 0}; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { a.mentor_of = {1, 1}; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { a.mentor_of = {7, 0}; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { ++a.total; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { ++a.matched; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { --a.certificate.bound; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { a.certificate.prices[0] += 100; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { a.certificate.prices[0] = -1; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { ++a.certificate.gap; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { ++a.certificate.blocking_pairs; }));
  EXPECT_TRUE(refused([](CohortAssignment& a) { a.certificate.prices.clear(); }));
}

}  // namespace
}  // namespace cortado::matching
