// Searching as the service does it: what is found, by whom, how fresh it is, and what becomes of the index.
#include <functional>

#include "common/status/error.h"
#include "services/profile/testing/profile_fixture.h"
#include "services/profile/testing/store_copy.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SearchTest : public ProfileFixture {
 protected:
  absl::StatusOr<v1::SearchPeopleResponse> Search(rpc::Call call, const std::string& query,
                                                  const std::string& department = "") {
    return Search(profile_, std::move(call), query, department);
  }
  static absl::StatusOr<v1::SearchPeopleResponse> Search(Profile& profile, rpc::Call call, const std::string& query,
                                                         const std::string& department = "") {
    v1::SearchPeopleRequest request;
    request.set_query(query);
    request.set_department(department);
    auto response = SyncWait(profile.searches().SearchPeople(call, request));
    if (response.ok()) Show(call, *response);
    return response;
  }
  // Who is found, by name.
  std::vector<std::string> Found(const std::string& query, const std::string& department = "") {
    return Names(Search(As("anybody"), query, department));
  }
  static std::vector<std::string> Names(const absl::StatusOr<v1::SearchPeopleResponse>& response) {
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> names;
    if (!response.ok()) return names;
    for (const auto& card : response->people()) names.push_back(card.person());
    return names;
  }
  void Change(const std::string& id, const std::function<void(v1::Person&)>& change, const std::string& path) {
    v1::Person person = *Get(Hr(), id);
    change(person);
    ASSERT_THAT(Update(Hr(), person, {path}), IsOk());
  }
};

TEST_F(SearchTest, APersonIsFoundAsSoonAsTheyAreWritten) {
  EXPECT_THAT(Found("ada"), IsEmpty());
  ASSERT_THAT(Create("ada"), IsOk());
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada"));
  Change(
      "ada", [](v1::Person& person) { person.set_title("Mathematician"); }, "title");
  EXPECT_THAT(Found("mathem"), ElementsAre("people/ada"));
  EXPECT_THAT(Found("matehmatician"), ElementsAre("people/ada"));
}

TEST_F(SearchTest, WhoeverLeftOrIsGoneIsNotFound) {
  for (const char* id : {"ada", "adam"}) ASSERT_THAT(Create(id), IsOk());
  ASSERT_THAT(Found("ada"), ElementsAre("people/ada", "people/adam"));
  Change(
      "ada", [](v1::Person& person) { person.set_active(false); }, "active");
  EXPECT_THAT(Found("ada"), ElementsAre("people/adam"));
  EXPECT_THAT(Names(Search(Hr(), "ada")), ElementsAre("people/adam"));
  ASSERT_THAT(Delete("adam"), IsOk());
  EXPECT_THAT(Found("ada"), IsEmpty());
}

