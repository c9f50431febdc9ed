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
    request.set_page_size(page_size);
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

}  // namespace
}  // namespace cortado::matching
