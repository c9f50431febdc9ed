// Suggestions and explanations over gRPC: the rules as a caller meets them.
#include "services/matching/testing/matching_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;
using ::testing::UnorderedElementsAre;

constexpr absl::StatusCode kDenied = absl::StatusCode::kPermissionDenied;
constexpr absl::StatusCode kAbsent = absl::StatusCode::kNotFound;

using SuggestionsWireTest = testing::MatchingWire;

TEST_F(SuggestionsWireTest, SuggestsRoleModelsWithReasonsWhosePartsSumToTheScore) {
  Put(Somebody("ada").Wants("Go").Wants("Rust").In("Support").At("Europe/Berlin"));
  Put(Somebody("bob").Has("Go", 3).In("Data").At("Europe/Berlin"));
  Put(Somebody("eve").Has("Cobol"));
  const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  ASSERT_THAT(response->suggestions(), SizeIs(1));
  const v1::Suggestion& bob = response->suggestions(0);
  EXPECT_EQ(bob.person().display_name(), "bob");
  EXPECT_EQ(bob.reason().text(), "Has a skill you are looking for: Go.");
  EXPECT_EQ(bob.strength(), v1::STRENGTH_STRONG);
  EXPECT_THAT(bob.covered_skills(), ElementsAre("skills/go"));
  EXPECT_THAT(bob.uncovered_skills(), ElementsAre("skills/rust"));
  ASSERT_THAT(bob.parts(), SizeIs(8));
  int64_t sum = 0;
  for (const v1::ScorePart& part : bob.parts()) {
    EXPECT_EQ(part.points(), int64_t{part.value()} * part.weight()) << v1::Term_Name(part.term());
    sum += part.points();
  }
  EXPECT_EQ(sum, bob.score());
  EXPECT_EQ(response->basis(), v1::SuggestRoleModelsResponse::BASIS_GAP);
  EXPECT_EQ(response->considered_count(), 3);
}

TEST_F(SuggestionsWireTest, AJourneyIsToldAsOneSentence) {
  Put(Somebody("ada").As("Support lead").WantsToBe("Data analyst"));
  Put(Somebody("bob").As("Data analyst").Was("Support lead"));
  Load();
  const absl::StatusOr<v1::Suggestion> bob = Explain("ada", "ada", "bob");
  ASSERT_THAT(bob, IsOk());
  EXPECT_EQ(bob->reason().text(), "Was once where you are now (Support lead) and is today Data analyst.");
  Put(Somebody("eve").As("Data analyst").Was("Senior support lead"));
  const absl::StatusOr<v1::Suggestion> eve = Explain("ada", "ada", "eve");
  ASSERT_THAT(eve, IsOk());
  EXPECT_EQ(eve->reason().text(), "Once did work much like yours (Senior support lead) and is today Data analyst.");
}

TEST_F(SuggestionsWireTest, AnUnconfirmedStepIsNeverNamed) {
  Put(Somebody("ada").As("Support lead").WantsToBe("Data analyst"));
  Put(Somebody("bob").As("Data analyst").Was("Support lead", profile::v1::MOVE_KIND_START, /*confirmed=*/false));
  Load();
  EXPECT_THAT(Explain("ada", "ada", "bob")->ShortDebugString(), ::testing::Not(::testing::HasSubstr("Support lead")));
}

TEST_F(SuggestionsWireTest, ImportedPeopleAreCountedAndNeverNamed) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go").NotJoined());
  const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  EXPECT_THAT(response->suggestions(), IsEmpty());
  EXPECT_EQ(response->not_joined_count(), 1);
  EXPECT_EQ(response->note().code(), "suggest.nobody_yet") << "these come nearest, said of nobody";
}

TEST_F(SuggestionsWireTest, AnAskerWhoToldNothingHearsWhatToFillIn) {
  Put(Somebody("ada"));
  Put(Somebody("bob").Has("Go"));
  const absl::StatusOr<v1::SuggestRoleModelsResponse> response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->note().code(), "suggest.nothing_to_go_by");
  EXPECT_EQ(response->basis(), v1::SuggestRoleModelsResponse::BASIS_NOTHING);
}

