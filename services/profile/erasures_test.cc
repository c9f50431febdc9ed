#include "services/profile/erasures.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using cortado::testing::FailsWith;
using cortado::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ErasuresTest : public ProfileFixture {
 protected:
  ErasuresTest() : ledger_path_(server_.directory() + "/erasures") {}

  // Erasures over our own service and another one, which answers when it is up.
  std::unique_ptr<Erasures> Make(bool notes = true) {
    std::vector<DossierSource> sources;
    DossierSource own;
    own.service = "profile";
    own.erase = [this](
                    rpc::Call call,
                    api::v1::ErasePersonDataRequest request) -> Task<absl::StatusOr<api::v1::ErasePersonDataResponse>> {
      co_return co_await profile_.dossiers().ErasePerson(std::move(call), request);
    };
    DossierSource other;
    other.service = "matching";
    other.erase =
        [this](rpc::Call,
               api::v1::ErasePersonDataRequest request) -> Task<absl::StatusOr<api::v1::ErasePersonDataResponse>> {
      if (!other_is_up_) co_return absl::UnavailableError("away");
      erased_elsewhere_.push_back(request.person());
      api::v1::ErasePersonDataResponse response;
      response.set_done(erased_elsewhere_.size() > 1);  // In two steps.
      (*response.mutable_removed())["requests"] = 2;
      co_return response;
    };
    sources.push_back(std::move(own));
    sources.push_back(std::move(other));
    return std::make_unique<Erasures>(Erasures::Parts{store_, people_, executors_, clock_,
                                                      notes ? std::make_shared<const privacy::ErasureLedger>(
                                                                  *privacy::ErasureLedger::Open(ledger_path_))
                                                            : nullptr},
                                      std::move(sources));
  }
  v1::ErasePersonRequest Asking(const std::string& id) {
    v1::ErasePersonRequest request;
    request.set_person("people/" + id);
    request.set_etag(Get(Hr(), id)->etag());
    request.set_request_id(RequestId());
    return request;
  }
  std::vector<privacy::Erasure> Ledger() const { return *privacy::ErasureLedger::Open(ledger_path_)->Read(); }

  const std::string ledger_path_;
  redis::Client client_{server_.address(), loop_};
  store::Store store_{client_, "profile", clock_};
  PersonStore people_{store_};
  bool other_is_up_ = true;
  std::vector<std::string> erased_elsewhere_;
};