TEST_F(SearchTest, ACardShowsWhatTheViewerMayRead) {
  ASSERT_THAT(Create("ada"), IsOk());
  Change(
      "ada", [](v1::Person& person) { person.set_department("Research"); }, "department");
  Change(
      "ada", [](v1::Person& person) { person.set_time_zone("Europe/London"); }, "time_zone");
  Ask({"HSET", "cortado:{acme}:profile:person:ada", "slack", "T1/U1 link"});
  Change(
      "ada", [](v1::Person& person) { person.set_title("Countess"); }, "title");
  const auto card = Search(As("bob"), "countess")->people(0);
  EXPECT_EQ(card.display_name(), "The ada");
  EXPECT_EQ(card.title(), "Countess");
  EXPECT_EQ(card.department(), "Research");
  EXPECT_EQ(card.time_zone(), "Europe/London");
  EXPECT_EQ(card.local_time().instant().seconds(), 1'800'000'000);
  EXPECT_EQ(card.slack_user(), "U1");
  EXPECT_EQ(Search(Hr(), "countess")->people(0).slack_user(), "");
}

TEST_F(SearchTest, ADepartmentIsKeptTo) {
  for (const char* id : {"ada", "adam"}) ASSERT_THAT(Create(id), IsOk());
  Change(
      "adam", [](v1::Person& person) { person.set_department("Sales"); }, "department");
  EXPECT_THAT(Found("ada", "sales"), ElementsAre("people/adam"));
  EXPECT_THAT(Found("ada", "Nowhere"), IsEmpty());
}

TEST_F(SearchTest, SkillsAndRolesAreFoundByAnyOfTheirNames) {
  ASSERT_THAT(CreateSkill("Kubernetes", {"container orchestration"}), IsOk());
  ASSERT_THAT(CreateRole("Weaver", {"Weaving"}), IsOk());
  v1::SearchSkillsRequest skills;
  for (const char* query : {"kube", "orchestr", "kubernets"}) {
    skills.set_query(query);
    const auto found = SyncWait(profile_.searches().SearchSkills(As("bob"), skills));
    ASSERT_THAT(found, IsOk());
    ASSERT_EQ(found->skills_size(), 1) << query;
    EXPECT_EQ(found->skills(0).name(), "skills/kubernetes");
  }
  v1::SearchRolesRequest roles;
  roles.set_query("weav");
  EXPECT_EQ(SyncWait(profile_.searches().SearchRoles(As("bob"), roles))->roles(0).name(), "roles/weaver");
  ASSERT_THAT(CreateRole("Weaver of carpets", {"Weaving"}), IsOk());
  EXPECT_EQ(SyncWait(profile_.searches().SearchRoles(As("bob"), roles))->roles_size(), 2);
  v1::DeleteRoleRequest gone;
  gone.set_name("roles/weaver");
  gone.set_etag(SyncWait(profile_.searches().SearchRoles(As("bob"), roles))->roles(0).etag());
  gone.set_request_id(RequestId());
  ASSERT_THAT(SyncWait(profile_.roles().Delete(Hr(), gone)), IsOk());
  EXPECT_EQ(SyncWait(profile_.searches().SearchRoles(As("bob"), roles))->roles_size(), 1);
}

TEST_F(SearchTest, ABlockShowsNowhere) {
  for (const char* id : {"ada", "bob"}) ASSERT_THAT(Create(id), IsOk());
  v1::BlockPersonRequest block;
  block.set_parent("people/ada");
  block.mutable_block()->set_person("people/bob");
  block.set_request_id(RequestId());
  ASSERT_THAT(SyncWait(profile_.blocks().Block(As("ada"), block)), IsOk());
  EXPECT_THAT(Names(Search(As("bob"), "ada")), ElementsAre("people/ada"));
  EXPECT_THAT(Names(Search(As("ada"), "bob")), ElementsAre("people/bob"));
}

TEST_F(SearchTest, WhatAnotherServerWroteIsFound) {
  Profile other({server_.address(), loop_, executors_, clock_, keys_});
  ASSERT_THAT(Create("ada"), IsOk());
  EXPECT_THAT(Names(Search(other, As("bob"), "ada")), ElementsAre("people/ada"));
  ASSERT_THAT(Create("adam"), IsOk());
  EXPECT_THAT(Names(Search(other, As("bob"), "ada")), ElementsAre("people/ada", "people/adam"));
}

TEST_F(SearchTest, AnotherOrganizationIsNeverFound) {
  ASSERT_THAT(Create("ada"), IsOk());
  EXPECT_THAT(Names(Search(CallOf("x", {api::v1::ROLE_EMPLOYEE}, "globex"), "ada")), IsEmpty());
}

TEST_F(SearchTest, ItSaysHowFarItIsWhileItLoads) {
  ASSERT_THAT(Create("ada"), IsOk());
  const auto refused = Search(CallOf("bob", {api::v1::ROLE_EMPLOYEE}, "acme", absl::Milliseconds(100)), "ada");
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kUnavailable, "LOADING"));
  EXPECT_NE(MetadataOf(refused.status(), "people"), "");
  EXPECT_NE(MetadataOf(refused.status(), "of"), "");
  EXPECT_GT(RetryAfterOf(refused.status()), absl::ZeroDuration());
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada"));
}

