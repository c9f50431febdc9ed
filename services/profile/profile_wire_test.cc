// The profile service as its clients see it: import and streams above all, which only a wire can show.
#include "services/profile/testing/profile_wire.h"

#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/profile/testing/survey.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::Ask;
using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using Code = absl::StatusCode;

class ImportTest : public WireFixture {
 protected:
  v1::Person Update(const std::string& id, const std::function<void(v1::Person&)>& change, const std::string& path) {
    v1::UpdatePersonRequest request;
    *request.mutable_person() = *Get(As(id), id);
    change(*request.mutable_person());
    request.mutable_update_mask()->add_paths(path);
    request.set_request_id(absl::StrCat("change-", id, "-", path));
    const auto updated = Ask(*stub_, &Stub::UpdatePerson, As(id), request);
    EXPECT_THAT(updated, IsOk());
    return updated.value_or(v1::Person());
  }
};

TEST_F(ImportTest, RowsBecomePeople) {
  v1::ImportRow row = Row("E1");
  row.mutable_person()->set_email("ada@example.org");
  row.mutable_person()->add_skills_held()->set_skill("k8s");
  row.mutable_person()->mutable_skills_held(0)->set_level(4);
  const auto response = Import({row, Row("E2", "E1")});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->added_count(), 2);
  EXPECT_EQ(response->skill_count(), 1);
  const v1::Person first = *Get(As("e1"), "e1");
  EXPECT_EQ(first.external_id(), "E1");
  EXPECT_EQ(first.skills_held(0).skill(), "skills/kubernetes");
  EXPECT_EQ(first.skills_held(0).display_name(), "Kubernetes");
  EXPECT_EQ(first.skills_held(0).level(), 4);
  EXPECT_EQ(Get(Hr(), "e2")->manager(), "people/e1");
}

TEST_F(ImportTest, TheSameRowsAgainWriteNothing) {
  const std::vector<v1::ImportRow> rows = {Row("a"), Row("b", "a"), Row("c", "nobody")};
  ASSERT_THAT(Import(rows), IsOk());
  const std::string revision = redis_.Ask({"GET", "cortado:{acme}:profile:rev"});
  const auto again = Import(rows);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->unchanged_count(), 3);
  EXPECT_EQ(again->added_count() + again->changed_count(), 0);
  EXPECT_EQ(again->unknown_manager_count(), 1);
  EXPECT_EQ(redis_.Ask({"GET", "cortado:{acme}:profile:rev"}), revision);
}

TEST_F(ImportTest, AChangedRowChangesItsPersonAndEmptiesWhatItNoLongerSays) {
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_title("Engineer");
  ASSERT_THAT(Import({row, Row("b")}), IsOk());
  const auto response = Import({Row("a"), Row("b")});
  EXPECT_EQ(response->changed_count(), 1);
  EXPECT_EQ(response->unchanged_count(), 1);
  EXPECT_EQ(Get(Hr(), "a")->title(), "");
}

TEST_F(ImportTest, WhatAPersonEditedIsKeptAndCounted) {
  v1::ImportRow row = Row("a");
  row.mutable_person()->add_interests()->set_topic("chess");
  row.mutable_person()->add_journey()->set_role("Tester");
  ASSERT_THAT(Import({row}), IsOk());
  Update(
      "a", [](v1::Person& person) { person.mutable_interests(0)->set_topic("sailing"); }, "interests");
  row.mutable_person()->set_title("Engineer");
  row.mutable_person()->mutable_journey(0)->set_role("Senior tester");
  const auto response = Import({row});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->kept_count(), 1);
  const v1::Person after = *Get(As("a"), "a");
  EXPECT_EQ(after.interests(0).topic(), "sailing");
  EXPECT_EQ(after.journey(0).role(), "Senior tester");
  EXPECT_EQ(after.title(), "Engineer");
}

TEST_F(ImportTest, ImportedIsNotJoined) {
  ASSERT_THAT(Import({Row("a")}), IsOk());
  EXPECT_EQ(Get(As("a"), "a")->join_state(), v1::JOIN_STATE_IMPORTED);
}

