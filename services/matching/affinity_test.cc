// The worked examples of affinity.h, and what the terms promise.
#include "services/matching/affinity.h"

#include <gtest/gtest.h>

#include <numeric>

#include "services/matching/affinity/explanation.h"
#include "services/matching/affinity/related.h"
#include "services/matching/testing/people.h"

namespace cortado::matching {
namespace {

enum Skill : int32_t { kGo, kSql, kRust, kJava };

class AffinityTest : public ::testing::Test {
 protected:
  template <typename EditA, typename EditB>
  Part Of(Term term, EditA asker, EditB candidate) {
    const int32_t a = house_.Add("asker", asker);
    return house_.PartOf(term, a, house_.Add("candidate", candidate));
  }

  testing::House house_;
};

TEST_F(AffinityTest, GapCoverageIsTheShareOfTheWeightedGap) {
  const Part part = Of(
      Term::kGapCoverage,
      [](Person& p) {
        p.held = {{kGo, kUnknown, 2}};
        p.wanted = {{kGo, 4, 5}, {kSql, 3, 1}};
      },
      [](Person& p) {
        p.held = {{kGo, kUnknown, 4}};
      });
  EXPECT_EQ(part.value, 769);
  EXPECT_EQ(part.points, 40 * 769);
}

TEST_F(AffinityTest, ALevelThatNobodySaidIsAssumedFromExperienceAndBreadth) {
  const auto wants_go = [](Person& p) {
    p.wanted = {{kGo}};
    p.experience_months = 60;
  };
  const auto of = [&](int32_t months, int32_t further_skills) {
    return Of(Term::kGapCoverage, wants_go,
              [&](Person& p) {
                p.held = {{kGo}};
                for (int32_t i = 0; i < further_skills; ++i) p.held.push_back({100 + i});
                p.experience_months = months;
              })
        .value;
  };
  EXPECT_EQ(of(84, 0), 1000) << "two years ahead";
  EXPECT_EQ(of(83, 0), 666) << "a peer";
  EXPECT_EQ(of(60, 0), 666);
  EXPECT_EQ(of(59, 0), 333) << "behind";
  EXPECT_EQ(of(kUnknown, 0), 666) << "not known to be ahead";
  EXPECT_EQ(of(84, 24), 1000);
  EXPECT_EQ(of(84, 25), 666) << "lists 26";
  EXPECT_EQ(of(84, 50), 666);
  EXPECT_EQ(of(84, 51), 333) << "lists 52";
  EXPECT_EQ(of(59, 51), 333) << "at least a first step";
}

TEST_F(AffinityTest, ALevelThatWasSaidCountsWhateverElseTheyList) {
  const auto wants_go = [](Person& p) { p.wanted = {{kGo}}; };
  const auto many = [](Person& p) {
    p.held = {{kGo, kUnknown, 3}};
    for (int32_t i = 0; i < 100; ++i) p.held.push_back({100 + i});
  };
  EXPECT_EQ(Of(Term::kGapCoverage, wants_go, many).value, 1000);
  EXPECT_EQ(Of(Term::kGapCoverage, wants_go, [](Person& p) { p.held = {{kGo, kUnknown, 1}}; }).value, 333);
}

TEST_F(AffinityTest, TwoSkillsFillAConversation) {
  const auto wants_four = [](Person& p) { p.wanted = {{kGo, 3, 3}, {kSql, 3, 3}, {kRust, 3, 3}, {kJava, 3, 3}}; };
  const auto of = [&](std::vector<HeldSkill> held) {
    return Of(Term::kGapCoverage, wants_four, [&](Person& p) { p.held = held; }).value;
  };
  EXPECT_EQ(of({{kGo, kUnknown, 3}}), 500);
  EXPECT_EQ(of({{kGo, kUnknown, 3}, {kSql, kUnknown, 3}}), 1000);
  EXPECT_EQ(of({{kGo, kUnknown, 3}, {kSql, kUnknown, 3}, {kRust, kUnknown, 3}}), 1000);
  EXPECT_EQ(of({{kGo, kUnknown, 1}, {kSql, kUnknown, 1}, {kRust, kUnknown, 1}}), 333);
}

TEST_F(AffinityTest, ARelatedSkillStandsInForAtMostHalf) {
  const auto wants = [](Person& p) {
    p.held = {{kGo, kUnknown, 2}};
    p.wanted = {{kGo, 4, 5}, {kSql, 3, 1}};
  };
  const auto of = [&](std::vector<HeldSkill> held) {
    return Of(Term::kGapCoverage, wants, [&](Person& p) { p.held = held; }).value;
  };
  house_.organization().SetRelated({{}, {{kJava, 400}, {kRust, 500}}});
  EXPECT_EQ(of({{kGo, kUnknown, 4}, {kJava, kUnknown, 3}}), 861) << "(1000 x 10 + 400 x 3) / 13";
  EXPECT_EQ(of({{kJava, kUnknown, 3}, {kRust, kUnknown, 3}}), 115) << "the better of the two: 500 x 3 / 13";
  EXPECT_EQ(of({{kSql, kUnknown, 1}, {kRust, kUnknown, 5}}), 115) << "1,500 thousandths are more than one level";
  EXPECT_EQ(of({{kSql, kUnknown, 2}, {kRust, kUnknown, 5}}), 153) << "two levels are more";
}

TEST_F(AffinityTest, WhatGoesTogetherIsLearnedFromThePeople) {
  enum { kDocker, kKubernetes, kOther };
  for (int i = 0; i < 1000; ++i) {
    house_.Add("p", [&](Person& p) {
      if (i < 100) p.held.push_back({kDocker});
      if (i >= 40 && i < 120) p.held.push_back({kKubernetes});
      p.held.push_back({kOther});
    });
  }
  house_.Add("gone", [](Person& p) {
    p.held = {{kDocker}, {kOther}};
    p.active = false;
  });
  const auto related = LearnRelated(house_.organization());
  ASSERT_EQ(related.size(), 3u);
  ASSERT_EQ(related[kKubernetes].size(), 1u);
  EXPECT_EQ(related[kKubernetes][0].skill, kDocker);
  EXPECT_EQ(related[kKubernetes][0].credit, 348);
  EXPECT_TRUE(related[kOther].empty()) << "what everybody holds goes with nothing";
}

TEST_F(AffinityTest, WhatIsHeldAlreadyIsNoGap) {
  const Part part = Of(
      Term::kGapCoverage,
      [](Person& p) {
        p.held = {{kGo}, {kSql}};
        p.wanted = {{kGo}, {kSql}};
      },
      [](Person& p) {
        p.held = {{kGo, kUnknown, 5}};
      });
  EXPECT_EQ(part.value, 0);
  EXPECT_EQ(part.basis, Basis::kNotAsked);
}

TEST_F(AffinityTest, AHeldSkillOfUnknownLevelMayBeEnough) {
  const std::vector<GapSkill> gap =
      SkillGap({{kGo, kUnknown, 2}, {kSql}, {kJava}}, {{kGo, 4}, {kSql}, {kRust}, {kJava, 5}});
  ASSERT_EQ(gap.size(), 2u);
  EXPECT_EQ(gap[0].skill, kGo);
  EXPECT_EQ(gap[0].missing, 2);
  EXPECT_EQ(gap[1].skill, kRust);
  EXPECT_EQ(gap[1].missing, 3);
}

TEST_F(AffinityTest, RareInterestsCountMore) {
  const int32_t asker = house_.Add("asker", [](Person& p) { p.interests = {0, 1}; });
  for (int i = 0; i < 15; ++i) {
    house_.Add("one of sixteen", [](Person& p) { p.interests = {0, 1}; });
  }
  for (int i = 0; i < 984; ++i) {
    house_.Add("everybody", [](Person& p) { p.interests = {1}; });
  }
  EXPECT_EQ(house_.PartOf(Term::kInterests, asker, 1).value, 500);
  EXPECT_EQ(house_.PartOf(Term::kInterests, asker, 999).value, 0);
}

TEST_F(AffinityTest, MotivesCountByTheShareInCommon) {
  const Part part = Of(
      Term::kMotives,
      [](Person& p) {
        p.destination.motives = static_cast<uint8_t>(Motive::kMastery) | static_cast<uint8_t>(Motive::kBalance);
      },
      [](Person& p) {
        p.shown_motives = static_cast<uint8_t>(Motive::kMastery) | static_cast<uint8_t>(Motive::kMoney);
      });
  EXPECT_EQ(part.value, 500);
}

TEST_F(AffinityTest, DeepeningServesWhoeverWantsToKeepWhatTheyHold) {
  const Part part = Of(
      Term::kDeepening,
      [](Person& p) {
        p.held = {{kGo, kUnknown, 3}, {kSql, kUnknown, 3}};
        p.wanted = {{kGo}, {kSql}};
      },
      [](Person& p) {
        p.held = {{kGo, kUnknown, 4}};
      });
  EXPECT_EQ(part.value, 125);
  EXPECT_EQ(part.points, 10 * 125);
}

TEST_F(AffinityTest, DeepeningComparesYearsWhereLevelsAreNotSaid) {
  const auto keeps_go = [](Person& p) {
    p.held = {{kGo}};
    p.wanted = {{kGo}};
    p.experience_months = 60;
  };
  EXPECT_EQ(Of(Term::kDeepening, keeps_go,
               [](Person& p) {
                 p.held = {{kGo}};
                 p.experience_months = 90;
               })
                .value,
            500);
  EXPECT_EQ(Of(Term::kDeepening, keeps_go, [](Person& p) { p.held = {{kGo}}; }).basis, Basis::kUnknown);
}

TEST_F(AffinityTest, DeepeningIsNotForAnAskerWithAGap) {
  const Part part = Of(
      Term::kDeepening,
      [](Person& p) {
        p.held = {{kGo, kUnknown, 3}};
        p.wanted = {{kGo}, {kRust}};
      },
      [](Person& p) {
        p.held = {{kGo, kUnknown, 5}};
      });
  EXPECT_EQ(part.value, 0);
  EXPECT_EQ(part.basis, Basis::kNotAsked);
}

TEST_F(AffinityTest, ElsewhereGrowsWithTreeDepartmentAndSite) {
  const int32_t top = house_.Add("top");
  const int32_t left = house_.Add("left", [&](Person& p) { p.manager = top; });
  const int32_t right = house_.Add("right", [&](Person& p) { p.manager = top; });
  const Part part = Of(
      Term::kElsewhere,
      [&](Person& p) {
        p.manager = left;
        p.department = 0;
        p.site = 7;
      },
      [&](Person& p) {
        p.manager = right;
        p.department = 1;
        p.site = 7;
      });
  EXPECT_EQ(part.value, 800);
}

TEST_F(AffinityTest, TheSliderTurnsElsewhereRound) {
  Query query;
  query.asker = house_.Add("asker", [](Person& p) { p.department = 0; });
  const int32_t near = house_.Add("near", [](Person& p) { p.department = 0; });
  const int32_t far = house_.Add("far", [](Person& p) { p.department = 1; });
  query.distance = kNear;
  EXPECT_EQ(house_.Score(query, near).part(Term::kElsewhere).value, 500);
  EXPECT_EQ(house_.Score(query, far).part(Term::kElsewhere).value, 0);
  query.distance = kFar;
  EXPECT_EQ(house_.Score(query, near).part(Term::kElsewhere).value, 0);
  EXPECT_EQ(house_.Score(query, far).part(Term::kElsewhere).value, 500);
}

TEST_F(AffinityTest, WorkingHoursInCommonCountUpToTenAWeek) {
  WeeklyHours five;
  for (int i = 0; i < 20; ++i) five.set(i);
  WeeklyHours all;
  all.set();
  house_.organization().SetHours(0, all);
  house_.organization().SetHours(1, five);
  const auto always = [](Person& p) { p.hours = 0; };
  EXPECT_EQ(Of(Term::kWorkingHours, always, [](Person& p) { p.hours = 1; }).value, 500);
  EXPECT_EQ(Of(Term::kWorkingHours, always, [](Person& p) { p.hours = 0; }).value, 1000);
}

TEST_F(AffinityTest, UnansweredRequestsLowerHeadroomFromTheFifthOn) {
  const auto anybody = [](Person&) {};
  EXPECT_EQ(Of(Term::kHeadroom, anybody,
               [](Person& p) {
                 p.open_requests = 1;
                 p.unanswered = 6;
               })
                .value,
            300);
  EXPECT_EQ(Of(Term::kHeadroom, anybody, [](Person& p) { p.unanswered = 4; }).value, 1000);
}

TEST_F(AffinityTest, AnEmptyProfileEarnsNothing) {
  Query query;
  query.asker = house_.Add("asker", [](Person& p) {
    p.wanted = {{kGo}};
    p.department = 0;
  });
  const Affinity empty = house_.Score(query, house_.Add("empty", [](Person& p) { p.department = 1; }));
  EXPECT_EQ(empty.score, 0);
  EXPECT_GT(empty.part(Term::kHeadroom).value, 0) << "context without evidence has a value but no points";
  EXPECT_EQ(empty.part(Term::kHeadroom).points, 0);
}

TEST_F(AffinityTest, MissingDataContributesNothingAndSaysUnknown) {
  Query query;
  query.asker = house_.Add("asker", [](Person& p) {
    p.wanted = {{kGo}};
    p.interests = {0};
    p.destination = {3, DestinationKind::kNextLevel, 1};
  });
  const Affinity affinity = house_.Score(query, house_.Add("candidate"));
  for (const Term term :
       {Term::kGapCoverage, Term::kJourney, Term::kInterests, Term::kMotives, Term::kElsewhere, Term::kWorkingHours}) {
    EXPECT_EQ(affinity.part(term).basis, Basis::kUnknown) << static_cast<int>(term);
    EXPECT_EQ(affinity.part(term).value, 0) << static_cast<int>(term);
  }
}

TEST_F(AffinityTest, ThePartsSumToTheScore) {
  Query query;
  query.asker = house_.Add("asker", [](Person& p) {
    p.wanted = {{kGo}, {kSql}};
    p.department = 0;
  });
  const Affinity affinity = house_.Score(query, house_.Add("candidate", [](Person& p) {
    p.held = {{kGo}};
    p.department = 1;
  }));
  const int64_t sum = std::accumulate(affinity.parts.begin(), affinity.parts.end(), int64_t{0},
                                      [](int64_t total, const Part& part) { return total + part.points; });
  EXPECT_EQ(sum, affinity.score);
  EXPECT_EQ(affinity.score, 40 * 333 + 12 * 500 + 5 * 1000);
}

TEST(RarityTest, IsTheNumberOfHalvings) {
  EXPECT_EQ(Rarity(16, 1000), 5);
  EXPECT_EQ(Rarity(1000, 1000), 0);
  EXPECT_EQ(Rarity(1, 2), 1);
  EXPECT_EQ(Rarity(0, 1000), 0);
}

TEST_F(AffinityTest, TheExplanationNamesWhatIsCoveredAndWhatStaysOpen) {
  Query query;
  query.asker = house_.Add("asker", [](Person& p) { p.wanted = {{kGo}, {kSql}}; });
  const int32_t candidate = house_.Add("candidate", [](Person& p) { p.held = {{kSql}}; });
  const Reporting reporting(house_.organization(), query.asker);
  const AffinityQuery affinities(house_.organization(), query, reporting);
  const Explanation explanation = Explain(house_.organization(), query, reporting, affinities, candidate);
  ASSERT_EQ(explanation.gap.size(), 2u);
  EXPECT_EQ(explanation.gap[0].gap.skill, kSql);
  EXPECT_EQ(explanation.gap[0].covered, 2);
  EXPECT_EQ(explanation.gap[1].gap.skill, kGo);
  EXPECT_EQ(explanation.gap[1].covered, 0);
}

}  // namespace
}  // namespace cortado::matching
