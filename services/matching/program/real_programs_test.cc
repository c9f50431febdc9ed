// A cohort and ten weekly draws of a real organisation (testing/real_people.h; without its file the tests have nothing
// to look at and pass). CORTADO_TEST_SCALE multiplies how many take part; 40 is everybody.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "common/testing/scale.h"
#include "services/matching/affinity/gap.h"
#include "services/matching/assign/assign.h"
#include "services/matching/assign/checker.h"
#include "services/matching/program/candidate_graph.h"
#include "services/matching/program/cohort_scores.h"
#include "services/matching/testing/real_people.h"

namespace cortado::matching {
namespace {

constexpr int32_t kEvery = 40;
constexpr int32_t kFiveYears = 60;
constexpr int32_t kCooldown = 12;

class Stopwatch {
 public:
  double Seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(); }

 private:
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

class RealProgramsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    view = new OrganizationView(absl::CivilDay(2026, 11, 23));
    testing::AddRealPeople(*view);
  }
  static void TearDownTestSuite() { delete view; }

  static int32_t Step() { return std::max(1, static_cast<int32_t>(kEvery / cortado::testing::Scale())); }
  static const Organization& People() { return view->organization(); }

  // Everybody with a gap, and whoever has five years with two places.
  static CohortPeople Cohorts() {
    CohortPeople people;
    for (int32_t person = 0; person < People().size(); person += Step()) {
      const Person& one = People().people()[person];
      if (!SkillGap(one.held, one.wanted).empty()) people.mentees.push_back(person);
      if (one.experience_months >= kFiveYears) people.mentors.push_back({person, 2});
    }
    return people;
  }
  static PairingTerms Terms() {
    PairingTerms terms;
    terms.seed = 20261122;
    terms.rules.rules.push_back({"own-line", RuleKind::kOwnLine, RuleStrength::kForbid, 0, {}, 0});
    return terms;
  }

  static OrganizationView* view;
};

OrganizationView* RealProgramsTest::view = nullptr;

TEST_F(RealProgramsTest, ACohortIsProvedToBeTheBestAmongTheFiftyBestOfEach) {
  const PairingTerms terms = Terms();
  const CohortPeople people = Cohorts();
  Cohort cohort;
  for (const CohortMentor& mentor : people.mentors) cohort.places.push_back(mentor.places);
  const Stopwatch scoring;
  const CohortGraph graph(People(), terms, people);
  for (int32_t mentee = 0; mentee < static_cast<int32_t>(people.mentees.size()); ++mentee) {
    cohort.graph.AddMentee(graph.Best(mentee, 50));
  }
  std::cout << people.mentees.size() << " mentees, " << people.mentors.size() << " mentors, scored in "
            << scoring.Seconds() << " s on one core" << std::endl;
  for (CohortMode mode : {CohortMode::kQuality, CohortMode::kCoverage, CohortMode::kStable}) {
    cohort.mode = mode;
    const Stopwatch solving;
    const absl::StatusOr<CohortAssignment> assignment = AssignCohort(cohort);
    ASSERT_EQ(assignment.status(), absl::OkStatus());
    std::cout << "mode " << static_cast<int>(mode) << ": " << assignment->matched << " matched, total "
              << assignment->total << ", gap " << assignment->certificate.gap << ", blocking pairs "
              << assignment->certificate.blocking_pairs << ", in " << solving.Seconds() << " s" << std::endl;
    ASSERT_EQ(CheckAssignment(cohort, *assignment), absl::OkStatus());
    EXPECT_TRUE(mode == CohortMode::kStable || assignment->certificate.gap == 0);
    for (size_t mentee = 0; mentee < assignment->mentor_of.size(); ++mentee) {
      const int32_t mentor = assignment->mentor_of[mentee];
      if (mentor == kNobody) continue;
      const int32_t asker = people.mentees[mentee];
      const int32_t other = people.mentors[mentor].person;
      ASSERT_NE(asker, other);
      ASSERT_GE(People().people()[other].experience_months, kFiveYears);
      ASSERT_FALSE(Reporting(People(), asker).IsInOwnLine(other));
    }
  }
}

TEST_F(RealProgramsTest, TheIndexFindsTheCandidatesThatALookAtEverybodyFinds) {
  const PairingTerms terms = Terms();
  const CohortPeople people = Cohorts();
  const CohortGraph graph(People(), terms, people);
  const auto mentees = static_cast<int32_t>(people.mentees.size());
  for (int32_t mentee = 0; mentee < mentees; mentee += 1 + mentees / 200) {
    const std::vector<Candidate> found = graph.Best(mentee, 50);
    const std::vector<Candidate> all = BestCandidates(People(), terms, people, mentee, 50);
    ASSERT_EQ(found.size(), all.size());
    for (size_t place = 0; place < all.size(); ++place) ASSERT_EQ(found[place], all[place]) << mentee;
  }
}

