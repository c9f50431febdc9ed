#include "services/profile/people.h"

#include <set>
#include <thread>

#include "common/status/error.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Code = absl::StatusCode;

std::vector<std::string> NamesOf(const google::protobuf::RepeatedPtrField<v1::Person>& people) {
  std::vector<std::string> names;
  for (const v1::Person& person : people) names.push_back(person.name());
  return names;
}

class PeopleTest : public ProfileFixture {
 protected:
  absl::StatusOr<v1::Person> CreateWith(const std::function<void(v1::CreatePersonRequest&)>& fill) {
    v1::CreatePersonRequest request;
    request.mutable_person()->set_display_name("Ada");
    request.set_request_id(RequestId());
    fill(request);
    return SyncWait(profile_.people().Create(Hr(), request));
  }
  absl::Status Delete(const std::string& id, const std::string& etag, const std::string& request_id) {
    v1::DeletePersonRequest request;
    request.set_name("people/" + id);
    request.set_etag(etag);
    request.set_request_id(request_id);
    return SyncWait(profile_.people().Delete(Hr(), request)).status();
  }
  absl::StatusOr<v1::ListPeopleResponse> List(const std::function<void(v1::ListPeopleRequest&)>& fill) {
    v1::ListPeopleRequest request;
    fill(request);
    return SyncWait(profile_.people().List(Hr(), request));
  }
  std::vector<std::string> ReportsOf(const std::string& id) {
    v1::ListReportsRequest request;
    request.set_manager("people/" + id);
    return NamesOf(SyncWait(profile_.people().ListReports(Hr(), request))->people());
  }
};

TEST_F(PeopleTest, APersonCreatedIsReadBack) {
  const absl::StatusOr<v1::Person> created = Create("ada");
  ASSERT_THAT(created, IsOk());
  EXPECT_TRUE(created->active());
  EXPECT_EQ(created->create_time().seconds(), 1'800'000'000);
  const absl::StatusOr<v1::Person> read = Get(Hr(), "ada");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->etag(), created->etag());
  EXPECT_EQ(read->display_name(), "The ada");
}

