#include "services/profile/journey_drafts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cortado::profile {
namespace {

struct Case {
  std::string name;
  Post before, after;
  DraftMove move;
};

// Titles and departments as employers really write them.
const Case kCases[] = {
    {"ASeniorTitleIsUp", {"Design Engineer", "Engineering"}, {"Senior Design Engineer", "Engineering"}, DraftMove::kUp},
    {"LosingTheSeniorTitleIsDown",
     {"Senior Tool Designer", "Tool Design"},
     {"Tool Designer", "Tool Design"},
     DraftMove::kDown},
    {"LeadingPeopleIsUp", {"Back-end developer", "Platform"}, {"Engineering Manager", "Platform"}, DraftMove::kUp},
    {"FromLeadingToTheCraftIsBack",
     {"Engineering Manager", "Engineering"},
     {"Senior Design Engineer", "Engineering"},
     DraftMove::kBackToCraft},
    {"FromManagerToVicePresidentIsUp",
     {"Engineering Manager", "Engineering"},
     {"Vice President of Engineering", "Engineering"},
     DraftMove::kUp},
    {"FromPresidentToVicePresidentIsDown",
     {"President of Sales", "Sales"},
     {"Vice President of Sales", "Sales"},
     DraftMove::kDown},
    {"FromAnyPostToChiefExecutiveIsUp",
     {"Vice President of Production", "Production"},
     {"Chief Executive Officer", "Executive"},
     DraftMove::kUp},
    {"AnAssistantToAChiefIsAnAssistant",
     {"Assistant to the Chief Financial Officer", "Executive"},
     {"Accounts Payable Specialist", "Finance"},
     DraftMove::kUp},
    {"AnotherSpecialityInTheSameCraftIsBeside",
     {"Back-end developer", "Platform & Backend Engineering"},
     {"Front-end developer", "Web Engineering"},
     DraftMove::kSide},
    {"TheSameTitleElsewhereIsBeside",
     {"Production Technician - WC60", "Production"},
     {"Production Technician - WC10", "Production"},
     DraftMove::kSide},
    {"ANumeralTellsTheHeight", {"LIBRARIAN I", "LIBRARY"}, {"LIBRARIAN IV", "LIBRARY"}, DraftMove::kUp},
    {"ALowerNumeralIsDown",
     {"POLICE COMMUNICATIONS OPERATOR II", "OEMC"},
     {"POLICE COMMUNICATIONS OPERATOR I", "OEMC"},
     DraftMove::kDown},
    {"FromOfficerToSergeantIsUp", {"POLICE OFFICER", "POLICE"}, {"SERGEANT", "POLICE"}, DraftMove::kUp},
    {"FromSergeantToLieutenantIsUp", {"SERGEANT", "POLICE"}, {"LIEUTENANT", "POLICE"}, DraftMove::kUp},
    {"ARecruitWhoIsTakenOnGoesUp", {"FIREFIGHTER-EMT (RECRUIT)", "FIRE"}, {"FIREFIGHTER-EMT", "FIRE"}, DraftMove::kUp},
    {"NoWordInCommonIsANewField", {"Buyer", "Purchasing"}, {"Marketing Specialist", "Marketing"}, DraftMove::kNewField},
    {"ANewFieldIsOneEvenAsAManager",
     {"Database Administrator", "Information Services"},
     {"North American Sales Manager", "Sales"},
     DraftMove::kNewField},
    {"TheDepartmentTellsTheCraftToo",
     {"Quality Assurance Technician", "Quality Assurance"},
     {"Inspector", "Quality Assurance"},
     DraftMove::kSide},
    {"AManagerOfProductsLeadsNobody",
     {"Product manager", "Product"},
     {"Product designer", "Product"},
     DraftMove::kSide},
    {"WhatHrSaysOfLeadingWins",
     {"Software architect", "Platform", true},
     {"Software architect", "Platform", false},
     DraftMove::kBackToCraft},
    {"AStudentWhoBecomesADeveloperGoesUp", {"Student", ""}, {"Full-stack developer", "Web"}, DraftMove::kUp},
    {"AnAssistantManagerWhoManagesGoesUp",
     {"Assistant Manager Sales", "Sales"},
     {"Sales Manager", "Sales"},
     DraftMove::kUp},
    {"TitlesBeyondEnglishAreBesideEachOther",
     {"Ingénieure études", "Études"},
     {"Ingénieure réseau", "Réseaux"},
     DraftMove::kSide},
};

class JourneyDraftsTest : public ::testing::TestWithParam<Case> {};

TEST_P(JourneyDraftsTest, TitlesTellTheMove) {
  EXPECT_EQ(static_cast<int>(MoveBetween(&GetParam().before, GetParam().after)), static_cast<int>(GetParam().move));
}

INSTANTIATE_TEST_SUITE_P(Real, JourneyDraftsTest, ::testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

TEST(JourneyDraftsStartTest, NothingBeforeIsAStart) {
  EXPECT_EQ(MoveBetween(nullptr, {"Chief Executive Officer", "Executive"}), DraftMove::kStart);
}

TEST(JourneyDraftsSameTest, CaseAndSpacesMakeNoOtherPost) {
  EXPECT_TRUE(IsSamePost({"Design  Engineer", "R&D"}, {"design engineer", "r&d"}));
  EXPECT_FALSE(IsSamePost({"Design Engineer", "R&D"}, {"Design Engineer", "Tools"}));
}

}  // namespace
}  // namespace cortado::profile
