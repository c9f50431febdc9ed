#include "services/matching/teams.h"

#include <random>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/matching/testing/people.h"
#include "services/matching/testing/random_organization.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int32_t kHome = 0;
constexpr int32_t kData = 1;
constexpr int32_t kSql = 0;
constexpr int32_t kGo = 1;

class TeamsTest : public ::testing::Test {
 protected:
  TeamsTest() {
    query_.asker = house_.Add("ada", [](Person& p) {
      p.department = kHome;
      p.held = {{kSql}, {kGo}};
    });
    query_.role = OfferRole::kCoffee;
  }

  void AddToData(int count, std::vector<HeldSkill> held, std::vector<WantedSkill> wanted) {
    for (int i = 0; i < count; ++i) {
      house_.Add("p" + std::to_string(++people_), [&](Person& p) {
        p.department = kData;
        p.held = held;
        p.wanted = wanted;
        p.open_to = 0;
      });
    }
  }
  std::vector<Team> Teams() { return ShortTeams(house_.organization(), query_, 5); }

  testing::House house_;
  Query query_;
  int people_ = 0;
};

TEST_F(TeamsTest, ATeamThatWantsWhatOneHasIsNamedWithRoundedCounts) {
  AddToData(8, {}, {{kSql}});
  AddToData(6, {}, {{kGo}});
  AddToData(20, {}, {});
  const std::vector<Team> teams = Teams();
  ASSERT_EQ(teams.size(), 1u);
  EXPECT_THAT(teams[0].skills, ElementsAre(TeamSkill{kSql, 5, 0}, TeamSkill{kGo, 5, 0}));
}

TEST_F(TeamsTest, AFewAreNotTold) {
  AddToData(4, {}, {{kSql}});
  AddToData(20, {}, {});
  EXPECT_THAT(Teams(), IsEmpty());
}

TEST_F(TeamsTest, WhatAllButAFewWantIsNotTold) {
  AddToData(12, {}, {{kSql}});
  AddToData(4, {}, {});
  EXPECT_THAT(Teams(), IsEmpty());
  AddToData(1, {}, {});
  EXPECT_EQ(Teams().size(), 1u);
}

TEST_F(TeamsTest, ATeamThatHasEnoughOfItIsNotShort) {
  AddToData(8, {}, {{kSql}});
  AddToData(8, {{kSql}}, {});
  EXPECT_THAT(Teams(), IsEmpty());
}

TEST_F(TeamsTest, OnesOwnDepartmentIsNotElsewhere) {
  for (int i = 0; i < 30; ++i) {
    house_.Add("h" + std::to_string(i), [&](Person& p) {
      p.department = kHome;
      if (i < 10) p.wanted = {{kSql}};
    });
  }
  EXPECT_THAT(Teams(), IsEmpty());
}

TEST_F(TeamsTest, OnlyWhoeverIsOpenToACoffeeIsAContact) {
  AddToData(8, {}, {{kSql}});
  AddToData(20, {}, {});
  EXPECT_EQ(Teams()[0].contact, kUnknown);
  const int32_t open = house_.Add("open", [](Person& p) {
    p.department = kData;
    p.open_to = static_cast<uint8_t>(OfferRole::kCoffee);
  });
  EXPECT_EQ(Teams()[0].contact, open);
}

// What anybody can read off the counts: no person's presence shows, nor do the few who differ.
TEST_F(TeamsTest, CountsAreRoundedAndHideTheFewOnRandomOrganisations) {
  std::mt19937_64 random(20261122);
  const int64_t cases = cortado::testing::Scaled(300);
  for (int64_t i = 0; i < cases; ++i) {
    const Organization organization = testing::RandomOrganization(random, 200);
    Query query = testing::RandomQuery(random, organization);
    query.role = OfferRole::kCoffee;
    query.filter = {};
    const Person& asker = organization.people()[query.asker];
    for (const Team& team : ShortTeams(organization, query, 50)) {
      ASSERT_NE(team.department, asker.department);
      for (const TeamSkill& skill : team.skills) {
        int wanting = 0, people = 0;
        for (const Person& person : organization.people()) {
          if (!person.active || person.department != team.department) continue;
          ++people;
          bool wants = false, holds = false;
          for (const WantedSkill& want : person.wanted) wants = wants || want.skill == skill.skill;
          for (const HeldSkill& held : person.held) holds = holds || held.skill == skill.skill;
          wanting += wants && !holds;
        }
        ASSERT_EQ(skill.wanting, wanting / 5 * 5);
        ASSERT_GE(wanting, 5);
        ASSERT_GE(people - wanting, 5);
      }
    }
  }
}

}  // namespace
}  // namespace cortado::matching