TEST_F(ImportTest, ARowThatCarriesConsentJoinsAndOneWithoutItLeavesAgain) {
  v1::ImportRow row = Row("a");
  row.mutable_offer()->set_mentor(true);
  row.mutable_offer()->set_places(3);
  ASSERT_THAT(Import({row}), IsOk());
  EXPECT_EQ(Get(As("a"), "a")->join_state(), v1::JOIN_STATE_JOINED);
  v1::GetOfferRequest request;
  request.set_name("people/a/offer");
  EXPECT_EQ(Ask(*stub_, &Stub::GetOffer, As("a"), request)->places(), 3);
  ASSERT_THAT(Import({Row("a")}), IsOk());
  EXPECT_EQ(Get(As("a"), "a")->join_state(), v1::JOIN_STATE_IMPORTED);
  EXPECT_FALSE(Ask(*stub_, &Stub::GetOffer, As("a"), request)->mentor());
}

TEST_F(ImportTest, AssumeOpenMakesEverybodyAMentorWithTwoPlaces) {
  ASSERT_THAT(Import({Row("a")}, true), IsOk());
  EXPECT_EQ(Get(As("a"), "a")->join_state(), v1::JOIN_STATE_JOINED);
  v1::GetOfferRequest request;
  request.set_name("people/a/offer");
  const v1::Offer offer = *Ask(*stub_, &Stub::GetOffer, As("a"), request);
  EXPECT_TRUE(offer.mentor() && offer.mentee() && offer.coffee());
  EXPECT_EQ(offer.places(), 2);
}

TEST_F(ImportTest, ADestinationInARowIsSaidOnceAndKeptWhenItsPersonSaysAnother) {
  v1::ImportRow row = Row("a");
  row.mutable_destination()->set_kind(v1::DESTINATION_KIND_SIDEWAYS);
  row.mutable_destination()->set_text("Designer");
  ASSERT_THAT(Import({row}), IsOk());
  row.mutable_person()->set_title("Engineer");
  ASSERT_THAT(Import({row}), IsOk());
  v1::ListDestinationsRequest list;
  list.set_parent("people/a");
  EXPECT_THAT(Ask(*stub_, &Stub::ListDestinations, As("a"), list)->destinations(), SizeIs(1));
  v1::CreateDestinationRequest say;
  say.set_parent("people/a");
  say.mutable_destination()->set_kind(v1::DESTINATION_KIND_NOT_SURE_YET);
  say.set_request_id("destination-1");
  ASSERT_THAT(Ask(*stub_, &Stub::CreateDestination, As("a"), say), IsOk());
  row.mutable_destination()->set_text("Painter");
  EXPECT_EQ(Import({row})->kept_count(), 1);
  EXPECT_EQ(Ask(*stub_, &Stub::ListDestinations, As("a"), list)->destinations(0).kind(),
            v1::DESTINATION_KIND_NOT_SURE_YET);
}

TEST_F(ImportTest, AManagerMayComeLaterOrBeThereAlready) {
  ASSERT_THAT(Import({Row("low", "MID/1"), Row("MID/1", "top")}, false, 1), IsOk());
  ASSERT_THAT(Import({Row("top"), Row("MID/1", "top"), Row("new", "low")}), IsOk());
  const std::string middle = Get(Hr(), "low")->manager();
  EXPECT_THAT(middle, ::testing::StartsWith("people/x"));
  EXPECT_EQ(Get(Hr(), middle.substr(7))->manager(), "people/top");
  EXPECT_EQ(Get(Hr(), "new")->manager(), "people/low");
}

TEST_F(ImportTest, AManagerWhoIsNobodyIsLeftOutAndCounted) {
  const auto response = Import({Row("a", "ghost"), Row("b", "a")});
  EXPECT_EQ(response->unknown_manager_count(), 1);
  EXPECT_EQ(Get(Hr(), "a")->manager(), "");
  EXPECT_EQ(redis_.Ask({"HGETALL", "cortado:{acme}:profile:managers"}), "b\na");
  EXPECT_EQ(redis_.Ask({"ZRANGE", "cortado:{acme}:profile:reports", "0", "-1"}), "a/b");
}