TEST_F(SearchTest, AStoreThatDoesNotAnswerIsSaidSo) {
  server_.Freeze();
  const auto refused = Search(CallOf("bob", {api::v1::ROLE_EMPLOYEE}, "acme", absl::Milliseconds(300)), "ada");
  EXPECT_FALSE(refused.ok());
  server_.Thaw();
}

TEST_F(SearchTest, WhatNobodySearchesForHalfAnHourIsLetGo) {
  ASSERT_THAT(Create("ada"), IsOk());
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada"));
  clock_.Advance(absl::Minutes(29));
  profile_.search_indexes().Sweep();
  EXPECT_EQ(profile_.search_indexes().held_count(), 1u);
  clock_.Advance(absl::Minutes(1));
  profile_.search_indexes().Sweep();
  EXPECT_EQ(profile_.search_indexes().held_count(), 0u);
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada"));
}

TEST_F(SearchTest, OfTooManyPeopleThoseSearchedLeastRecentlyAreLetGo) {
  redis::Client client(server_.address(), loop_);
  store::Store store(client, "profile", clock_);
  PersonStore people(store);
  RoleStore roles(store);
  Skills skills(store);
  CopyOptions one;
  one.most_people = 1;
  SearchIndexes indexes({store, client, people, loop_, executors_, clock_}, NewSearchIndexSource(people, roles, skills),
                        one);
  for (const char* organization : {"acme", "globex"}) {
    v1::CreatePersonRequest request;
    request.mutable_person()->set_display_name("Ada");
    request.set_request_id(RequestId());
    ASSERT_THAT(SyncWait(profile_.people().Create(CallOf("hr", {api::v1::ROLE_HR_ADMIN}, organization), request)),
                IsOk());
    const rpc::Call call = CallOf("x", {api::v1::ROLE_EMPLOYEE}, organization);
    ASSERT_THAT(SyncWait(indexes.Read(call, [](const SearchIndex&) {})), IsOk());
    clock_.Advance(absl::Seconds(1));
  }
  EXPECT_EQ(indexes.held_count(), 2u);
  indexes.Sweep();
  EXPECT_EQ(indexes.held_count(), 1u);
}

TEST_F(SearchTest, AfterATrimItLoadsAnew) {
  ASSERT_THAT(Create("ada"), IsOk());
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada"));
  ASSERT_THAT(Delete("ada"), IsOk());
  ASSERT_THAT(Create("adam"), IsOk());
  Ask({"XTRIM", "cortado:{acme}:profile:feed", "MAXLEN", "1"});
  EXPECT_THAT(Found("ada"), ElementsAre("people/adam"));
}

TEST_F(SearchTest, AnOlderCopyOfTheStoreIsSearchedAsItIs) {
  ASSERT_THAT(Create("ada"), IsOk());
  StoreCopy older(server_);
  AwaitStore("ada");
  ASSERT_THAT(Create("adam"), IsOk());
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada", "people/adam"));
  older.Restore();
  AwaitStore("ada");
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada"));
  // The same revision, of another history.
  ASSERT_THAT(Create("adamo"), IsOk());
  EXPECT_THAT(Found("ada"), ElementsAre("people/ada", "people/adamo"));
}

TEST_F(SearchTest, WhatHrIsShownIsRecorded) {
  for (const char* id : {"ada", "adam"}) ASSERT_THAT(Create(id), IsOk());
  ASSERT_THAT(Search(Hr(), "ada"), IsOk());
  ASSERT_THAT(Search(As("bob"), "ada"), IsOk());
  ASSERT_THAT(Search(Hr(), "nobody"), IsOk());
  api::v1::ListAuditRecordsRequest request;
  request.set_service("profile");
  request.set_page_size(1);
  const auto last = SyncWait(profile_.trail().List(AsService(), request))->entries(0);
  EXPECT_EQ(last.object(), "people");
  EXPECT_THAT(last.people(), ElementsAre("ada", "adam"));
}

}  // namespace
}  // namespace cortado::profile
