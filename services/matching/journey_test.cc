#include "services/matching/journey.h"

#include <gtest/gtest.h>

#include <vector>

#include "services/matching/testing/people.h"

namespace cortado::matching {
namespace {

enum Role : int32_t { kSupportLead, kSeniorSupportLead, kDataAnalyst, kHeadOfData, kBaker };

class JourneyTest : public ::testing::Test {
 protected:
  JourneyTest() {
    house_.organization().SetRoleTitle(kSupportLead, "Support lead");
    house_.organization().SetRoleTitle(kSeniorSupportLead, "Senior Support Lead");
    house_.organization().SetRoleTitle(kDataAnalyst, "Data analyst");
    house_.organization().SetRoleTitle(kHeadOfData, "Head of data");
    house_.organization().SetRoleTitle(kBaker, "Baker");
  }

  // What a support lead who wants to go to `destination` finds in `path` followed by the present role `now`.
  JourneyMatch Find(Destination destination, std::vector<Step> path, int32_t now = kUnknown) {
    const int32_t asker = house_.Add("asker", [&](Person& p) {
      p.role = kSupportLead;
      p.destination = destination;
    });
    Person other;
    other.journey = std::move(path);
    other.role = now;
    return JourneyQuery(house_.organization(), asker).Match(other);
  }

