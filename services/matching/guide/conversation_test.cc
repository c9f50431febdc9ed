#include "services/matching/guide/conversation.h"

#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::matching {
namespace {

using ::testing::Contains;
using ::testing::Not;

std::vector<std::string> Chosen(const Conversation& conversation) {
  std::vector<std::string> sources;
  for (const int index : ChooseQuestions(QuestionBank(), conversation)) {
    sources.push_back(QuestionBank()[index].source);
  }
  return sources;
}

std::set<QuestionGroup> GroupsOf(const std::vector<int>& chosen) {
  std::set<QuestionGroup> groups;
  for (const int index : chosen) groups.insert(QuestionBank()[index].group);
  return groups;
}

TEST(ConversationTest, AsksForWhatIsKnownOfTheTwo) {
  Conversation conversation;
  conversation.kind = DestinationKind::kSideways;
  conversation.known = kSkillSlot | kPastSlot | kPresentSlot | kPlaceSlot;
  const std::vector<std::string> chosen = Chosen(conversation);
  EXPECT_THAT(chosen, Contains("guide.journey.crossing"));
  EXPECT_THAT(chosen, Contains("guide.places.observe"));
  EXPECT_THAT(chosen, Contains("guide.projects.taught"));
}

TEST(ConversationTest, NeverAsksWhatTheProfileAnswers) {
  Conversation conversation;
  conversation.known = kPastSlot | kPresentSlot;
  EXPECT_THAT(Chosen(conversation), Not(Contains("guide.journey.turn")));
}

TEST(ConversationTest, EveryKindOfDestinationHasAQuestionOfItsOwn) {
  for (int kind = 1; kind <= static_cast<int>(DestinationKind::kNotSureYet); ++kind) {
    Conversation conversation;
    conversation.kind = static_cast<DestinationKind>(kind);
    bool own = false;
    for (const int index : ChooseQuestions(QuestionBank(), conversation)) own = own || QuestionBank()[index].kinds != 0;
    EXPECT_TRUE(own) << kind;
  }
}

TEST(ConversationTest, WhatWasAskedIsNotAskedAgain) {
  Conversation conversation;
  conversation.kind = DestinationKind::kNewField;
  conversation.known = kSkillSlot;
  const std::vector<std::string> first = Chosen(conversation);
  conversation.asked.insert(first.begin(), first.end());
  conversation.is_first_chat = false;
  const std::vector<std::string> later = Chosen(conversation);
  EXPECT_GE(later.size(), static_cast<size_t>(kFewestQuestions));
  for (const std::string& source : later) EXPECT_THAT(first, Not(Contains(source)));
}

TEST(ConversationTest, FiveToSevenQuestionsOfEveryGroupForAnyFirstTalk) {
  std::mt19937_64 random(20261122);
  const int64_t cases = cortado::testing::Scaled(10'000);
  for (int64_t i = 0; i < cases; ++i) {
    Conversation conversation;
    conversation.kind = static_cast<DestinationKind>(random() % 9);
    conversation.known = static_cast<uint8_t>(random() % 64);
    conversation.pair = random();
    const std::vector<int> chosen = ChooseQuestions(QuestionBank(), conversation);
    ASSERT_GE(chosen.size(), static_cast<size_t>(kFewestQuestions));
    ASSERT_LE(chosen.size(), static_cast<size_t>(kMostQuestions));
    ASSERT_EQ(GroupsOf(chosen).size(), static_cast<size_t>(kQuestionGroups));
    ASSERT_EQ(std::set<int>(chosen.begin(), chosen.end()).size(), chosen.size());
    for (const int index : chosen) ASSERT_TRUE(MayAsk(QuestionBank()[index], conversation));
  }
}

TEST(ConversationTest, OtherPairsGetOtherQuestionsOfEqualWorth) {
  std::set<std::vector<std::string>> guides;
  for (uint64_t pair = 0; pair < 50; ++pair) {
    Conversation conversation;
    conversation.pair = pair;
    guides.insert(Chosen(conversation));
  }
  EXPECT_GT(guides.size(), 5u);
}

}  // namespace
}  // namespace cortado::matching
