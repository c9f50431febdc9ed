// Guides and the organisation's own questions over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/status/error.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::IsOk;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using testing::Somebody;

class GuideWireTest : public testing::MatchingWire {
 protected:
  // Ada is matched with Bob, who has made the move she wants to make.
  void SetUp() override {
    Put(Somebody("ada").As("Support lead").WantsToBe("Data analyst").Wants("SQL"));
    Somebody bob = Somebody("bob").As("Data analyst").Was("Support lead").Has("SQL", 4);
    bob.snapshot().mutable_offer()->add_observe_first("#data-help");
    Put(bob);
    Load();
    const auto asked = AskFor("ada", "bob");
    ASSERT_THAT(asked, IsOk());
    const auto match = AcceptAt("bob", asked->name(), kSoon);
    ASSERT_THAT(match, IsOk());
    match_ = match->name();
  }

  absl::StatusOr<v1::ConversationGuide> Guide(const std::string& person, bool fresh = false) {
    v1::GetConversationGuideRequest request;
    request.set_match(match_);
    request.set_fresh(fresh);
    return cortado::testing::Ask(*stub_, &Stub::GetConversationGuide, As(person), request);
  }
  absl::StatusOr<v1::ConversationGuide> Save(const std::string& person, const v1::ConversationGuide& guide) {
    v1::SaveConversationGuideRequest request;
    *request.mutable_guide() = guide;
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::SaveConversationGuide, As(person), request);
  }
  absl::StatusOr<v1::Question> Create(const std::string& text, v1::QuestionGroup group = v1::QUESTION_GROUP_PLACES) {
    v1::CreateQuestionRequest request;
    request.mutable_question()->set_group(group);
    request.mutable_question()->set_text_en(text);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::CreateQuestion, Hr(), request);
  }
  cortado::testing::Caller Hr() { return cortado::testing::TokenOf(key_, "acme", "hr", {"HR_ADMIN"}); }
  static std::vector<std::string> TextsOf(const v1::ConversationGuide& guide) {
    std::vector<std::string> texts;
    for (const v1::GuideQuestion& question : guide.questions()) texts.push_back(question.text().text());
    return texts;
  }

  std::string match_;
};

TEST_F(GuideWireTest, FiveToSevenQuestionsNameWhatIsTrueOfThisPair) {
  const auto guide = Guide("ada");
  ASSERT_THAT(guide, IsOk());
  EXPECT_GE(guide->questions_size(), 5);
  EXPECT_LE(guide->questions_size(), 7);
  EXPECT_THAT(TextsOf(*guide), Contains(HasSubstr("“Support lead” to “Data analyst”")));
  EXPECT_THAT(TextsOf(*guide), Contains(HasSubstr("#data-help")));
  EXPECT_THAT(TextsOf(*guide), Contains(HasSubstr("SQL")));
  EXPECT_EQ(guide->mentee().display_name(), "ada");
  EXPECT_EQ(guide->mentor().display_name(), "bob");
}

TEST_F(GuideWireTest, BothSeeTheSameQuestionsAndNobodyElseAny) {
  EXPECT_EQ(TextsOf(*Guide("ada")), TextsOf(*Guide("bob")));
  Put(Somebody("eve"));
  EXPECT_EQ(Guide("eve").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(GuideWireTest, WhatOneSavesTheOtherSees) {
  v1::ConversationGuide guide = *Guide("ada");
  guide.mutable_questions(0)->mutable_text()->set_text("What do you do all day?");
  guide.add_questions()->mutable_text()->set_text("And on Fridays?");
  const auto saved = Save("ada", guide);
  ASSERT_THAT(saved, IsOk());
  EXPECT_EQ(TextsOf(*Guide("bob")), TextsOf(*saved));
  EXPECT_THAT(TextsOf(*saved), Contains("What do you do all day?"));
  EXPECT_THAT(TextsOf(*saved), Contains("And on Fridays?"));
}

TEST_F(GuideWireTest, WhoeverIsSlowerChangesNothing) {
  const v1::ConversationGuide guide = *Guide("ada");
  ASSERT_THAT(Save("ada", guide), IsOk());
  EXPECT_EQ(Save("bob", guide).status().code(), absl::StatusCode::kAborted);
}

TEST_F(GuideWireTest, ALaterGuideLeavesOutWhatWasAsked) {
  v1::ConversationGuide guide = *Guide("ada");
  for (v1::GuideQuestion& question : *guide.mutable_questions()) question.set_asked(true);
  ASSERT_THAT(Save("ada", guide), IsOk());
  const auto later = Guide("ada", /*fresh=*/true);
  ASSERT_THAT(later, IsOk());
  for (const v1::GuideQuestion& question : later->questions()) {
    for (const v1::GuideQuestion& before : guide.questions()) EXPECT_NE(question.source(), before.source());
  }
  EXPECT_GE(later->questions_size(), 5);
}

TEST_F(GuideWireTest, WhereTheMenteeWantsToGoIsNotToldAgainstTheirWill) {
  Somebody ada = Somebody("ada").As("Support lead").WantsToBe("Data analyst").Wants("SQL");
  ada.snapshot().mutable_destination()->set_audience(profile::v1::AUDIENCE_ONLY_ME);
  Put(ada);
  const auto guide = Guide("bob");
  ASSERT_THAT(guide, IsOk());
  for (const v1::GuideQuestion& question : guide->questions()) {
    EXPECT_THAT(question.source(), Not(HasSubstr("new_field")));
    EXPECT_EQ(question.text().parameters().count("role"), 0u);
  }
}

TEST_F(GuideWireTest, AnOrganisationsOwnQuestionIsAskedWhereItsSlotsAreKnown) {
  ASSERT_THAT(Create("What does our guild for {skill} do?"), IsOk());
  ASSERT_THAT(Create("What about {role}?", v1::QUESTION_GROUP_PROJECTS), IsOk());
  EXPECT_THAT(TextsOf(*Guide("ada")), Contains("What does our guild for SQL do?"));
}

TEST_F(GuideWireTest, ASlotThereIsNoneOfIsRefusedByName) {
  for (const char* text : {"Why {nothing}?", "Why {skill?", "Why skill}?", "{}"}) {
    const absl::Status status = Create(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(FieldsOf(status), "question.text_en") << text;
  }
}

TEST_F(GuideWireTest, AnArchivedQuestionIsAskedNoMore) {
  const v1::Question made = *Create("What does our guild for {skill} do?");
  v1::UpdateQuestionRequest request;
  *request.mutable_question() = made;
  request.mutable_question()->set_archived(true);
  request.mutable_update_mask()->add_paths("archived");
  request.set_request_id(NextId());
  ASSERT_THAT(cortado::testing::Ask(*stub_, &Stub::UpdateQuestion, Hr(), request), IsOk());
  EXPECT_THAT(TextsOf(*Guide("ada")), Not(Contains(HasSubstr("guild"))));
}

TEST_F(GuideWireTest, AQuestionOfASourceThatIsNoneIsRefusedByPath) {
  v1::ConversationGuide guide = *Guide("ada");
  guide.mutable_questions(1)->set_source("guide.days.nothing");
  const absl::Status status = Save("ada", guide).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldsOf(status), "guide.questions[1].source");
}

}  // namespace
}  // namespace cortado::matching