TEST_F(ImportTest, ARingOfManagersIsOpenedOnce) {
  const auto response = Import({Row("a", "b"), Row("b", "c"), Row("c", "a")});
  EXPECT_EQ(response->unknown_manager_count(), 1);
  EXPECT_EQ(Get(Hr(), "a")->manager(), "");
  EXPECT_EQ(Get(Hr(), "b")->manager(), "people/c");
}

TEST_F(ImportTest, IdsThatDifferInCaseAloneAreTwoPeople) {
  ASSERT_THAT(Import({Row("A"), Row("a"), Row("b", "a"), Row("c", "A")}), IsOk());
  EXPECT_EQ(redis_.Ask({"ZCARD", "cortado:{acme}:profile:people"}), "4");
  EXPECT_EQ(Get(Hr(), "a")->external_id(), "A");
  EXPECT_EQ(Get(Hr(), "c")->manager(), "people/a");
  EXPECT_EQ(Get(Hr(), Get(Hr(), "b")->manager().substr(7))->external_id(), "a");
}

TEST_F(ImportTest, AddressesMayBeSwappedButNotTaken) {
  v1::ImportRow a = Row("a"), b = Row("b");
  a.mutable_person()->set_email("one@example.org");
  b.mutable_person()->set_email("two@example.org");
  ASSERT_THAT(Import({a, b}), IsOk());
  a.mutable_person()->set_email("two@example.org");
  b.mutable_person()->set_email("one@example.org");
  ASSERT_THAT(Import({a, b}), IsOk());
  v1::LookupPersonRequest request;
  request.set_email("two@example.org");
  EXPECT_EQ(Ask(*stub_, &Stub::LookupPerson, Hr(), request)->name(), "people/a");
  v1::ImportRow c = Row("c");
  c.set_line(7);
  c.mutable_person()->set_email("ONE@example.org");
  const auto refused = Import({c});
  EXPECT_THAT(refused, FailsWith(Code::kAlreadyExists, "ALREADY_TAKEN"));
  EXPECT_EQ(MetadataOf(refused.status(), "line"), "7");
}

TEST_F(ImportTest, ABadRowIsNamedByItsPath) {
  EXPECT_THAT(Import({Row("a"), Row("")}), RefusesField("rows[1].person.external_id"));
  v1::ImportRow row = Row("a");
  row.mutable_person()->set_time_zone("Mars/Base");
  EXPECT_THAT(Import({row}), RefusesField("rows[0].person.time_zone"));
  EXPECT_THAT(Import({Row("a"), Row("a")}), RefusesField("rows[1].person.external_id"));
}

TEST_F(ImportTest, NamesOfOneSkillAreOneSkill) {
  v1::ImportRow a = Row("a"), b = Row("b");
  a.mutable_person()->add_skills_held()->set_skill("Matlab");
  b.mutable_person()->add_skills_wanted()->set_skill("MATLAB");
  b.mutable_person()->add_skills_wanted()->set_skill("matlab");
  EXPECT_EQ(Import({a, b})->skill_count(), 1);
  EXPECT_EQ(Get(As("a"), "a")->skills_held(0).skill(), Get(As("b"), "b")->skills_wanted(0).skill());
  EXPECT_EQ(Get(As("b"), "b")->skills_wanted_size(), 1);
}

