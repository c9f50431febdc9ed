// Filters, pages, sets of mentors and teams over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "common/status/error.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;
using ::testing::UnorderedElementsAre;

class DiscoveryWireTest : public testing::MatchingWire {
 protected:
  absl::StatusOr<v1::SuggestRoleModelsResponse> Find(const v1::RoleModelFilter& filter, int page_size = 0,
                                                     const std::string& page_token = "") {
    v1::SuggestRoleModelsRequest request;
    request.set_person("people/ada");
    *request.mutable_filter() = filter;
    if (page_size != 0) request.set_page_size(page_size);
    request.set_page_token(page_token);
    return cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, As("ada"), request);
  }
  std::vector<std::string> Found(const v1::RoleModelFilter& filter) {
    std::vector<std::string> names;
    const auto response = Find(filter);
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return names;
    for (const v1::Suggestion& one : response->suggestions()) names.push_back(one.person().display_name());
    return names;
  }
  absl::StatusOr<v1::SuggestMentorSetResponse> Set(int size = 0) {
    v1::SuggestMentorSetRequest request;
    request.set_person("people/ada");
    request.set_size(size);
    return cortado::testing::Ask(*stub_, &Stub::SuggestMentorSet, As("ada"), request);
  }
  absl::StatusOr<v1::SuggestTeamsResponse> Teams() {
    v1::SuggestTeamsRequest request;
    request.set_person("people/ada");
    return cortado::testing::Ask(*stub_, &Stub::SuggestTeams, As("ada"), request);
  }
};

TEST_F(DiscoveryWireTest, OnlyThoseTheAskerWantsToSeeAreSuggested) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go").In("Data"));
  Put(Somebody("eve").Has("Go").Has("SQL").In("Sales"));
  v1::RoleModelFilter filter;
  EXPECT_THAT(Found(filter), UnorderedElementsAre("bob", "eve"));
  filter.add_departments("data");
  EXPECT_THAT(Found(filter), ElementsAre("bob"));
  filter.add_departments("SALES");
  EXPECT_THAT(Found(filter), UnorderedElementsAre("bob", "eve"));
  filter.add_skills("skills/sql");
  EXPECT_THAT(Found(filter), ElementsAre("eve"));
  filter.add_except("people/eve");
  EXPECT_THAT(Found(filter), IsEmpty());
}

TEST_F(DiscoveryWireTest, ADepartmentThatNobodyHasLeavesNobody) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("bob").Has("Go"));
  v1::RoleModelFilter filter;
  filter.add_departments("Atlantis");
  EXPECT_THAT(Found(filter), IsEmpty());
}

TEST_F(DiscoveryWireTest, ASkillThatIsNoneNamesTheFieldAndTheNearest) {
  Put(Somebody("ada").Wants("Kubernetes"));
  v1::RoleModelFilter filter;
  filter.add_skills("skills/kubernets");
  const absl::Status status = Find(filter).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FieldsOf(status), "filter.skills[0]");
  EXPECT_EQ(MetadataOf(status, "nearest"), "skills/kubernetes");
}

TEST_F(DiscoveryWireTest, PagesGoThroughEverybodyOnce) {
  Put(Somebody("ada").Wants("Go"));
  for (int i = 0; i < 23; ++i) Put(Somebody("p" + std::to_string(i)).Has("Go"));
  std::set<std::string> seen;
  std::string token;
  int pages = 0;
  do {
    const auto page = Find({}, 10, token);
    ASSERT_THAT(page, IsOk());
    for (const v1::Suggestion& one : page->suggestions()) EXPECT_TRUE(seen.insert(one.person().person()).second);
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 23u);
  EXPECT_EQ(pages, 3);
}

TEST_F(DiscoveryWireTest, APageTokenOfAnotherQuestionIsRefused) {
  Put(Somebody("ada").Wants("Go"));
  for (int i = 0; i < 3; ++i) Put(Somebody("p" + std::to_string(i)).Has("Go").In("Data"));
  const std::string token = Find({}, 1)->next_page_token();
  v1::RoleModelFilter filter;
  filter.add_departments("Data");
  EXPECT_EQ(ReasonOf(Find(filter, 1, token).status()), "PAGE_TOKEN_INVALID");
}