TEST_F(PeopleTest, AnAbsentPersonIsNotFound) {
  EXPECT_THAT(Get(Hr(), "nobody"), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(PeopleTest, AnotherOrganizationSeesNobodyOfThisOne) {
  ASSERT_THAT(Create("ada"), IsOk());
  EXPECT_THAT(Get(CallOf("hr", {api::v1::ROLE_HR_ADMIN}, "globex"), "ada"),
              FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(PeopleTest, TheIdIsTheExternalIdInLowerCaseOrMade) {
  EXPECT_EQ(CreateWith([](auto& r) { r.mutable_person()->set_external_id("SO24-2"); })->name(), "people/so24-2");
  EXPECT_THAT(CreateWith([](auto& r) { r.mutable_person()->set_external_id("7/Ä"); })->name(),
              ::testing::StartsWith("people/x"));
  EXPECT_EQ(CreateWith([](auto&) {})->name().size(), 7u + 20u);
}

TEST_F(PeopleTest, IdExternalIdAndAddressBelongToOnePerson) {
  ASSERT_THAT(CreateWith([](auto& r) {
                r.set_person_id("ada");
                r.mutable_person()->set_external_id("1");
                r.mutable_person()->set_email("Ada@example.org");
              }),
              IsOk());
  EXPECT_THAT(CreateWith([](auto& r) { r.set_person_id("ada"); }), FailsWith(Code::kAlreadyExists, "ALREADY_TAKEN"));
  const auto same_number = CreateWith([](auto& r) {
    r.set_person_id("bo");
    r.mutable_person()->set_external_id("1");
  });
  EXPECT_THAT(same_number, FailsWith(Code::kAlreadyExists, "ALREADY_TAKEN"));
  EXPECT_EQ(FieldsOf(same_number.status()), "person.external_id");
  EXPECT_THAT(CreateWith([](auto& r) { r.mutable_person()->set_email("ada@EXAMPLE.org"); }),
              FailsWith(Code::kAlreadyExists, "ALREADY_TAKEN"));
}

TEST_F(PeopleTest, AnAddressGivenUpMayBeTaken) {
  v1::Person ada = *CreateWith([](auto& r) { r.mutable_person()->set_email("a@example.org"); });
  ada.set_email("b@example.org");
  ASSERT_THAT(Update(Hr(), ada, {"email"}), IsOk());
  EXPECT_THAT(CreateWith([](auto& r) { r.mutable_person()->set_email("a@example.org"); }), IsOk());
}

TEST_F(PeopleTest, ARepeatedRequestMakesOnePerson) {
  const auto fill = [](v1::CreatePersonRequest& r) { r.set_request_id("the-same-1"); };
  const absl::StatusOr<v1::Person> first = CreateWith(fill);
  const absl::StatusOr<v1::Person> second = CreateWith(fill);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->name(), second->name());
  EXPECT_EQ(Ask({"ZCARD", "cortado:{acme}:profile:people"}), "1");
}

TEST_F(PeopleTest, AnUpdateWritesTheFieldsOfTheMaskAlone) {
  v1::Person ada = *Create("ada");
  ada.set_title("Engineer");
  ada.set_department("Platform");
  const absl::StatusOr<v1::Person> updated = Update(Hr(), ada, {"title"});
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->title(), "Engineer");
  EXPECT_EQ(updated->department(), "");
  EXPECT_NE(updated->etag(), ada.etag());
}

TEST_F(PeopleTest, AnOutdatedEtagIsAborted) {
  const v1::Person ada = *Create("ada");
  ASSERT_THAT(Update(Hr(), ada, {"title"}), IsOk());
  EXPECT_THAT(Update(Hr(), ada, {"title"}), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
  v1::Person without = ada;
  without.clear_etag();
  EXPECT_THAT(Update(Hr(), without, {"title"}), RefusesField("person.etag"));
}

TEST_F(PeopleTest, ARepeatedUpdateIsAnsweredThoughItsEtagIsOutdated) {
  v1::UpdatePersonRequest request;
  *request.mutable_person() = *Create("ada");
  request.mutable_person()->set_title("Engineer");
  request.mutable_update_mask()->add_paths("title");
  request.set_request_id("the-same-2");
  ASSERT_THAT(SyncWait(profile_.people().Update(Hr(), request)), IsOk());
  EXPECT_EQ(SyncWait(profile_.people().Update(Hr(), request))->title(), "Engineer");
}

TEST_F(PeopleTest, HrWritesFactsAndThePersonTheRest) {
  v1::Person ada = *Create("ada");
  ada.add_interests()->set_topic("chess");
  EXPECT_THAT(Update(Hr(), ada, {"interests"}), FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Update(As("ada"), ada, {"title"}), FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Update(As("bo"), ada, {"interests"}), FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Update(As("ada"), ada, {"interests"}), IsOk());
}

TEST_F(PeopleTest, AnUnknownZoneAndAnImpossibleDayAreRefused) {
  EXPECT_THAT(CreateWith([](auto& r) { r.mutable_person()->set_time_zone("Europe/Atlantis"); }),
              RefusesField("person.time_zone"));
  EXPECT_THAT(CreateWith([](auto& r) { r.mutable_person()->set_start_date("2024-02-30"); }),
              RefusesField("person.start_date"));
}

TEST_F(PeopleTest, AManagerMustBeSomebodyAndNotBelow) {
  ASSERT_THAT(Create("top"), IsOk());
  ASSERT_THAT(Create("mid", "top"), IsOk());
  ASSERT_THAT(Create("low", "mid"), IsOk());
  EXPECT_THAT(Create("x", "nobody"), FailsWith(Code::kNotFound, "MANAGER_UNKNOWN"));
  EXPECT_THAT(Create("self", "self"), FailsWith(Code::kFailedPrecondition, "MANAGER_CYCLE"));
  v1::Person top = *Get(Hr(), "top");
  top.set_manager("people/low");
  EXPECT_THAT(Update(Hr(), top, {"manager"}), FailsWith(Code::kFailedPrecondition, "MANAGER_CYCLE"));
}

TEST_F(PeopleTest, ReportsFollowTheManager) {
  ASSERT_THAT(Create("top"), IsOk());
  ASSERT_THAT(Create("mid", "top"), IsOk());
  ASSERT_THAT(Create("low", "mid"), IsOk());
  EXPECT_THAT(ReportsOf("top"), ElementsAre("people/mid"));
  v1::Person low = *Get(Hr(), "low");
  low.set_manager("people/top");
  ASSERT_THAT(Update(Hr(), low, {"manager"}), IsOk());
  EXPECT_THAT(ReportsOf("top"), ElementsAre("people/low", "people/mid"));
  EXPECT_THAT(ReportsOf("mid"), IsEmpty());
}

TEST_F(PeopleTest, ADeletedPersonLeavesNothingAndTheirReportsHaveNoManager) {
  const v1::Person top = *Create("top");
  ASSERT_THAT(Create("mid", "top"), IsOk());
  EXPECT_THAT(Delete("top", "999", RequestId()), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
  ASSERT_THAT(Delete("top", top.etag(), "the-same-3"), IsOk());
  EXPECT_THAT(Delete("top", top.etag(), "the-same-3"), IsOk());
  EXPECT_THAT(Delete("top", top.etag(), RequestId()), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Get(Hr(), "mid")->manager(), "");
  EXPECT_EQ(Ask({"HLEN", "cortado:{acme}:profile:managers"}), "0");
  EXPECT_EQ(Ask({"ZCARD", "cortado:{acme}:profile:reports"}), "0");
  EXPECT_THAT(Create("top"), IsOk());
}

TEST_F(PeopleTest, ListsByIdPageByPage) {
  for (const char* id : {"c", "a", "b", "d"}) ASSERT_THAT(Create(id), IsOk());
  const auto first = List([](auto& r) { r.set_page_size(3); });
  EXPECT_THAT(NamesOf(first->people()), ElementsAre("people/a", "people/b", "people/c"));
  EXPECT_EQ(first->total_size(), 4);
  const auto second = List([&](auto& r) {
    r.set_page_size(3);
    r.set_page_token(first->next_page_token());
  });
  EXPECT_THAT(NamesOf(second->people()), ElementsAre("people/d"));
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_THAT(List([&](auto& r) {
                r.set_department("Platform");
                r.set_page_token(first->next_page_token());
              }),
              FailsWith(Code::kInvalidArgument, "PAGE_TOKEN_INVALID"));
}

TEST_F(PeopleTest, ListsOneDepartmentAndThoseWhoLeftOnlyWhenAsked) {
  const auto in = [&](const std::string& id, const std::string& department) {
    return *CreateWith([&](auto& r) {
      r.set_person_id(id);
      r.mutable_person()->set_department(department);
    });
  };
  in("a", "Web");
  in("b", "Web 2");
  v1::Person gone = in("c", "Web");
  gone.set_active(false);
  ASSERT_THAT(Update(Hr(), gone, {"active"}), IsOk());
  EXPECT_THAT(NamesOf(List([](auto& r) { r.set_department("web"); })->people()), ElementsAre("people/a"));
  const auto all = List([](auto& r) {
    r.set_department("Web");
    r.set_show_inactive(true);
  });
  EXPECT_THAT(NamesOf(all->people()), ElementsAre("people/a", "people/c"));
}

TEST_F(PeopleTest, LooksUpByExternalIdAndByAddressInAnyCase) {
  ASSERT_THAT(CreateWith([](auto& r) {
                r.set_person_id("ada");
                r.mutable_person()->set_external_id("E1");
                r.mutable_person()->set_email("ada@example.org");
              }),
              IsOk());
  v1::LookupPersonRequest request;
  request.set_external_id("E1");
  EXPECT_EQ(SyncWait(profile_.people().Lookup(Hr(), request))->name(), "people/ada");
  request.set_email("ADA@example.org");
  EXPECT_EQ(SyncWait(profile_.people().Lookup(Hr(), request))->name(), "people/ada");
  request.set_email("bo@example.org");
  EXPECT_THAT(SyncWait(profile_.people().Lookup(Hr(), request)), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(PeopleTest, ABatchLeavesOutWhoIsAbsent) {
  ASSERT_THAT(Create("a"), IsOk());
  ASSERT_THAT(Create("b"), IsOk());
  v1::BatchGetPeopleRequest request;
  for (const char* name : {"people/b", "people/x", "people/a"}) request.add_names(name);
  EXPECT_THAT(NamesOf(SyncWait(profile_.people().BatchGet(Hr(), request))->people()),
              ElementsAre("people/b", "people/a"));
}

TEST_F(PeopleTest, OfManyWhoRaceForOneAddressOneGetsIt) {
  std::vector<std::thread> racers;
  std::atomic<int> won = 0;
  for (int i = 0; i < 8; ++i) {
    racers.emplace_back([&, i] {
      v1::CreatePersonRequest request;
      request.set_person_id(absl::StrCat("p", i));
      request.set_request_id(absl::StrCat("racer-id-", i));
      request.mutable_person()->set_display_name("Racer");
      request.mutable_person()->set_email("one@example.org");
      won += SyncWait(profile_.people().Create(Hr(), request)).ok() ? 1 : 0;
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(won, 1);
}

TEST_F(PeopleTest, WithoutAStoreTheAnswerIsUnavailable) {
  ASSERT_THAT(Create("ada"), IsOk());
  server_.Kill();
  const rpc::Call hasty = CallOf("ada", {api::v1::ROLE_EMPLOYEE}, "acme", absl::Milliseconds(300));
  EXPECT_THAT(Get(hasty, "ada").status().code(), ::testing::AnyOf(Code::kUnavailable, Code::kDeadlineExceeded));
}

}  // namespace
}  // namespace cortado::profile
