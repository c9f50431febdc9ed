#include "services/matching/program/pair_facts.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/matching/testing/people.h"

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;

class PairFactsTest : public ::testing::Test {
 protected:
  PairFacts Facts(int32_t mentee, int32_t mentor) {
    Query query;
    query.asker = mentee;
    const Reporting reporting(house_.organization(), mentee);
    const AffinityQuery affinities(house_.organization(), query, reporting);
    return MenteeFacts(house_.organization(), mentee, reporting, affinities, program_).With(mentor);
  }

  testing::House house_;
  ProgramFacts program_;
};

TEST_F(PairFactsTest, OfPeopleWhoToldNothingNothingIsKnown) {
  const int32_t ada = house_.Add("ada"), bob = house_.Add("bob");
  const PairFacts facts = Facts(ada, bob);
  EXPECT_EQ(facts.mentee_department, kUnknown);
  EXPECT_EQ(facts.common_minutes, kUnknown);
  EXPECT_EQ(facts.lines_apart, kUnknown);
  EXPECT_FALSE(facts.common_language.has_value());
  EXPECT_FALSE(facts.more_experience.has_value());
  EXPECT_FALSE(facts.own_line);
  EXPECT_EQ(facts.weeks_since_met, PairFacts::kNever);
}

TEST_F(PairFactsTest, EveryFactIsSeenFromTheMentee) {
  const int32_t ada = house_.Add("ada", [](Person& p) {
    p.department = 1;
    p.site = 2;
    p.languages = {0, 1};
    p.experience_months = 10;
    p.manager = 1;
  });
  const int32_t bob = house_.Add("bob", [](Person& p) {
    p.department = 3;
    p.site = 4;
    p.languages = {1};
    p.experience_months = 130;
  });
  program_.tags = {{7}, {8, 9}};
  program_.met[{ada, bob}] = 6;
  const PairFacts facts = Facts(ada, bob);
  EXPECT_EQ(facts.mentee_department, 1);
  EXPECT_EQ(facts.mentor_department, 3);
  EXPECT_EQ(facts.mentee_site, 2);
  EXPECT_EQ(facts.mentor_site, 4);
  EXPECT_THAT(facts.mentee_tags, ElementsAre(7));
  EXPECT_THAT(facts.mentor_tags, ElementsAre(8, 9));
  EXPECT_TRUE(facts.own_line);
  EXPECT_EQ(facts.lines_apart, 1);
  EXPECT_EQ(facts.common_language, true);
  EXPECT_EQ(facts.more_experience, 120);
  EXPECT_EQ(facts.weeks_since_met, 6);
  EXPECT_EQ(Facts(bob, ada).more_experience, -120);
  EXPECT_EQ(Facts(bob, ada).weeks_since_met, 6);
}

}  // namespace
}  // namespace cortado::matching