TEST_F(DiscoveryWireTest, ASetCoversTogetherWhatNobodyCoversAlone) {
  Put(Somebody("ada").Wants("Go").Wants("SQL").Wants("Rust").Wants("Cobol"));
  Put(Somebody("all").Has("Go", 1).Has("SQL", 1).Has("Rust", 1));
  Put(Somebody("one").Has("Go", 3).Has("SQL", 3));
  Put(Somebody("two").Has("Rust", 3));
  const auto set = Set(2);
  ASSERT_THAT(set, IsOk());
  ASSERT_THAT(set->members(), SizeIs(2));
  EXPECT_EQ(set->members(0).suggestion().person().display_name(), "one");
  EXPECT_THAT(set->members(0).adds(), UnorderedElementsAre("skills/go", "skills/sql"));
  EXPECT_THAT(set->members(1).adds(), ElementsAre("skills/rust"));
  EXPECT_THAT(set->uncovered_skills(), ElementsAre("skills/cobol"));
  EXPECT_EQ(set->covered(), 750);
  EXPECT_TRUE(set->is_best());
}

TEST_F(DiscoveryWireTest, ASetLeavesOutWhoeverMayNotBeSuggested) {
  Put(Somebody("ada").Wants("Go"));
  Put(Somebody("paused").Has("Go").Paused());
  Put(Somebody("closed").Has("Go").Closed());
  Put(Somebody("blocker").Has("Go").Blocks("ada"));
  Put(Somebody("boss").Has("Go"));
  Put(Somebody("ada").Wants("Go").Under("boss"));
  const auto set = Set();
  ASSERT_THAT(set, IsOk());
  EXPECT_THAT(set->members(), IsEmpty());
  EXPECT_EQ(set->note().code(), "set.nobody_covers");
}

TEST_F(DiscoveryWireTest, WithoutAGapThereIsNoSet) {
  Put(Somebody("ada").Has("Go").Wants("Go"));
  Put(Somebody("bob").Has("Go", 5));
  const auto set = Set();
  ASSERT_THAT(set, IsOk());
  EXPECT_EQ(set->note().code(), "set.no_gap");
}

TEST_F(DiscoveryWireTest, TeamsThatLookForWhatOneHasAreCountedInFives) {
  Put(Somebody("ada").Has("Go").In("Platform"));
  for (int i = 0; i < 7; ++i) Put(Somebody("w" + std::to_string(i)).Wants("Go").In("Data").OffersNothing());
  for (int i = 0; i < 9; ++i) Put(Somebody("n" + std::to_string(i)).In("Data").OffersNothing());
  auto teams = Teams();
  ASSERT_THAT(teams, IsOk());
  ASSERT_THAT(teams->teams(), SizeIs(1));
  EXPECT_EQ(teams->teams(0).department(), "Data");
  ASSERT_THAT(teams->teams(0).skills(), SizeIs(1));
  EXPECT_EQ(teams->teams(0).skills(0).display_name(), "Go");
  EXPECT_EQ(teams->teams(0).skills(0).wanting_count(), 5);
  EXPECT_FALSE(teams->teams(0).has_contact());
  Load();
  Somebody open = Somebody("open").In("Data");
  open.snapshot().mutable_offer()->set_coffee(true);
  Put(open);
  teams = Teams();
  ASSERT_THAT(teams, IsOk());
  EXPECT_EQ(teams->teams(0).contact().display_name(), "open");
}

TEST_F(DiscoveryWireTest, AStepThatIsNotForEveryoneIsNeverNamedAndRanksNobody) {
  Put(Somebody("ada").As("Support lead").WantsToBe("Data analyst"));
  Somebody bob = Somebody("bob").As("Data analyst").Was("Support lead");
  bob.snapshot().mutable_person()->mutable_journey(0)->set_audience(profile::v1::AUDIENCE_ONLY_ME);
  Put(bob);
  Put(Somebody("eve").As("Data analyst").Was("Support lead"));
  Load();
  const auto hidden = Explain("ada", "ada", "bob");
  ASSERT_THAT(hidden, IsOk());
  EXPECT_THAT(hidden->ShortDebugString(), ::testing::Not(::testing::HasSubstr("Support lead")));
  EXPECT_LT(hidden->score(), Explain("ada", "ada", "eve")->score());
}

TEST_F(DiscoveryWireTest, OnlyWhoMadeTheSameCrossingWhenThatIsAsked) {
  Put(Somebody("ada").As("Support lead").Wants("Go").WantsToBe("Data analyst"));
  Put(Somebody("bob").Has("Go").As("Data analyst").Was("Support lead"));
  Put(Somebody("eve").Has("Go").As("Data analyst").Was("Baker"));
  Put(Somebody("zoe").Has("Go").As("Data analyst").Was("Support lead", profile::v1::MOVE_KIND_START, false));
  v1::RoleModelFilter filter;
  EXPECT_THAT(Found(filter), UnorderedElementsAre("bob", "eve", "zoe"));
  filter.set_crossing(true);
  EXPECT_THAT(Found(filter), ElementsAre("bob"));
}