  testing::House house_;
};

constexpr Destination kToData = {kDataAnalyst, DestinationKind::kUnspecified, 0};

TEST_F(JourneyTest, FromWhereIAmToWhereIWantToGoIsWorthAll) {
  const JourneyMatch match = Find(kToData, {{kSupportLead, MoveKind::kUnspecified, true},
                                            {kDataAnalyst, MoveKind::kSide, true},
                                            {kHeadOfData, MoveKind::kUp, true}});
  EXPECT_EQ(match.value, 1000);
  EXPECT_EQ(match.start, 0);
  EXPECT_EQ(match.end, 1);
  EXPECT_FALSE(match.by_kind);
}

TEST_F(JourneyTest, HavingArrivedFromElsewhereIsWorthLess) {
  const JourneyMatch match = Find(kToData, {{kBaker, MoveKind::kUnspecified, true}}, kDataAnalyst);
  EXPECT_EQ(match.value, 400);
  EXPECT_EQ(match.start, kUnknown);
  EXPECT_EQ(match.end, 1);
}

TEST_F(JourneyTest, TheOrderOfThePathMatters) {
  const JourneyMatch match = Find(kToData, {{kDataAnalyst, MoveKind::kUnspecified, true}}, kSupportLead);
  EXPECT_EQ(match.value, 400);
}

TEST_F(JourneyTest, ASimilarTitleCountsByItsSimilarity) {
  const JourneyMatch match = Find(kToData, {{kSeniorSupportLead, MoveKind::kUnspecified, true}}, kDataAnalyst);
  EXPECT_EQ(match.value, 400 + 600 * 800 / 1000);
}

TEST_F(JourneyTest, TheSameKindOfMoveFromWhereIAmCounts) {
  const JourneyMatch match = Find({kUnknown, DestinationKind::kNewField, 0},
                                  {{kSupportLead, MoveKind::kUnspecified, true}, {kBaker, MoveKind::kNewField, true}});
  EXPECT_EQ(match.value, 600);
  EXPECT_TRUE(match.by_kind);
}

TEST_F(JourneyTest, AKindOfMoveFromElsewhereIsNoEvidence) {
  const JourneyMatch match = Find({kUnknown, DestinationKind::kNewField, 0},
                                  {{kHeadOfData, MoveKind::kUnspecified, true}, {kBaker, MoveKind::kNewField, true}});
  EXPECT_EQ(match.value, 0);
}

TEST_F(JourneyTest, WhoeverIsNotSureYetLearnsFromEveryMove) {
  const JourneyMatch match = Find({kUnknown, DestinationKind::kNotSureYet, 0},
                                  {{kSupportLead, MoveKind::kUnspecified, true}, {kBaker, MoveKind::kDown, true}});
  EXPECT_EQ(match.value, 600);
}

TEST_F(JourneyTest, AnUnconfirmedStepDownOrBackFeedsNoRanking) {
  const std::vector<Step> drafts = {{kSupportLead, MoveKind::kUnspecified, true},
                                    {kDataAnalyst, MoveKind::kDown, false}};
  EXPECT_EQ(Find(kToData, drafts).value, 0);
  Person person;
  person.journey = {{kDataAnalyst, MoveKind::kBackToCraft, false}};
  EXPECT_FALSE(JourneyQuery::HasPath(person));
}

TEST(TitleSimilarityTest, IsDicesCoefficientOfTheWords) {
  EXPECT_EQ(TitleSimilarity({1, 2}, {1, 2, 3}), 800);
  EXPECT_EQ(TitleSimilarity({1, 2}, {3}), 0);
  EXPECT_EQ(TitleSimilarity({}, {}), 0);
}

TEST_F(JourneyTest, ASharedWordAloneIsNoResemblance) {
  house_.organization().SetRoleTitle(kBaker, "Data baker");
  EXPECT_EQ(Find(kToData, {}, kBaker).value, 0);
}

TEST_F(JourneyTest, RolesAreAlsoAlikeByWhatTheyTake) {
  const std::vector<WantedSkill> sre = {{0, 3, 3}, {1, 3, 3}, {2, 0, 3}};  // A level not said counts 3.
  const std::vector<WantedSkill> platform = {{0, 3, 3}, {1, 3, 3}, {3, 3, 3}};
  EXPECT_EQ(RequirementSimilarity(sre, platform), 666);
  EXPECT_EQ(RequirementSimilarity(sre, {{0, 3, 3}, {1, 3, 3}}), 0) << "two skills tell no role";
  EXPECT_EQ(RequirementSimilarity({{0, 5, 5}, {1, 1, 1}, {2, 1, 1}}, {{0, 1, 1}, {1, 1, 1}, {2, 1, 1}}), 200);
  Organization& organization = house_.organization();
  EXPECT_EQ(RoleSimilarity(organization, kBaker, kDataAnalyst), 0);
  organization.SetRoleRequirements(kBaker, sre);
  organization.SetRoleRequirements(kDataAnalyst, platform);
  EXPECT_EQ(RoleSimilarity(organization, kBaker, kDataAnalyst), 666);
  EXPECT_EQ(RoleSimilarity(organization, kSupportLead, kSeniorSupportLead), 800) << "by their titles";
  EXPECT_EQ(RoleSimilarity(organization, kBaker, kBaker), 1000);
  EXPECT_EQ(RoleSimilarity(organization, kBaker, kUnknown), 0);
  EXPECT_EQ(Find(kToData, {{kSupportLead, MoveKind::kUnspecified, true}}, kBaker).value, 666);
}

TEST_F(JourneyTest, ACrossingCountsOnlyBetweenConfirmedPointsInTheirOrder) {
  const int32_t asker = house_.Add("asker", [](Person& p) {
    p.role = kSupportLead;
    p.destination = {kDataAnalyst, DestinationKind::kNewField, 0};
  });
  const auto crossed = [&](std::vector<Step> path, int32_t now) {
    Person other;
    other.journey = std::move(path);
    other.role = now;
    return JourneyQuery(house_.organization(), asker).HasCrossed(other);
  };
  EXPECT_TRUE(crossed({{kSeniorSupportLead, MoveKind::kUnspecified, true}}, kDataAnalyst));
  EXPECT_TRUE(
      crossed({{kSupportLead, MoveKind::kUnspecified, true}, {kBaker, MoveKind::kNewField, true}}, kHeadOfData));
  EXPECT_FALSE(crossed({{kSupportLead, MoveKind::kUnspecified, false}}, kDataAnalyst)) << "a draft";
  EXPECT_FALSE(crossed({{kSupportLead, MoveKind::kUnspecified, true}, {kBaker, MoveKind::kNewField, false}}, kBaker));
  EXPECT_FALSE(crossed({{kDataAnalyst, MoveKind::kUnspecified, true}}, kSupportLead)) << "the other way round";
  EXPECT_FALSE(crossed({{kBaker, MoveKind::kUnspecified, true}}, kDataAnalyst)) << "from elsewhere";
}

}  // namespace
}  // namespace cortado::matching
