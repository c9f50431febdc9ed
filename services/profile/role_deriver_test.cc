#include "services/profile/role_deriver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_split.h"
#include "services/profile/skill_catalog.h"
#include "services/profile/testing/real_rows.h"

namespace cortado::profile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// `count` people with a title and skills at unknown levels.
void Add(std::vector<RoleHolder>& people, int count, int32_t title, const std::vector<int32_t>& skills,
         int32_t level = 0) {
  RoleHolder holder;
  holder.title = title;
  for (const int32_t skill : skills) holder.skills.emplace_back(skill, level);
  people.insert(people.end(), count, holder);
}

std::vector<int32_t> SkillsOf(const RoleEvidence& evidence) {
  std::vector<int32_t> skills;
  for (const DerivedRequirement& requirement : evidence.requirements) skills.push_back(requirement.skill);
  return skills;
}

TEST(RoleDeriverTest, WhatEverybodyHoldsSaysNothingOfARole) {
  std::vector<RoleHolder> people;
  Add(people, 50, 0, {0, 1, 2, 3});
  Add(people, 50, 1, {0, 4, 5, 6});
  const auto roles = DeriveRoles(people, {0, 1}, 7);
  EXPECT_THAT(SkillsOf(roles[0]), ElementsAre(1, 2, 3));
  EXPECT_THAT(SkillsOf(roles[1]), ElementsAre(4, 5, 6));
}

TEST(RoleDeriverTest, CountsOnlyPeopleWhoListSkills) {
  std::vector<RoleHolder> people;
  Add(people, 10, 0, {1});
  Add(people, 90, 0, {});
  Add(people, 10, 1, {2});
  const auto roles = DeriveRoles(people, {0}, 3);
  EXPECT_EQ(roles[0].people, 10);
  EXPECT_EQ(roles[0].requirements[0].share, 1000);
  EXPECT_EQ(roles[0].requirements[0].lift, 200);
}

TEST(RoleDeriverTest, TakesTheNextByLiftWhereFewSkillsTell) {
  std::vector<RoleHolder> people;
  Add(people, 50, 0, {0, 1, 2, 3});
  Add(people, 50, 1, {0, 1, 2});
  const auto roles = DeriveRoles(people, {1}, 4);
  EXPECT_EQ(roles[0].requirements.size(), 3u);
  EXPECT_THAT(SkillsOf(roles[0]), Not(Contains(3)));
}

TEST(RoleDeriverTest, ASkillOfFewerThanFivePeopleIsNoRequirement) {
  std::vector<RoleHolder> people;
  Add(people, 4, 0, {1});
  Add(people, 4, 0, {0});
  Add(people, 50, 1, {0});
  EXPECT_THAT(SkillsOf(DeriveRoles(people, {0}, 2)[0]), IsEmpty());
}

TEST(RoleDeriverTest, TheLevelIsTheLowerMedianOfThoseKnown) {
  std::vector<RoleHolder> people;
  Add(people, 20, 0, {1});
  Add(people, 2, 0, {1}, 2);
  Add(people, 2, 0, {1}, 4);
  Add(people, 20, 1, {2});
  EXPECT_EQ(DeriveRoles(people, {0}, 3)[0].requirements[0].level, 2);
  EXPECT_EQ(DeriveRoles(people, {1}, 3)[0].requirements[0].level, 0);
}

TEST(RoleDeriverTest, TheWeightiestSkillMattersMost) {
  std::vector<RoleHolder> people;
  Add(people, 30, 0, {1, 2});
  Add(people, 10, 0, {1});
  Add(people, 100, 1, {3});
  const auto role = DeriveRoles(people, {0}, 4)[0];
  EXPECT_THAT(SkillsOf(role), ElementsAre(1, 2));
  EXPECT_EQ(role.requirements[0].importance, 5);
  EXPECT_LT(role.requirements[1].importance, 5);
}

// 14,261 answers to a survey, 29 roles: JavaScript, which 73 % hold, must not be what makes a role.
TEST(RoleDeriverTest, TellsTheRolesOfARealOrganizationApart) {
  std::map<std::string, int32_t> titles;
  for (const auto& row : RealRows("role_catalog_survey.csv")) {
    if (row.at("org") == "org_so") titles.emplace(row.at("role"), static_cast<int32_t>(titles.size()));
  }
  SkillCatalog skills;
  std::map<std::string, int32_t> numbers;
  std::vector<RoleHolder> people;
  for (const auto& row : RealRows("org_so.csv.gz")) {
    RoleHolder& person = people.emplace_back();
    if (const auto title = titles.find(row.at("title")); title != titles.end()) person.title = title->second;
    std::set<int32_t> held;
    for (const absl::string_view skill : absl::StrSplit(row.at("skills_held"), ';', absl::SkipEmpty())) {
      const std::string id = skills.FindOrAdd(skill).first;
      held.insert(numbers.emplace(id, static_cast<int32_t>(numbers.size())).first->second);
    }
    for (const int32_t skill : held) person.skills.emplace_back(skill, 0);
  }
  if (people.empty() || titles.empty()) GTEST_SKIP() << "the survey is not on this machine";
  ASSERT_EQ(titles.size(), 29u);
  std::vector<int32_t> asked;
  for (const auto& [name, title] : titles) asked.push_back(title);
  int with_javascript = 0;
  for (const RoleEvidence& role : DeriveRoles(people, asked, static_cast<int32_t>(numbers.size()))) {
    EXPECT_GE(role.requirements.size(), 3u);
    for (const DerivedRequirement& requirement : role.requirements) {
      with_javascript += requirement.skill == numbers.at("javascript");
    }
  }
  RecordProperty("roles_that_take_javascript", with_javascript);
  EXPECT_LE(with_javascript, 5);
}

}  // namespace
}  // namespace cortado::profile