TEST_F(DiscoveryWireTest, NobodyAndTooManyAreNoPage) {
  Put(Somebody("ada").Wants("Go"));
  for (const int size : {-1, 0, 101}) {
    v1::SuggestRoleModelsRequest request;
    request.set_person("people/ada");
    request.set_page_size(size);
    const absl::Status status = cortado::testing::Ask(*stub_, &Stub::SuggestRoleModels, As("ada"), request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldsOf(status), "page_size");
  }
}

TEST_F(DiscoveryWireTest, WhereNobodyMatchesWellItIsSaidWhatIsMissing) {
  Put(Somebody("ada").Wants("Go", 5).Wants("SQL", 5).Wants("Cobol", 5));
  Put(Somebody("bob").Has("Go", 1));
  Load();
  const auto response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->note().code(), "suggest.nobody_matches_well");
  EXPECT_THAT(response->suggestions(), SizeIs(1));
  EXPECT_THAT(response->missing_skills(), ElementsAre("skills/sql", "skills/cobol"));
  EXPECT_EQ(response->missing().text(), "What is still missing: SQL and Cobol.");
}

TEST_F(DiscoveryWireTest, AnOrganisationSaysWhatThePartsWeigh) {
  Put(Somebody("ada").Wants("Go").Likes("Chess"));
  Put(Somebody("skilled").Has("Go"));
  Put(Somebody("player").Likes("Chess"));
  for (int i = 0; i < 20; ++i) Put(Somebody("p" + std::to_string(i)).Likes("Rowing"));
  Load();
  EXPECT_EQ(Suggested("ada").front(), "people/skilled");
  profile::v1::PeopleChange change;
  change.mutable_organization()->mutable_match_weights()->set_gap_coverage(1);
  change.mutable_organization()->mutable_match_weights()->set_interests(100);
  feed_.Add(change);
  feed_.WaitUntilTaken();
  const auto response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->suggestions(0).person().person(), "people/player");
  for (const v1::ScorePart& part : response->suggestions(0).parts()) {
    EXPECT_EQ(part.weight(), part.term() == v1::TERM_GAP_COVERAGE ? 1 : part.term() == v1::TERM_INTERESTS ? 100 : 0);
  }
}

TEST_F(DiscoveryWireTest, ARelatedSkillIsTheReasonWhereNobodyHasTheSkillItself) {
  Put(Somebody("ada").Wants("Kubernetes"));
  for (int i = 0; i < 30; ++i) {
    Put(Somebody("gone" + std::to_string(i)).Has("Docker").Has("Kubernetes").OffersNothing());
    Put(Somebody("other" + std::to_string(i)).Has("Excel").OffersNothing());
  }
  Put(Somebody("bob").Has("Docker"));
  Load();
  const auto response = Suggest("ada");
  ASSERT_THAT(response, IsOk());
  ASSERT_THAT(response->suggestions(), SizeIs(1));
  EXPECT_EQ(response->suggestions(0).reason().text(), "Knows Docker, which goes together with Kubernetes here.");
  EXPECT_THAT(response->suggestions(0).covered_skills(), IsEmpty());
  EXPECT_THAT(response->suggestions(0).uncovered_skills(), ElementsAre("skills/kubernetes"));
}

TEST_F(DiscoveryWireTest, TheReportOfMatchesIsForHrAndSaysNothingOfFewerThanFive) {
  const auto report = [&](const std::vector<std::string>& roles) {
    return cortado::testing::Ask(*stub_, &Stub::GetMatchReport, cortado::testing::TokenOf(key_, "acme", "hanna", roles),
                                 v1::GetMatchReportRequest());
  };
  for (const char* id : {"ada", "w1", "w2", "w3"}) Put(Somebody(id).Wants("Go").In("Data").OffersNothing());
  Put(Somebody("bob").Has("Go", 5).In("Platform"));
  Load();
  EXPECT_EQ(ReasonOf(report({"EMPLOYEE"}).status()), "ACCESS_DENIED");
  auto found = report({"HR_ADMIN"});
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->people_count(), 5);
  EXPECT_EQ(found->asker_count(), 5);
  EXPECT_EQ(found->served(), 800);
  EXPECT_EQ(found->with_gap_count(), 0) << "of four nothing is said";
  EXPECT_FALSE(found->has_best_one());
  EXPECT_FALSE(found->has_most_frequent());
  Put(Somebody("w4").Wants("Go").In("Data").OffersNothing());
  found = report({"HR_ADMIN"});
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->with_gap_count(), 5);
  EXPECT_EQ(found->best_one(), 1000);
  EXPECT_EQ(found->most_frequent(), 1000);
}

}  // namespace
}  // namespace cortado::matching
