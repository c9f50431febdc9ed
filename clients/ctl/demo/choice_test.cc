#include "clients/ctl/demo/choice.h"

#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using matching::v1::Suggestion;

// Somebody in Paris who works `hours` (of 1,000) at the same time, and has `room` (of 1,000).
Suggestion InParis(int hours, int room) {
  Suggestion suggestion;
  suggestion.mutable_person()->set_title("Analyst");
  suggestion.mutable_person()->set_time_zone("Europe/Paris");
  auto* part = suggestion.add_parts();
  part->set_term(matching::v1::TERM_COMMON_HOURS);
  part->set_value(hours);
  part = suggestion.add_parts();
  part->set_term(matching::v1::TERM_HEADROOM);
  part->set_value(room);
  suggestion.add_covered_skills("skills/go");
  return suggestion;
}

TEST(ChoiceTest, ElsewhereIsAnotherZoneWithEnoughHoursInCommon) {
  EXPECT_TRUE(IsElsewhere(InParis(300, 0), "Europe/London"));
  EXPECT_FALSE(IsElsewhere(InParis(300, 0), "Europe/Paris"));
  EXPECT_FALSE(IsElsewhere(InParis(299, 0), "Europe/London"));
}

TEST(ChoiceTest, RoomIsCountedInPlaces) {
  EXPECT_EQ(FreePlaces(InParis(0, 1000), 2), 2);
  EXPECT_EQ(FreePlaces(InParis(0, 666), 3), 1);
  EXPECT_EQ(FreePlaces(Suggestion(), 3), 0);
}

TEST(ChoiceTest, TheTopicIsTheWeightiestMissingSkillTheOtherHas) {
  profile::v1::SkillGap gap;
  EXPECT_EQ(CommonTopic(InParis(0, 0), gap), "");
  auto* rust = gap.add_items();
  rust->set_skill("skills/rust");
  rust->set_display_name("Rust");
  auto* go = gap.add_items();
  go->set_skill("skills/go");
  go->set_display_name("Go");
  EXPECT_EQ(CommonTopic(InParis(0, 0), gap), "Go");
}

TEST(ChoiceTest, SuggestionsFromElsewhereMakeTheBetterStory) {
  matching::v1::SuggestRoleModelsResponse response;
  *response.add_suggestions() = InParis(500, 0);
  EXPECT_GT(WorthTelling(response, "Europe/London"), WorthTelling(response, "Europe/Paris"));
}

TEST(ChoiceTest, TurnsAreSeenWhereAScoreRises) {
  matching::v1::SuggestRoleModelsResponse response;
  response.add_suggestions()->set_score(61000);
  EXPECT_FALSE(TakesTurns(response));
  response.add_suggestions()->set_score(61640);
  EXPECT_TRUE(TakesTurns(response));
}

void AddFree(scheduling::v1::GetAvailabilityResponse& all, int64_t from, int64_t to) {
  all.add_free()->mutable_start_time()->set_seconds(from);
  all.mutable_free()->rbegin()->mutable_end_time()->set_seconds(to);
}

TEST(ChoiceTest, TimesInCommonAreTheFirstOfDifferentDays) {
  constexpr int64_t kHour = 3600, kDay = 24 * kHour;
  scheduling::v1::GetAvailabilityResponse one, other;
  AddFree(one, 9 * kHour + 60, 12 * kHour);
  AddFree(one, kDay + 9 * kHour, kDay + 12 * kHour);
  AddFree(other, 8 * kHour, 11 * kHour);
  AddFree(other, kDay + 11 * kHour + 1800, kDay + 15 * kHour);
  const auto seconds = [&](size_t limit) {
    std::vector<int64_t> all;
    for (absl::Time time : CommonTimes(one, other, absl::Minutes(30), limit)) all.push_back(absl::ToUnixSeconds(time));
    return all;
  };
  EXPECT_EQ(seconds(2), (std::vector<int64_t>{9 * kHour + 1800, kDay + 11 * kHour + 1800}));
  EXPECT_EQ(seconds(3), (std::vector<int64_t>{9 * kHour + 1800, 10 * kHour, kDay + 11 * kHour + 1800}));
  EXPECT_TRUE(CommonTimes(one, {}, absl::Minutes(30), 3).empty());
}

}  // namespace
}  // namespace cortado::ctl
