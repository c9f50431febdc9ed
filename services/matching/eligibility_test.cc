#include "services/matching/eligibility.h"

#include <gtest/gtest.h>

#include <string>

#include "services/matching/testing/people.h"

namespace cortado::matching {
namespace {

constexpr int64_t kNow = 1000;
constexpr int32_t kEnglish = 0;
constexpr int32_t kGerman = 1;

class EligibilityTest : public ::testing::Test {
 protected:
  EligibilityTest() {
    boss_ = house_.Add("boss");
    lead_ = house_.Add("lead", [this](Person& p) { p.manager = boss_; });
    ada_ = house_.Add("ada", [this](Person& p) {
      p.manager = lead_;
      p.languages = {kEnglish};
    });
    query_.asker = ada_;
    query_.now = kNow;
  }

  template <typename Edit>
  Refusal RefusalOf(Edit edit) {
    return house_.Check(query_, house_.Add("somebody", edit));
  }

  testing::House house_;
  int32_t boss_, lead_, ada_;
  Query query_;
};

TEST_F(EligibilityTest, AWillingPersonElsewhereIsEligible) {
  EXPECT_EQ(RefusalOf([](Person&) {}), Refusal::kNone);
}

TEST_F(EligibilityTest, NobodyIsSuggestedToThemselves) { EXPECT_EQ(house_.Check(query_, ada_), Refusal::kOneself); }

TEST_F(EligibilityTest, WhoeverLeftIsRefused) {
  EXPECT_EQ(RefusalOf([](Person& p) { p.active = false; }), Refusal::kNotActive);
}

TEST_F(EligibilityTest, ABlockActsBothWays) {
  EXPECT_EQ(RefusalOf([this](Person& p) { p.blocks = {ada_}; }), Refusal::kBlocked);
  const int32_t bob = house_.Add("bob");
  query_.asker = house_.Add("eve", [&](Person& p) { p.blocks = {bob}; });
  EXPECT_EQ(house_.Check(query_, bob), Refusal::kBlocked);
}

TEST_F(EligibilityTest, APauseEndsByItself) {
  EXPECT_EQ(RefusalOf([](Person& p) { p.paused_until = kNow + 1; }), Refusal::kPaused);
  EXPECT_EQ(RefusalOf([](Person& p) { p.paused_until = kNow; }), Refusal::kNone);
}

TEST_F(EligibilityTest, TwoPeopleNeedALanguageInCommon) {
  EXPECT_EQ(RefusalOf([](Person& p) { p.languages = {kGerman}; }), Refusal::kNoCommonLanguage);
  EXPECT_EQ(RefusalOf([](Person& p) { p.languages = {kGerman, kEnglish}; }), Refusal::kNone);
}

TEST_F(EligibilityTest, LanguagesNobodyToldExcludeNobody) {
  EXPECT_EQ(RefusalOf([](Person& p) { p.languages = {}; }), Refusal::kNone);
  query_.asker = boss_;
  query_.include_own_line = true;
  EXPECT_EQ(RefusalOf([](Person& p) { p.languages = {kGerman}; }), Refusal::kNone);
}

TEST_F(EligibilityTest, TheOwnReportingLineIsLeftOutUpAndDown) {
  EXPECT_EQ(house_.Check(query_, lead_), Refusal::kOwnLine);
  EXPECT_EQ(house_.Check(query_, boss_), Refusal::kOwnLine);
  EXPECT_EQ(RefusalOf([this](Person& p) { p.manager = ada_; }), Refusal::kOwnLine);
}

TEST_F(EligibilityTest, APeerOfTheSameManagerIsNotInTheOwnLine) {
  EXPECT_EQ(RefusalOf([this](Person& p) { p.manager = lead_; }), Refusal::kNone);
}

TEST_F(EligibilityTest, TheOwnReportingLineIsSuggestedWhenAskedFor) {
  query_.include_own_line = true;
  EXPECT_EQ(house_.Check(query_, boss_), Refusal::kNone);
}

TEST_F(EligibilityTest, ACycleOfManagersDoesNotHang) {
  house_.Add("x", [this](Person& p) { p.manager = house_.organization().size() + 1; });
  house_.Add("y", [this](Person& p) { p.manager = house_.organization().size() - 1; });
  EXPECT_EQ(RefusalOf([](Person&) {}), Refusal::kNone);
  query_.asker = house_.organization().size() - 2;
  EXPECT_EQ(house_.Check(query_, ada_), Refusal::kNone);
}

TEST_F(EligibilityTest, SomebodyAskedBeforeIsNotSuggestedAgain) {
  const int32_t bob = house_.Add("bob");
  query_.already_asked = {bob};
  EXPECT_EQ(house_.Check(query_, bob), Refusal::kAlreadyAsked);
}

TEST_F(EligibilityTest, ImportedIsNotJoined) {
  EXPECT_EQ(RefusalOf([](Person& p) { p.joined = false; }), Refusal::kNotJoined);
}

TEST_F(EligibilityTest, AssumeOpenCountsTheImportedAsJoinedAndOpen) {
  query_.assume_open = true;
  EXPECT_EQ(RefusalOf([](Person& p) {
              p.joined = false;
              p.open_to = 0;
            }),
            Refusal::kNone);
}

TEST_F(EligibilityTest, OnlyWhatIsOfferedIsSuggested) {
  EXPECT_EQ(RefusalOf([](Person& p) { p.open_to = static_cast<uint8_t>(OfferRole::kCoffee); }), Refusal::kNotOffered);
}

TEST_F(EligibilityTest, AClosedDoorTakesNoNewRequests) {
  EXPECT_EQ(RefusalOf([](Person& p) { p.closed = true; }), Refusal::kClosed);
}

TEST_F(EligibilityTest, MatchesAndOpenRequestsTakePlaces) {
  EXPECT_EQ(RefusalOf([](Person& p) {
              p.active_matches = 1;
              p.open_requests = 1;
            }),
            Refusal::kNoPlaceLeft);
  EXPECT_EQ(RefusalOf([](Person& p) { p.open_requests = 1; }), Refusal::kNone);
}

// Each private reason, together with no place left, must be found first.
struct PrivateCase {
  std::string name;
  void (*edit)(Person& person, int32_t asker);
};

class PrivateRefusalTest : public EligibilityTest, public ::testing::WithParamInterface<PrivateCase> {};

TEST_P(PrivateRefusalTest, IsLookedAtBeforeNoPlaceLeft) {
  const Refusal refusal = RefusalOf([this](Person& p) {
    p.places = 0;
    GetParam().edit(p, ada_);
  });
  EXPECT_TRUE(IsNotAvailable(refusal));
}

INSTANTIATE_TEST_SUITE_P(Every, PrivateRefusalTest,
                         ::testing::Values(PrivateCase{"Left", [](Person& p, int32_t) { p.active = false; }},
                                           PrivateCase{"Block", [](Person& p, int32_t asker) { p.blocks = {asker}; }},
                                           PrivateCase{"Pause", [](Person& p, int32_t) { p.paused_until = kNow + 1; }},
                                           PrivateCase{"ClosedDoor", [](Person& p, int32_t) { p.closed = true; }},
                                           PrivateCase{"Language", [](Person& p, int32_t) { p.languages = {kGerman}; }},
                                           PrivateCase{"NotJoined", [](Person& p, int32_t) { p.joined = false; }}),
                         [](const auto& test) { return test.param.name; });

TEST(RefusalTest, NoPlaceLeftAndNotOfferedAreToldAsTheyAre) {
  EXPECT_FALSE(IsNotAvailable(Refusal::kNoPlaceLeft));
  EXPECT_FALSE(IsNotAvailable(Refusal::kNotOffered));
  EXPECT_FALSE(IsNotAvailable(Refusal::kNone));
}

}  // namespace
}  // namespace cortado::matching
