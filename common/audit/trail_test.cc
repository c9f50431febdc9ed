#include "common/audit/trail.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/error.h"
#include "common/task/sync_wait.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"

namespace cortado::audit {
namespace {

const store::WriteScript kPut("test.put", R"lua(
  redis.call('SET', K[1], record(A[2]))
  resource = 'things/' .. A[1]
)lua");

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void WriteAll(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

class TrailTest : public ::testing::Test {
 protected:
  rpc::Call CallAs(const std::string& subject, const std::string& organization = "acme",
                   absl::Duration timeout = absl::Seconds(10)) {
    return rpc::InternalCall(organization, subject, absl::Now() + timeout);
  }
  void Put(int count, const std::string& organization = "acme") {
    for (int i = 0; i < count; ++i) {
      store::Write write;
      write.script = &kPut;
      write.keys = {store_.Key(organization, "thing:a")};
      write.arguments = {"a", "value"};
      ASSERT_TRUE(SyncWait(store_.Write(CallAs("ada", organization), std::move(write))).ok());
    }
  }
  absl::Status Seal(Trail& trail) { return SyncWait(trail.Seal(CallAs("job:audit.seal"))); }
  std::unique_ptr<Trail> MakeTrail() {
    return std::make_unique<Trail>(TrailParts{store_, client_, executors_, clock_, archive_});
  }
  // The files as PeerService gives them, verified.
  Verdict Verify(Trail& trail) {
    std::vector<std::string> files;
    api::v1::ListAuditSegmentsRequest request;
    std::optional<Anchor> anchor;
    do {
      const auto page = *SyncWait(trail.ListSegments(CallAs("test"), request));
      if (page.part().has_anchor() && files.empty())
        anchor = {page.part().anchor().count(), page.part().anchor().hash()};
      files.resize(page.part().segment() + 1);
      files.back() += page.part().content();
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    Verifier verifier({"acme", "profile"}, archive_->key.PublicKey(), files[0], anchor);
    for (size_t i = 1; i < files.size(); ++i) verifier.Add(files[i]);
    return verifier.Finish();
  }
  void ExpectSound(Trail& trail, int64_t sealed) {
    const Verdict verdict = Verify(trail);
    EXPECT_FALSE(verdict.fault.has_value()) << NameOf(verdict.fault->kind) << " " << verdict.fault->offset;
    EXPECT_EQ(verdict.entries, sealed);
    EXPECT_EQ(verdict.sealed, sealed);
  }
  std::vector<std::string> List(Trail& trail, const api::v1::AuditFilter& filter = {}, int page_size = 0) {
    api::v1::ListAuditRecordsRequest request;
    request.set_service("profile");
    *request.mutable_filter() = filter;
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      const auto page = *SyncWait(trail.List(CallAs("test"), request));
      for (const auto& entry : page.entries()) ids.push_back(entry.id());
      request.set_before(page.before());
    } while (!request.before().empty());
    return ids;
  }
  std::string Path(const std::string& name) { return absl::StrCat(archive_->directory, "/acme/profile/", name); }
  std::string Stream() { return store_.Key("acme", "audit"); }

  testing::RedisServer server_;
  EventLoop loop_;
  Executors executors_;
  redis::Client client_{server_.address(), loop_};
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  store::Store store_{client_, "profile", clock_};
  std::shared_ptr<const Archive> archive_ =
      std::make_shared<const Archive>(*OpenArchive(server_.directory() + "/audit"));
};

TEST_F(TrailTest, WhatIsWrittenIsSealedOnceAndSound) {
  auto trail = MakeTrail();
  Put(3);
  ASSERT_TRUE(Seal(*trail).ok());
  ASSERT_TRUE(Seal(*trail).ok());
  ExpectSound(*trail, 3);
  Put(1);
  EXPECT_EQ(Verify(*trail).sealed, 3);
  ASSERT_TRUE(Seal(*trail).ok());
  ExpectSound(*trail, 4);
}

TEST_F(TrailTest, ReadsStandBehindTheRevisionTheySaw) {
  auto trail = MakeTrail();
  ASSERT_TRUE(SyncWait(store_.RecordRead(CallAs("hr"), "people/p1", {"p1"})).ok());
  Put(1);
  ASSERT_TRUE(SyncWait(store_.RecordRead(CallAs("hr"), "people", {"p1", "p2"})).ok());
  ASSERT_TRUE(SyncWait(store_.RecordRead(CallAs("hr"), "people/p2", {"p2"})).ok());
  Put(1);
  EXPECT_THAT(List(*trail), ::testing::ElementsAre("2-0", "1-2", "1-1", "1-0", "0-1"));
  api::v1::AuditFilter filter;
  filter.set_object("people/p1");
  EXPECT_THAT(List(*trail, filter), ::testing::ElementsAre("1-1", "0-1"));
  ASSERT_TRUE(Seal(*trail).ok());
  ExpectSound(*trail, 5);
}

TEST_F(TrailTest, AReadThatCannotBeRecordedIsRefused) {
  server_.Kill();
  EXPECT_TRUE(absl::IsUnavailable(
      SyncWait(store_.RecordRead(CallAs("hr", "acme", absl::Milliseconds(200)), "people/p1", {"p1"}))));
}

TEST_F(TrailTest, ACrashAtAnyByteOfSealingLosesAndRepeatsNothing) {
  Put(2);
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  const std::string heads = ReadAll(Path("heads"));
  const std::string segment = ReadAll(Path("segment-000001"));
  const std::string anchor = server_.Ask({"HGET", store_.Key("acme", "audit:head"), "hash"});
  Put(2);
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  const std::string later_heads = ReadAll(Path("heads"));
  const std::string later_segment = ReadAll(Path("segment-000001"));
  ASSERT_EQ(later_segment.substr(0, segment.size()), segment);
  // Up to here entries were on disk, then heads; the anchor is the last to follow.
  for (size_t at = 0; at <= later_segment.size() - segment.size() + later_heads.size() - heads.size(); ++at) {
    const size_t entries = std::min(at, later_segment.size() - segment.size());
    WriteAll(Path("segment-000001"), later_segment.substr(0, segment.size() + entries));
    WriteAll(Path("heads"), later_heads.substr(0, heads.size() + at - entries));
    server_.Ask({"HSET", store_.Key("acme", "audit:head"), "count", "2", "id", "2-0", "hash", anchor});
    auto trail = MakeTrail();
    ASSERT_TRUE(Seal(*trail).ok()) << at;
    ExpectSound(*trail, 4);
    ASSERT_EQ(server_.Ask({"HGET", store_.Key("acme", "audit:head"), "count"}), "4") << at;
  }
}

TEST_F(TrailTest, AFirstSegmentThatWasNeverSealedIsWrittenAgain) {
  Put(2);
  auto trail = MakeTrail();
  std::filesystem::create_directories(Path(""));
  WriteAll(Path("segment-000001"), "cortado-aud");
  WriteAll(Path("segment-000002"), "what a crash left");
  ASSERT_TRUE(Seal(*trail).ok());
  ExpectSound(*trail, 2);
}

TEST_F(TrailTest, TwoSealersAtOnceSealEveryEntryOnce) {
  Executors others;
  Trail one({store_, client_, executors_, clock_, archive_});
  Trail two({store_, client_, others, clock_, archive_});
  std::atomic<bool> done{false};
  auto seal = [&](Trail& trail) {
    while (!done.load()) EXPECT_TRUE(Seal(trail).ok());
  };
  std::thread first(seal, std::ref(one));
  std::thread second(seal, std::ref(two));
  Put(300);
  done.store(true);
  first.join();
  second.join();
  ASSERT_TRUE(Seal(one).ok());
  ASSERT_TRUE(Seal(two).ok());
  ExpectSound(one, 300);
}

TEST_F(TrailTest, SealingGoesOnAfterTheStoreWasAway) {
  auto trail = MakeTrail();
  Put(2);
  ASSERT_TRUE(Seal(*trail).ok());
  Put(2);
  server_.Kill();
  EXPECT_FALSE(SyncWait(trail->Seal(CallAs("job", "acme", absl::Milliseconds(200)))).ok());
  server_.Start();
  while (!client_.Connected()) std::this_thread::yield();
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  ExpectSound(*trail, 4);
}

TEST_F(TrailTest, NothingIsAddedToFilesThatWerePutBack) {
  Put(2);
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  const std::string heads = ReadAll(Path("heads"));
  const std::string segment = ReadAll(Path("segment-000001"));
  Put(2);
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  WriteAll(Path("heads"), heads);
  WriteAll(Path("segment-000001"), segment);
  Put(1);
  EXPECT_TRUE(absl::IsFailedPrecondition(Seal(*MakeTrail())));
  EXPECT_EQ(NameOf(Verify(*MakeTrail()).fault->kind), "ANCHOR");
}

TEST_F(TrailTest, NothingIsAddedToACutSegment) {
  Put(2);
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  const std::string segment = ReadAll(Path("segment-000001"));
  WriteAll(Path("segment-000001"), segment.substr(0, segment.size() - 1));
  Put(1);
  EXPECT_TRUE(absl::IsFailedPrecondition(Seal(*MakeTrail())));
  EXPECT_EQ(NameOf(Verify(*MakeTrail()).fault->kind), "CUT");
}

TEST_F(TrailTest, AStoreThatLostSealedEntriesIsNotSealed) {
  Put(2);
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  server_.Ask({"DEL", Stream(), store_.Key("acme", "rev")});
  Put(1);
  EXPECT_TRUE(absl::IsFailedPrecondition(Seal(*MakeTrail())));
}

TEST_F(TrailTest, ManyEntriesFillSegmentsOfBoundedSize) {
  auto trail = MakeTrail();
  std::vector<std::string> people;
  for (int i = 0; i < 1000; ++i) people.push_back(absl::StrFormat("%063d", i));
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(SyncWait(store_.RecordRead(CallAs("hr"), "people", people)).ok());
    if (i % 10 == 9) {
      ASSERT_TRUE(Seal(*trail).ok());
    }
  }
  ExpectSound(*trail, 60);
  EXPECT_TRUE(std::filesystem::exists(Path("segment-000003")));
  EXPECT_LT(std::filesystem::file_size(Path("segment-000001")), 2 * kSegmentBytes);
}

TEST_F(TrailTest, FilesAreForTheirOwnerAlone) {
  Put(1);
  ASSERT_TRUE(Seal(*MakeTrail()).ok());
  const std::vector<std::pair<std::string, int>> modes = {
      {archive_->directory, 0700}, {Path(""), 0700}, {Path("heads"), 0600}, {Path("segment-000001"), 0600}};
  for (const auto& [path, mode] : modes) {
    struct stat status;
    ASSERT_EQ(stat(path.c_str(), &status), 0) << path;
    EXPECT_EQ(status.st_mode & 0777, static_cast<unsigned>(mode)) << path;
  }
}

TEST_F(TrailTest, EveryOrganizationIsScheduledByItsFirstWriteAndTrimmedAfterAMonth) {
  jobs::Runner runner(store_, client_, loop_, clock_);
  auto trail = MakeTrail();
  trail->Register(runner);
  Put(3);
  Put(1, "umbrella");
  EXPECT_EQ(*SyncWait(runner.RunDue()), 2);
  ExpectSound(*trail, 3);
  EXPECT_TRUE(std::filesystem::exists(archive_->directory + "/umbrella/profile/heads"));
  clock_.Advance(absl::Hours(29 * 24));
  Put(1);
  EXPECT_EQ(*SyncWait(runner.RunDue()), 4);
  EXPECT_EQ(server_.Ask({"XLEN", Stream()}), "4");
  clock_.Advance(absl::Hours(2 * 24));
  EXPECT_EQ(*SyncWait(runner.RunDue()), 4);
  EXPECT_EQ(server_.Ask({"XLEN", Stream()}), "1");
  // What left the store is still there, and read from the files.
  EXPECT_THAT(List(*trail), ::testing::ElementsAre("4-0", "3-0", "2-0", "1-0"));
  EXPECT_THAT(List(*trail, {}, 1), ::testing::ElementsAre("4-0", "3-0", "2-0", "1-0"));
  ExpectSound(*trail, 4);
}

TEST_F(TrailTest, WhatIsNotSealedIsNeverTrimmed) {
  jobs::Runner runner(store_, client_, loop_, clock_);
  auto trail = MakeTrail();
  trail->Register(runner);
  Put(2);
  ASSERT_TRUE(Seal(*trail).ok());
  Put(2);
  WriteAll(Path("heads"), "damaged\n");
  clock_.Advance(absl::Hours(31 * 24));
  ASSERT_TRUE(SyncWait(runner.RunDue()).ok());
  EXPECT_EQ(server_.Ask({"XLEN", Stream()}), "2");
  EXPECT_EQ(server_.Ask({"XRANGE", Stream(), "3-0", "3-0"}).substr(0, 3), "3-0");
}

TEST_F(TrailTest, WithoutAnArchiveTheTrailStaysInTheStore) {
  Trail trail({store_, client_, executors_, clock_, nullptr});
  Put(2);
  EXPECT_THAT(List(trail), ::testing::ElementsAre("2-0", "1-0"));
  EXPECT_FALSE(SyncWait(trail.ListSegments(CallAs("test"), {}))->part().sealed());
}

TEST_F(TrailTest, FiltersFitTogether) {
  auto trail = MakeTrail();
  Put(1);
  clock_.Advance(absl::Seconds(10));
  ASSERT_TRUE(SyncWait(store_.RecordRead(CallAs("hr"), "people/p1/time", {"p1"})).ok());
  api::v1::AuditFilter filter;
  filter.set_subject("hr");
  EXPECT_THAT(List(*trail, filter), ::testing::ElementsAre("1-1"));
  filter.set_object("people/p1");
  EXPECT_THAT(List(*trail, filter), ::testing::ElementsAre("1-1"));
  filter.set_object("people/p");
  EXPECT_THAT(List(*trail, filter), ::testing::IsEmpty());
  api::v1::AuditFilter method;
  method.set_method("ada");
  EXPECT_THAT(List(*trail, method), ::testing::ElementsAre("1-0"));
  api::v1::AuditFilter time;
  time.mutable_start_time()->set_seconds(1'800'000'010);
  EXPECT_THAT(List(*trail, time), ::testing::ElementsAre("1-1"));
  time.mutable_end_time()->set_seconds(1'800'000'010);
  EXPECT_THAT(List(*trail, time), ::testing::IsEmpty());
}

}  // namespace
}  // namespace cortado::audit