TEST_F(ErasuresTest, TheProofCountsWhatEachServiceRemovedAndHoldsIdsAlone) {
  ASSERT_THAT(Create("ada"), IsOk());
  const auto proof = SyncWait(Make()->Erase(Hr(), Asking("ada")));
  ASSERT_THAT(proof, IsOk());
  EXPECT_TRUE(proof->has_finish_time());
  EXPECT_EQ(proof->removed(proof->removed_size() - 1).service(), "matching");
  EXPECT_EQ(proof->removed(proof->removed_size() - 1).count(), 4);
  EXPECT_THAT(proof->ShortDebugString(), ::testing::Not(::testing::HasSubstr("The ada")));
  EXPECT_THAT(Get(Hr(), "ada"), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(ErasuresTest, IsNotedInTheLedger) {
  ASSERT_THAT(Create("ada"), IsOk());
  const auto proof = SyncWait(Make()->Erase(Hr(), Asking("ada")));
  ASSERT_THAT(proof, IsOk());
  ASSERT_THAT(Ledger(), SizeIs(1));
  EXPECT_EQ(Ledger()[0].organization, "acme");
  EXPECT_EQ(Ledger()[0].person, "ada");
  EXPECT_EQ(Ledger()[0].id, proof->erasure_id());
}

TEST_F(ErasuresTest, WithoutItsNoteInTheLedgerNothingIsBegun) {
  ASSERT_THAT(Create("ada"), IsOk());
  const auto erasures = Make();
  std::remove(ledger_path_.c_str());
  EXPECT_EQ(SyncWait(erasures->Erase(Hr(), Asking("ada"))).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(Get(Hr(), "ada"), IsOk());
  EXPECT_THAT(erased_elsewhere_, IsEmpty());
}

TEST_F(ErasuresTest, WithoutALedgerNobodyIsErased) {
  ASSERT_THAT(Create("ada"), IsOk());
  EXPECT_THAT(SyncWait(Make(/*notes=*/false)->Erase(Hr(), Asking("ada"))),
              FailsWith(absl::StatusCode::kFailedPrecondition, "NO_ERASURE_LEDGER"));
  EXPECT_THAT(Get(Hr(), "ada"), IsOk());
  EXPECT_THAT(erased_elsewhere_, IsEmpty());
}

TEST_F(ErasuresTest, GoesOnByItselfWhenAServiceAnswersAgain) {
  ASSERT_THAT(Create("ada"), IsOk());
  const v1::ErasePersonRequest request = Asking("ada");
  other_is_up_ = false;
  EXPECT_THAT(SyncWait(Make()->Erase(Hr(), request)), FailsWith(absl::StatusCode::kUnavailable, "TRY_AGAIN"));
  EXPECT_THAT(Get(Hr(), "ada"), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  other_is_up_ = true;
  const auto after_a_start = Make();
  const rpc::Call job = rpc::InternalCall("acme", "job:people.erase", absl::Now() + absl::Minutes(1));
  ASSERT_THAT(SyncWait(after_a_start->Resume(job)), IsOk());
  const auto proof = SyncWait(after_a_start->Erase(Hr(), request));
  ASSERT_THAT(proof, IsOk());
  EXPECT_TRUE(proof->has_finish_time());
}

TEST_F(ErasuresTest, AStaleEtagErasesNobody) {
  ASSERT_THAT(Create("ada"), IsOk());
  v1::ErasePersonRequest request = Asking("ada");
  request.set_etag("0");
  EXPECT_THAT(SyncWait(Make()->Erase(Hr(), request)), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  EXPECT_THAT(Get(Hr(), "ada"), IsOk());
  EXPECT_THAT(Ledger(), IsEmpty());
}

TEST_F(ErasuresTest, SomebodyWhoNeverWasIsNotFound) {
  v1::ErasePersonRequest request;
  request.set_person("people/nobody");
  request.set_etag("1");
  request.set_request_id(RequestId());
  EXPECT_THAT(SyncWait(Make()->Erase(Hr(), request)), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(ErasuresTest, WhoeverReportedToThemHasNoManagerHoweverMany) {
  ASSERT_THAT(Create("boss"), IsOk());
  for (int i = 0; i < 450; ++i) ASSERT_THAT(Create(absl::StrCat("r", i), "boss"), IsOk());
  ASSERT_THAT(SyncWait(Make()->Erase(Hr(), Asking("boss"))), IsOk());
  EXPECT_EQ(Get(Hr(), "r7")->manager(), "");
  EXPECT_EQ(Ask({"ZCARD", "cortado:{acme}:profile:reports"}), "0");
}

TEST_F(ErasuresTest, SessionsRightsAndLinksGoToo) {
  ASSERT_THAT(Create("ada"), IsOk());
  const std::string keys = "cortado:{acme}:profile:";
  Ask({"HSET", keys + "sessions:ada", "s1", "1 1 1 1 1 0"});
  Ask({"HSET", keys + "access", "ada", "0 AUDITOR"});
  Ask({"HSET", keys + "person:ada", "slack", "T1/U1 link", "l:digest", "1"});
  Ask({"HSET", keys + "slack_users", "T1/U1", "ada"});
  Ask({"HSET", keys + "slack_pending", "T1/U2", "ada digest 1", "T1/U3", "adam digest 1"});
  Ask({"HSET", keys + "identities", "digest", "ada"});
  ASSERT_THAT(SyncWait(Make()->Erase(Hr(), Asking("ada"))), IsOk());
  EXPECT_EQ(Ask({"EXISTS", keys + "sessions:ada", keys + "access", keys + "slack_users", keys + "identities"}), "0");
  EXPECT_EQ(Ask({"HKEYS", keys + "slack_pending"}), "T1/U3");
}

TEST_F(ErasuresTest, SomebodyWhoIsBackIsNotErasedByTheOldNote) {
  ASSERT_THAT(Create("ada"), IsOk());
  ASSERT_THAT(SyncWait(Make()->Erase(Hr(), Asking("ada"))), IsOk());
  ASSERT_THAT(Create("ada"), IsOk());
  ASSERT_THAT(SyncWait(profile_.dossiers().Repeat(Ledger())), IsOk());
  EXPECT_THAT(Get(Hr(), "ada"), IsOk());
}

}  // namespace
}  // namespace cortado::profile
