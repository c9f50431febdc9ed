#include "services/matching/index/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "services/matching/testing/people.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

enum Skill : int32_t { kGo, kSql };

void WantsGo(Person& p) { p.wanted = {{kGo}}; }
void HasGo(Person& p) { p.held = {{kGo}}; }
void HasALittleGo(Person& p) { p.held = {{kGo, kUnknown, 1}}; }

class RankingTest : public ::testing::Test {
 protected:
  testing::House house_;
  Query query_;
};

TEST_F(RankingTest, TheBestEvidenceComesFirst) {
  query_.asker = house_.Add("ada", WantsGo);
  house_.Add("little", HasALittleGo);
  house_.Add("much", HasGo);
  house_.Add("none", [](Person& p) { p.held = {{kSql}}; });
  EXPECT_THAT(house_.Suggest(query_), ElementsAre("much", "little"));
}

TEST_F(RankingTest, OnlyAsManyAsAskedForAreReturnedAndAllAreCounted) {
  query_.asker = house_.Add("ada", WantsGo);
  for (const char* id : {"a", "b", "c"}) house_.Add(id, HasGo);
  query_.limit = 2;
  const Ranking found = SuggestExact(house_.organization(), query_);
  EXPECT_EQ(found.people.size(), 2u);
  EXPECT_EQ(found.fitting, 3);
}

TEST_F(RankingTest, EqualPeopleTakeTurnsFromWeekToWeek) {
  query_.asker = house_.Add("ada", WantsGo);
  for (const char* id : {"a", "b", "c", "d"}) house_.Add(id, HasGo);
  std::set<std::string> first;
  for (int32_t week = 1; week <= 52; ++week) {
    query_.week = {2026, week};
    first.insert(house_.Suggest(query_).front());
  }
  EXPECT_THAT(first, UnorderedElementsAre("a", "b", "c", "d"));
}

TEST_F(RankingTest, TheSameWeekGivesTheSameOrderWhateverTheOrderOfLoading) {
  testing::House other;
  query_.asker = house_.Add("ada", WantsGo);
  for (const char* id : {"a", "b", "c", "d"}) house_.Add(id, HasGo);
  for (const char* id : {"d", "b", "c", "a"}) other.Add(id, HasGo);
  Query same = query_;
  same.asker = other.Add("ada", WantsGo);
  EXPECT_EQ(house_.Suggest(query_), other.Suggest(same));
}

TEST_F(RankingTest, TheTurnIsTheSameOnEveryMachine) {
  EXPECT_EQ(StableHash("ada"), 16648611661198975291u);
  EXPECT_EQ(TurnOf(1, 2, {2026, 48}), 12124029721554359306u);
  EXPECT_NE(TurnOf(1, 2, {2026, 48}), TurnOf(1, 2, {2026, 49}));
  EXPECT_NE(TurnOf(1, 2, {2026, 48}), TurnOf(2, 1, {2026, 48}));
}

TEST_F(RankingTest, WhenNobodyMatchesWellTheNearestThreeAreNamedAsSuch) {
  query_.asker = house_.Add("ada", [](Person& p) { p.wanted = {{kGo, 5}, {kSql, 5}}; });
  for (const char* id : {"a", "b", "c", "d"}) {
    house_.Add(id, [](Person& p) { p.held = {{kGo, kUnknown, 1}}; });
  }
  const Ranking found = SuggestExact(house_.organization(), query_);
  EXPECT_EQ(found.outcome, Outcome::kNobodyFitsWell);
  EXPECT_EQ(found.people.size(), 3u);
  EXPECT_EQ(found.fitting, 0);
}

TEST_F(RankingTest, NobodyIsListedWithoutEvidence) {
  query_.asker = house_.Add("ada", WantsGo);
  house_.Add("none", [](Person& p) { p.held = {{kSql}}; });
  const Ranking found = SuggestExact(house_.organization(), query_);
  EXPECT_EQ(found.outcome, Outcome::kNobodyFitsWell);
  EXPECT_THAT(found.people, IsEmpty());
}

TEST_F(RankingTest, AnAskerWhoToldNothingGivesNothingToGoBy) {
  query_.asker = house_.Add("ada", [](Person& p) { p.held = {{kGo}}; });
  house_.Add("bob", HasGo);
  const Ranking found = SuggestExact(house_.organization(), query_);
  EXPECT_EQ(found.outcome, Outcome::kNothingToGoBy);
  EXPECT_THAT(found.people, IsEmpty());
}

TEST_F(RankingTest, WhoeverWantsToKeepWhatTheyHoldGetsRoleModels) {
  query_.asker = house_.Add("ada", [](Person& p) {
    p.held = {{kGo}};
    p.wanted = {{kGo}};
    p.experience_months = 24;
  });
  house_.Add("junior", [](Person& p) {
    p.held = {{kGo}};
    p.experience_months = 12;
  });
  house_.Add("senior", [](Person& p) {
    p.held = {{kGo}};
    p.experience_months = 144;
  });
  EXPECT_THAT(house_.Suggest(query_), ElementsAre("senior"));
}

TEST_F(RankingTest, FittingPeopleWhoHaveNotJoinedAreCountedAndNeverNamed) {
  query_.asker = house_.Add("ada", WantsGo);
  house_.Add("joined", HasGo);
  house_.Add("imported", [](Person& p) {
    p.joined = false;
    p.held = {{kGo}};
  });
  house_.Add("imported without Go", [](Person& p) { p.joined = false; });
  house_.Add("imported and blocked", [this](Person& p) {
    p.joined = false;
    p.held = {{kGo}};
    p.blocks = {query_.asker};
  });
  const Ranking found = SuggestExact(house_.organization(), query_);
  EXPECT_EQ(found.not_joined, 1);
  EXPECT_THAT(house_.Suggest(query_), ElementsAre("joined"));
}

TEST_F(RankingTest, WhoeverHasNoPlaceLeftIsNotSuggested) {
  query_.asker = house_.Add("ada", WantsGo);
  const int32_t bob = house_.Add("bob", HasGo);
  EXPECT_THAT(house_.Suggest(query_), ElementsAre("bob"));
  house_.organization().SetLoad(bob, 1, 1, 0);
  EXPECT_THAT(house_.Suggest(query_), IsEmpty());
}

TEST_F(RankingTest, WhoeverIsNotSureYetSeesDifferentKindsOfWorkFirst) {
  query_.asker = house_.Add("ada", [](Person& p) {
    p.wanted = {{kGo, 5}, {kSql, 5}};
    p.destination.kind = DestinationKind::kNotSureYet;
  });
  const auto add = [&](const char* id, int32_t role, int8_t level) {
    house_.Add(id, [&](Person& p) {
      p.role = role;
      p.held = {{kGo, kUnknown, level}, {kSql, kUnknown, level}};
    });
  };
  add("a1", 1, 5);
  add("a2", 1, 4);
  add("a3", 1, 3);
  add("b1", 2, 4);
  add("b2", 2, 2);
  add("n1", kUnknown, 3);
  query_.limit = 5;
  EXPECT_THAT(house_.Suggest(query_), ElementsAre("a1", "b1", "n1", "a2", "b2"));
  query_.limit = 2;
  EXPECT_THAT(house_.Suggest(query_), ElementsAre("a1", "b1"));
}

}  // namespace
}  // namespace cortado::matching
