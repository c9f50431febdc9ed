#include "clients/ctl/audit_folder.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/audit/chain.h"
#include "gmock/gmock.h"

namespace cortado::ctl {
namespace {

using ::testing::ElementsAre;

// A folder with one sealed service of three entries, and one that does not seal.
class AuditFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    audit::Chain chain = audit::Genesis(kScope);
    std::string before = chain.hash;
    std::string segment = audit::SegmentHeader(kScope, 1, chain);
    for (uint64_t revision = 1; revision <= 3; ++revision) {
      audit::Entry entry;
      entry.id = {revision, 0};
      entry.subject = "hr";
      entry.method = "ProfileService/CreatePerson";
      entry.object = "people/ada";
      const std::string canonical = audit::Canonical(kScope, entry);
      audit::Extend(chain, entry.id, canonical);
      segment += audit::RecordLine(chain, canonical);
    }
    const audit::Head head{chain, 1, static_cast<int64_t>(segment.size()), 0, before};
    auto folder = AuditFolder::Create(path_, "acme");
    ASSERT_TRUE(folder.ok()) << folder.status();
    api::v1::AuditPart part;
    part.set_service("matching");
    ASSERT_TRUE(folder->Add(part).ok());
    part.set_service("profile");
    part.set_sealed(true);
    part.set_public_key(key_.PublicKey().Raw());
    part.set_content(audit::SignHead(kScope, head, key_) + "\n");
    part.mutable_anchor()->set_count(3);
    part.mutable_anchor()->set_hash(chain.hash);
    ASSERT_TRUE(folder->Add(part).ok());
    part.set_segment(1);
    part.set_content(segment.substr(0, 100));
    ASSERT_TRUE(folder->Add(part).ok());
    part.set_content(segment.substr(100));
    ASSERT_TRUE(folder->Add(part).ok());
    ASSERT_TRUE(folder->Finish().ok());
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  absl::StatusOr<std::vector<FolderVerdict>> Verify(const std::string& key = "") {
    return VerifyFolder(
        path_, key, [this](const std::string&, const audit::Entry& entry) { entries_.push_back(entry.id.Format()); },
        [](int64_t) {});
  }
  std::string KindFound() {
    const auto verdicts = Verify();
    return verdicts.ok() && (*verdicts)[1].verdict.fault ? audit::NameOf((*verdicts)[1].verdict.fault->kind) : "OK";
  }

  static inline const audit::Scope kScope{"acme", "profile"};
  const auth::SigningKey key_ = *auth::SigningKey::Generate();
  const std::string root_ = [] {
    std::string pattern = ::testing::TempDir() + "/cortado-export-XXXXXX";
    return std::string(mkdtemp(pattern.data()));
  }();
  const std::string path_ = root_ + "/out";
  std::vector<std::string> entries_;
};

TEST_F(AuditFolderTest, WhatWasExportedIsVerifiedWithoutAServer) {
  const auto verdicts = Verify();
  ASSERT_TRUE(verdicts.ok()) << verdicts.status();
  ASSERT_EQ(verdicts->size(), 2u);
  EXPECT_FALSE((*verdicts)[0].sealed);
  EXPECT_TRUE((*verdicts)[1].sealed);
  EXPECT_FALSE((*verdicts)[1].verdict.fault.has_value());
  EXPECT_EQ((*verdicts)[1].key_id, key_.KeyId());
  EXPECT_THAT(entries_, ElementsAre("1-0", "2-0", "3-0"));
}

TEST_F(AuditFolderTest, AFileChangedOrTakenAwayIsFound) {
  std::ofstream(path_ + "/profile/segment-000001", std::ios::app) << "more\n";
  EXPECT_EQ(KindFound(), "RECORD");
  std::filesystem::remove(path_ + "/profile/segment-000001");
  EXPECT_EQ(KindFound(), "CUT");
  std::filesystem::remove(path_ + "/profile/heads");
  EXPECT_EQ(KindFound(), "ANCHOR");
}

TEST_F(AuditFolderTest, AKeyOfOnesOwnIsTrustedAloneWhenGiven) {
  const auto verdicts = Verify(auth::SigningKey::Generate()->PublicKey().Pem());
  ASSERT_TRUE(verdicts.ok());
  EXPECT_EQ(audit::NameOf((*verdicts)[1].verdict.fault->kind), "SIGNATURE");
  EXPECT_TRUE(absl::IsInvalidArgument(Verify("no key").status()));
}

TEST_F(AuditFolderTest, AFolderThatIsThereIsNotWrittenOver) {
  EXPECT_TRUE(absl::IsFailedPrecondition(AuditFolder::Create(path_, "acme").status()));
}

TEST_F(AuditFolderTest, AFolderThatIsNoExportIsRefused) {
  EXPECT_TRUE(absl::IsNotFound(VerifyFolder(root_, "", nullptr, nullptr).status()));
  std::ofstream(path_ + "/audit.json") << "[]";
  EXPECT_TRUE(absl::IsInvalidArgument(Verify().status()));
  std::ofstream(path_ + "/audit.json")
      << R"({"organization": "acme", "services": [{"service": "../x", "sealed": false}]})";
  EXPECT_TRUE(absl::IsInvalidArgument(Verify().status()));
}

}  // namespace
}  // namespace cortado::ctl