TEST_F(SuggestionsWireTest, AChangeOfAProfileIsSeenInTheNextSuggestion) {
  Put(Somebody("ada").Wants("Go"));
  Load();
  EXPECT_THAT(Suggested("ada"), IsEmpty());
  Put(Somebody("bob").Has("Go"));
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
  Put(Somebody("bob").Has("Go").Blocks("ada"));
  EXPECT_THAT(Suggested("ada"), IsEmpty());
}

TEST_F(SuggestionsWireTest, TheRequirementsOfADestinationAreTheGapWhenNothingIsWanted) {
  Somebody ada("ada");
  ada.snapshot().mutable_destination()->set_role("roles/analyst");
  ada.snapshot().mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_NEW_FIELD);
  Put(ada);
  Put(Somebody("bob").Has("SQL"));
  Load();
  EXPECT_THAT(Suggested("ada"), IsEmpty());
  profile::v1::PeopleChange change;
  change.mutable_role()->set_name("roles/analyst");
  change.mutable_role()->set_display_name("Analyst");
  change.mutable_role()->add_requirements()->set_skill("skills/sql");
  feed_.Add(change);
  feed_.WaitUntilTaken();
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
}

TEST_F(SuggestionsWireTest, SuggestionsAreForOneself) {
  Put(Somebody("ada").Wants("Go"));
  v1::SuggestRoleModelsRequest request;
  request.set_person("people/ada");
  EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, As("bob"), request),
              FailsWith(kDenied, "ACCESS_DENIED"));
  EXPECT_THAT(
      cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, cortado::testing::ServiceFor(key_, "acme"), request),
      IsOk());
}

TEST_F(SuggestionsWireTest, AnAskerWhoIsAbsentIsNotFound) {
  Put(Somebody("ada"));
  EXPECT_THAT(Suggest("zoe"), FailsWith(kAbsent, "RESOURCE_NOT_FOUND"));
}

TEST_F(SuggestionsWireTest, WhatIsStillLoadingSaysSo) {
  Put(Somebody("ada").Wants("Go"));
  feed_.Hold();
  EXPECT_THAT(Suggest("ada"), FailsWith(absl::StatusCode::kUnavailable, "LOADING"));
  feed_.Release();
  EXPECT_THAT(Suggest("ada"), IsOk());
}

TEST_F(SuggestionsWireTest, AResyncLeavesNoGapInService) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  Load();
  feed_.Hold();
  feed_.Restart();
  feed_.WaitUntilAsked();
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
  feed_.Put(Somebody("eve").Has("Go"));
  feed_.Release();
  feed_.WaitUntilTaken();
  EXPECT_THAT(Suggested("ada"), UnorderedElementsAre("people/bob", "people/eve"));
}

TEST_F(SuggestionsWireTest, WhatIsLoadedIsServedUntilTheServerStops) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  Load();
  feed_.EndWaits();
  matching_.Stop();
  EXPECT_THAT(Suggested("ada"), ElementsAre("people/bob"));
}

TEST_F(SuggestionsWireTest, ExplainsToTheRoleModelWithoutTheAskersWishes) {
  Put(Somebody("ada").Wants("Go").Likes("Chess").As("Support lead").WantsToBe("Data analyst"));
  Put(Somebody("bob").Has("Go").Likes("chess").As("Data analyst"));
  Put(Somebody("eve").Likes("Rowing"));
  Put(Somebody("joe").Likes("Rowing"));
  Load();
  const absl::StatusOr<v1::Suggestion> seen = Explain("bob", "ada", "bob");
  ASSERT_THAT(seen, IsOk());
  EXPECT_EQ(seen->reason().text(), "You are both interested in Chess.");
  EXPECT_THAT(seen->covered_skills(), IsEmpty());
  EXPECT_THAT(seen->ShortDebugString(), ::testing::Not(::testing::HasSubstr("looking for: Go")));
  EXPECT_THAT(Explain("eve", "ada", "bob"), FailsWith(kDenied, "ACCESS_DENIED"));
}