TEST_F(RealProgramsTest, ACohortIsProvedToBeTheBestOfAllPairsThereAre) {
  const PairingTerms terms = Terms();
  const CohortPeople people = Cohorts();
  const auto mentees = static_cast<int32_t>(people.mentees.size());
  Cohort cohort;
  for (const CohortMentor& mentor : people.mentors) cohort.places.push_back(mentor.places);
  Cohort whole = cohort;
  const CohortGraph graph(People(), terms, people);
  for (int32_t mentee = 0; mentee < mentees; ++mentee) {
    cohort.graph.AddMentee(graph.Best(mentee, 50));
  }
  const Stopwatch proving;
  int looks = 0;
  const PairScan scan = [&](const PairPrices& prices) -> absl::StatusOr<std::vector<CohortPair>> {
    std::array<std::vector<CohortPair>, 2> halves;
    const auto look = [&](int32_t half) {
      for (int32_t mentee = half; mentee < mentees; mentee += 2) {
        const std::vector<CohortPair> pairs = graph.Beating(prices, mentee, 8);
        halves[half].insert(halves[half].end(), pairs.begin(), pairs.end());
      }
    };
    std::thread other(look, 1);
    look(0);
    other.join();
    halves[0].insert(halves[0].end(), halves[1].begin(), halves[1].end());
    std::cout << "look " << ++looks << ": " << halves[0].size() << " pairs beat the prices, after " << proving.Seconds()
              << " s" << std::endl;
    return halves[0];
  };
  const absl::StatusOr<CohortAssignment> best = AssignCohortOverAll(cohort, scan);
  ASSERT_EQ(best.status(), absl::OkStatus());
  EXPECT_EQ(best->certificate.scope, CertificateScope::kAllEligible);
  EXPECT_EQ(best->certificate.gap, 0);
  std::cout << "over all pairs: " << best->matched << " matched, total " << best->total << ", gap "
            << best->certificate.gap << ", " << looks << " looks at all pairs, in " << proving.Seconds() << " s"
            << std::endl;
  // So few that all their pairs fit into one graph, where the same total has to come out.
  constexpr int32_t kFew = 1000;
  if (mentees > kFew) return;
  for (int32_t mentee = 0; mentee < mentees; ++mentee) {
    whole.graph.AddMentee(BestCandidates(People(), terms, people, mentee, static_cast<int32_t>(people.mentors.size())));
  }
  EXPECT_EQ(AssignCohort(whole)->total, best->total);
}

TEST_F(RealProgramsTest, InTenWeeklyDrawsNobodyMeetsTwiceWithinTheCooldown) {
  std::vector<int32_t> people;
  for (int32_t person = 0; person < People().size(); person += Step()) people.push_back(person);
  PairingTerms terms = Terms();
  std::map<std::pair<int32_t, int32_t>, int32_t> met;
  int64_t meetings = 0, across = 0, left_out = 0;
  const Stopwatch drawing;
  for (int32_t week = 0; week < 10 && !people.empty(); ++week) {
    terms.seed = static_cast<uint64_t>(week);
    terms.facts.met.clear();
    for (const auto& [pair, last] : met) terms.facts.met[pair] = week - last;
    DrawPool pool;
    pool.people = static_cast<int32_t>(people.size());
    pool.cooldown_weeks = kCooldown;
    pool.seed = terms.seed;
    const DrawGraph graph(People(), terms, people);
    for (int32_t place = 0; place < pool.people; ++place) {
      const std::vector<DrawEdge> edges = graph.Edges(place, 20);
      pool.edges.insert(pool.edges.end(), edges.begin(), edges.end());
    }
    pool.edges = MergeDrawEdges(std::move(pool.edges));
    const absl::StatusOr<Draw> draw = DrawPairs(pool);
    ASSERT_EQ(draw.status(), absl::OkStatus());
    ASSERT_TRUE(draw->proved);
    ASSERT_EQ(draw->cooldown_weeks, kCooldown);
    left_out += static_cast<int64_t>(draw->left_out.size());
    for (const std::vector<int32_t>& group : draw->groups) {
      for (size_t a = 0; a < group.size(); ++a) {
        for (size_t b = a + 1; b < group.size(); ++b) {
          const int32_t one = people[group[a]], other = people[group[b]];
          ASSERT_TRUE(met.insert({std::minmax(one, other), week}).second) << "met twice, week " << week;
          ++meetings;
          across += People().people()[one].department != People().people()[other].department;
        }
      }
    }
  }
  std::cout << people.size() << " people, " << meetings << " meetings in ten weeks, " << across
            << " across departments, " << left_out << " times left out, in " << drawing.Seconds() << " s\n";
}

}  // namespace
}  // namespace cortado::matching
