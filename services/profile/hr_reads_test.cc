// Which answers to HR are in the audit trail (product rules 2.8).
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HrReadsTest : public ProfileFixture {
 protected:
  void SetUp() override {
    for (const char* id : {"ada", "bob", "cleo"})
      ASSERT_THAT(Create(id, id == std::string("ada") ? "" : "ada"), IsOk());
    before_ = Entries().size();
  }
  std::vector<api::v1::AuditEntry> Entries() {
    api::v1::ListAuditRecordsRequest request;
    request.set_service("profile");
    request.set_page_size(1000);
    const auto page = *SyncWait(profile_.trail().List(AsService(), request));
    return {page.entries().rbegin(), page.entries().rend()};
  }
  // What was recorded since the set-up, as "OBJECT" or "OBJECT: PEOPLE".
  std::vector<std::string> Recorded() {
    std::vector<std::string> recorded;
    const std::vector<api::v1::AuditEntry> entries = Entries();
    for (size_t i = before_; i < entries.size(); ++i) {
      std::string line = entries[i].subject() + " " + entries[i].object();
      for (const std::string& person : entries[i].people()) line += " +" + person;
      recorded.push_back(line);
    }
    return recorded;
  }
  static rpc::Call HrPerson(const std::string& id) {
    return CallOf(id, {api::v1::ROLE_HR_ADMIN, api::v1::ROLE_EMPLOYEE});
  }

  size_t before_ = 0;
};

TEST_F(HrReadsTest, OnePersonReadIsOneEntryThatNamesThem) {
  ASSERT_THAT(Get(Hr(), "ada"), IsOk());
  v1::LookupPersonRequest lookup;
  lookup.set_external_id("bob");
  ASSERT_THAT(SyncWait(profile_.people().Lookup(Hr(), lookup)), IsOk());
  EXPECT_THAT(Recorded(), ElementsAre("hr people/ada", "hr people/bob"));
}

TEST_F(HrReadsTest, AListIsOneEntryThatNamesEverybodyShown) {
  v1::ListPeopleRequest list;
  list.set_page_size(2);
  ASSERT_THAT(SyncWait(profile_.people().List(Hr(), list)), IsOk());
  v1::BatchGetPeopleRequest batch;
  for (const char* name : {"people/cleo", "people/nobody", "people/ada", "people/cleo"}) batch.add_names(name);
  ASSERT_THAT(SyncWait(profile_.people().BatchGet(Hr(), batch)), IsOk());
  v1::ListReportsRequest reports;
  reports.set_manager("people/ada");
  ASSERT_THAT(SyncWait(profile_.people().ListReports(Hr(), reports)), IsOk());
  EXPECT_THAT(Recorded(), ElementsAre("hr people +ada +bob", "hr people +ada +cleo", "hr people +bob +cleo"));
}

TEST_F(HrReadsTest, WhatHangsOnAPersonCountsToo) {
  const rpc::Call hr = HrPerson("bob");
  v1::GetOfferRequest offer;
  offer.set_name("people/ada/offer");
  ASSERT_THAT(SyncWait(profile_.offers().GetOffer(hr, offer)), IsOk());
  EXPECT_THAT(DestinationsOf("cleo", hr), IsEmpty());
  EXPECT_THAT(Recorded(), ElementsAre("bob people/ada", "bob people/cleo"));
}

TEST_F(HrReadsTest, NobodyElsesReadsAreRecordedNorOnesOwn) {
  ASSERT_THAT(Get(As("bob"), "ada"), IsOk());
  ASSERT_THAT(Get(AsService(), "ada"), IsOk());
  ASSERT_THAT(Get(HrPerson("ada"), "ada"), IsOk());
  v1::GetOfferRequest offer;
  offer.set_name("people/ada/offer");
  ASSERT_THAT(SyncWait(profile_.offers().GetOffer(As("bob"), offer)), IsOk());
  EXPECT_THAT(Recorded(), IsEmpty());
}

TEST_F(HrReadsTest, AnAnswerThatShowsNobodyIsNotRecorded) {
  EXPECT_FALSE(Get(Hr(), "nobody").ok());
  v1::ListPeopleRequest list;
  list.set_department("Nowhere");
  ASSERT_THAT(SyncWait(profile_.people().List(Hr(), list)), IsOk());
  EXPECT_THAT(Recorded(), IsEmpty());
}

TEST_F(HrReadsTest, AWriteHasOneEntryHoweverOftenItIsSent) {
  const v1::Person ada = *Get(As("bob"), "ada");
  v1::UpdatePersonRequest request;
  *request.mutable_person() = ada;
  request.mutable_person()->set_title("Captain");
  request.mutable_update_mask()->add_paths("title");
  request.set_request_id("one-request");
  for (int i = 0; i < 3; ++i) ASSERT_THAT(SyncWait(profile_.people().Update(Hr(), request)), IsOk());
  EXPECT_THAT(Recorded(), ElementsAre("hr people/ada"));
}

TEST_F(HrReadsTest, WhatCannotBeRecordedIsNotShown) {
  // The trail's stream takes no entry behind one of a later revision, as after a loss of the store.
  Ask({"XADD", "cortado:{acme}:profile:audit", "99-0", "time", "1"});
  EXPECT_TRUE(absl::IsUnavailable(Get(Hr(), "ada").status()));
  EXPECT_THAT(Get(As("bob"), "ada"), IsOk());
}

}  // namespace
}  // namespace cortado::profile