TEST_F(SuggestionsWireTest, AnExplanationDoesNotTellOfABlock) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  Load();
  const std::string before = Explain("ada", "ada", "bob")->DebugString();
  Put(Somebody("bob").Has("Go").Blocks("ada").Paused().Closed());
  EXPECT_EQ(Explain("ada", "ada", "bob")->DebugString(), before);
}

TEST_F(SuggestionsWireTest, AnInterestThatIsNotShownIsNeitherCountedNorNamed) {
  Put(Somebody("ada").Likes("Chess"));
  Put(Somebody("bob").Likes("Chess", profile::v1::AUDIENCE_ONLY_ME));
  Put(Somebody("eve").Likes("Rowing"));
  Load();
  EXPECT_EQ(Explain("ada", "ada", "bob")->score(), 0);
}

TEST_F(SuggestionsWireTest, SentencesComeInTheLanguageOfTheReader) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  grpc::ClientContext context;
  cortado::testing::Prepare(context, As("ada"));
  context.AddMetadata("accept-language", "de");
  v1::SuggestRoleModelsRequest request;
  request.set_person("people/ada");
  v1::SuggestRoleModelsResponse response;
  ASSERT_TRUE(stub_->SuggestRoleModels(&context, request, &response).ok());
  EXPECT_EQ(response.suggestions(0).reason().text(), "Kann etwas, das du suchst: Go.");
}

// Who may read the reason of which term: the asker all that is known, the other one what both show anyway.
TEST_F(SuggestionsWireTest, EveryReasonIsForWhoMayReadIt) {
  Somebody ada = Somebody("ada").Wants("Go").Likes("Chess").As("Support lead").WantsToBe("Data analyst").In("Care");
  ada.At("Europe/Berlin").snapshot().mutable_destination()->add_motives(profile::v1::MOTIVE_PURPOSE);
  Put(ada);
  Somebody bob = Somebody("bob").Has("Go", 5).Likes("Chess").Was("Support lead").As("Data analyst").In("Data");
  bob.At("Europe/Berlin").snapshot().mutable_destination()->add_motives(profile::v1::MOTIVE_PURPOSE);
  bob.snapshot().mutable_destination()->set_audience(profile::v1::AUDIENCE_EVERYONE);
  Put(bob);
  Put(Somebody("kim").Has("Go").Wants("Go").Likes("Rowing"));
  Put(Somebody("max").Likes("Rowing"));
  Load();
  using Terms = std::set<v1::Term>;
  const auto terms = [](const absl::StatusOr<v1::Suggestion>& seen) {
    Terms told;
    if (!seen.ok()) return told;
    for (const v1::ScorePart& part : seen->parts()) {
      if (part.has_reason() && !part.unknown()) told.insert(part.term());
    }
    return told;
  };
  EXPECT_EQ(terms(Explain("ada", "ada", "bob")),
            (Terms{v1::TERM_GAP_COVERAGE, v1::TERM_JOURNEY, v1::TERM_INTERESTS, v1::TERM_MOTIVES, v1::TERM_ELSEWHERE,
                   v1::TERM_COMMON_HOURS, v1::TERM_HEADROOM}));
  EXPECT_EQ(terms(Explain("bob", "ada", "bob")), (Terms{v1::TERM_INTERESTS, v1::TERM_COMMON_HOURS}));
  for (const char* stranger : {"kim", "max", "nobody"}) {
    EXPECT_THAT(Explain(stranger, "ada", "bob"), FailsWith(kDenied, "ACCESS_DENIED")) << stranger;
  }
  v1::ExplainMatchRequest request;
  request.set_person("people/ada");
  request.set_mentor("people/bob");
  for (const char* role : {"HR_ADMIN", "OPERATOR", "PROGRAM_OWNER", "AUDITOR"}) {
    EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::ExplainMatch,
                                      cortado::testing::TokenOf(key_, "acme", "hanna", {role}), request),
                FailsWith(kDenied, "ACCESS_DENIED"))
        << role;
  }
}

}  // namespace
}  // namespace cortado::matching