TEST_F(ImportTest, OnlyHrImports) {
  grpc::ClientContext context;
  cortado::testing::Prepare(context, As("ada"));
  v1::ImportPeopleResponse response;
  const auto writer = stub_->ImportPeople(&context, &response);
  writer->WritesDone();
  EXPECT_THAT(rpc::FromGrpc(writer->Finish()), FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(ImportTest, AnImportCutOffIsFinishedByTheSameRowsAgain) {
  std::vector<v1::ImportRow> rows;
  for (int i = 0; i < 600; ++i)
    rows.push_back(Row(absl::StrCat("p", i), i == 0 ? "" : absl::StrCat("p", (i + 599) / 2)));
  grpc::ClientContext context;
  cortado::testing::Prepare(context, Hr());
  v1::ImportPeopleResponse ignored;
  const auto writer = stub_->ImportPeople(&context, &ignored);
  v1::ImportPeopleRequest half;
  for (int i = 0; i < 300; ++i) *half.add_rows() = rows[i];
  writer->Write(half);
  context.TryCancel();
  (void)writer->Finish();
  const auto response = Import(rows);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->added_count() + response->unchanged_count(), 600);
  EXPECT_EQ(redis_.Ask({"ZCARD", "cortado:{acme}:profile:people"}), "600");
  EXPECT_EQ(Get(Hr(), "p10")->manager(), "people/p304");
}

class WatchTest : public WireFixture {};

TEST_F(WatchTest, AStreamShowsTheSnapshotAndThenWhatChanges) {
  ASSERT_THAT(Import({Row("a"), Row("b")}), IsOk());
  grpc::ClientContext context;
  cortado::testing::Prepare(context, AsService());
  const auto reader = stub_->WatchPeople(&context, v1::WatchPeopleRequest());
  std::set<std::string> names;
  v1::ListPeopleChangesResponse page;
  const auto read = [&] {
    if (!reader->Read(&page)) return false;
    for (const v1::PeopleChange& change : page.changes()) names.insert(change.person().person().name());
    return true;
  };
  while (!page.snapshot_complete() && read()) {
  }
  EXPECT_THAT(names, ElementsAre("people/a", "people/b"));
  ASSERT_THAT(Import({Row("c")}), IsOk());
  while (names.count("people/c") == 0 && read()) {
  }
  EXPECT_EQ(names.count("people/c"), 1u);
  context.TryCancel();
  (void)reader->Finish();
}

TEST_F(WatchTest, AStreamEndsWhenTheServerStops) {
  grpc::ClientContext context;
  cortado::testing::Prepare(context, AsService());
  const auto reader = stub_->WatchPeople(&context, v1::WatchPeopleRequest());
  v1::ListPeopleChangesResponse page;
  while (!page.snapshot_complete() && reader->Read(&page)) {
  }
  server_.Stop(absl::Seconds(5));
  while (reader->Read(&page)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(ImportTest, ARealOrganizationIsImportedWholeWhereItIsPresent) {
  if (!HasSurvey()) GTEST_SKIP() << "the survey is not on this machine";
  const std::vector<v1::ImportRow> rows = ReadSurvey();
  const absl::Time begin = absl::Now();
  const auto response = Import(rows, true);
  const absl::Duration took = absl::Now() - begin;
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->added_count(), 14261);
  EXPECT_EQ(response->unknown_manager_count(), 0);
  RecordProperty("seconds", absl::StrCat(absl::ToDoubleSeconds(took)));
  v1::ResolveSkillsRequest names;
  names.add_texts("AWS");
  names.add_texts("Amazon Web Services (AWS)");
  const auto resolved = Ask(*stub_, &Stub::ResolveSkills, As("so24-2"), names);
  EXPECT_EQ(resolved->resolved(0).skill().name(), resolved->resolved(1).skill().name());
  // 27 % state no gap: what they want they hold.
  int quiet = 0;
  for (const v1::ImportRow& row : rows) {
    std::set<std::string> held;
    for (const auto& skill : row.person().skills_held()) held.insert(skill.skill());
    bool wants = false;
    for (const auto& skill : row.person().skills_wanted()) wants = wants || held.count(skill.skill()) == 0;
    quiet += wants ? 0 : 1;
  }
  EXPECT_NEAR(100.0 * quiet / static_cast<double>(rows.size()), 27, 1);
  EXPECT_EQ(Import(rows, true)->unchanged_count(), 14261);
}

using OrganizationWireTest = ImportTest;

TEST_F(OrganizationWireTest, ANegativeOrHugeWeightIsRefusedByItsPath) {
  for (const int weight : {-1, 101}) {
    v1::UpdateOrganizationRequest request;
    request.mutable_organization()->set_etag("1");
    request.mutable_organization()->mutable_match_weights()->set_gap_coverage(weight);
    request.mutable_update_mask()->add_paths("match_weights");
    request.set_request_id("negative-weights");
    const absl::Status refused = Ask(*stub_, &Stub::UpdateOrganization, Hr(), request).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldsOf(refused), "organization.match_weights.gap_coverage");
  }
}

}  // namespace
}  // namespace cortado::profile
