// What only a wire shows of the feed and of racing writers: streams that are quiet, or slow to read.
#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/client.h"
#include "common/status/error.h"
#include "common/testing/scale.h"
#include "services/profile/people_feed.h"
#include "services/profile/testing/profile_wire.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::Ask;
using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;

class FeedWireTest : public WireFixture {
 protected:
  // Brings `count` people in, or changes them all with another title.
  void ImportPeople(int count, const std::string& title) {
    std::vector<v1::ImportRow> rows;
    for (int i = 0; i < count; ++i) {
      v1::ImportRow& row = rows.emplace_back();
      row.mutable_person()->set_external_id(absl::StrCat("e", i));
      row.mutable_person()->set_display_name(absl::StrCat("Person ", i));
      row.mutable_person()->set_title(title);
      row.mutable_person()->set_active(true);
    }
    ASSERT_THAT(Import(rows), IsOk());
  }
  // Whether the server has ended a stream because of its reader.
  bool IsCut() { return absl::StrContains(registry_.Text(), "code=\"RESOURCE_EXHAUSTED\""); }
  // A stream that stays open for at most 30 seconds.
  struct Watcher {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::ListPeopleChangesResponse>> reader;
    v1::ListPeopleChangesResponse page;

    bool Read() { return reader->Read(&page); }
    bool ReadUntilComplete() {
      while (Read()) {
        if (page.snapshot_complete()) return true;
      }
      return false;
    }
  };
  // Has a watcher take nothing while much changes, and looks what they hear, and whether they miss nothing.
  void CutAReader() {
    ImportPeople(600, "Weaver");
    const auto watcher = Watch();
    ASSERT_TRUE(watcher->ReadUntilComplete());
    std::string token = watcher->page.resume_token();
    // Nobody reads; what is on its way fills up, and more than a thousand changes come after it.
    std::string title;
    for (int i = 0; i < 200 && !IsCut(); ++i) {
      title = absl::StrCat("Weaver of the guild number ", i);
      ImportPeople(600, title);
    }
    ASSERT_TRUE(IsCut());
    while (watcher->Read()) token = watcher->page.resume_token();
    EXPECT_THAT(rpc::FromGrpc(watcher->reader->Finish()),
                FailsWith(absl::StatusCode::kResourceExhausted, "READER_TOO_SLOW"));
    const auto next = Watch(token);
    std::map<std::string, std::string> titles;
    while (titles.size() < 600 && next->Read()) {
      for (const v1::PeopleChange& change : next->page.changes()) {
        titles[change.person().person().name()] = change.person().person().title();
      }
    }
    EXPECT_EQ(titles.size(), 600u);
    for (const auto& [name, last] : titles) EXPECT_EQ(last, title) << name;
  }
  std::unique_ptr<Watcher> Watch(const std::string& token = "") {
    auto watcher = std::make_unique<Watcher>();
    cortado::testing::Caller caller = AsService();
    caller.timeout = absl::Seconds(30);
    cortado::testing::Prepare(watcher->context, caller);
    v1::WatchPeopleRequest request;
    request.set_resume_token(token);
    watcher->reader = stub_->WatchPeople(&watcher->context, request);
    return watcher;
  }
};

TEST_F(FeedWireTest, AQuietStreamSaysHowFarItIs) {
  ImportPeople(3, "Weaver");
  const auto watcher = Watch();
  ASSERT_TRUE(watcher->ReadUntilComplete());
  const absl::Time began = absl::Now();
  ASSERT_TRUE(watcher->Read());
  EXPECT_EQ(watcher->page.changes_size(), 0);
  EXPECT_TRUE(watcher->page.snapshot_complete());
  EXPECT_EQ(watcher->page.people_count(), 3);
  EXPECT_GE(absl::Now() - began, PeopleFeed::kMarkPeriod - absl::Milliseconds(500));
  // What the mark says is where to go on.
  ImportPeople(3, "Spinner");
  const auto next = Watch(watcher->page.resume_token());
  ASSERT_TRUE(next->Read());
  EXPECT_EQ(next->page.changes_size(), 3);
}

TEST_F(FeedWireTest, AReaderWhoTakesNothingIsCutAndToldAndGoesOnWhereTheyWere) { CutAReader(); }

TEST_F(FeedWireTest, AReaderAtTheOtherEndOfAConnectionIsCutToo) {
  stub_ = v1::ProfileService::NewStub(grpc::CreateChannel(server_.address(), grpc::InsecureChannelCredentials()));
  CutAReader();
}

// A thousand callers hold the same etag.
TEST_F(FeedWireTest, OfRacingUpdatesFromOneEtagExactlyOneIsWritten) {
  ImportPeople(1, "Weaver");
  const v1::Person before = *Get(Hr(), "e0");
  constexpr int kThreads = 8;
  const int each = static_cast<int>(cortado::testing::Scaled(1'000)) / kThreads;
  std::atomic<int> written{0}, aborted{0}, others{0};
  std::vector<std::thread> racers;
  for (int thread = 0; thread < kThreads; ++thread) {
    racers.emplace_back([&, thread] {
      for (int i = 0; i < each; ++i) {
        v1::UpdatePersonRequest request;
        *request.mutable_person() = before;
        request.mutable_person()->set_title(absl::StrCat("Title ", thread, " ", i));
        request.mutable_update_mask()->add_paths("title");
        request.set_request_id(absl::StrCat("race-", thread, "-", i, "-request"));
        const auto updated = Ask(*stub_, &Stub::UpdatePerson, Hr(), request);
        if (updated.ok()) ++written;
        if (ReasonOf(updated.status()) == "ETAG_MISMATCH" && absl::IsAborted(updated.status())) ++aborted;
        if (!updated.ok() && !absl::IsAborted(updated.status())) ++others;
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(written, 1);
  EXPECT_EQ(aborted, each * kThreads - 1);
  EXPECT_EQ(others, 0);
}

}  // namespace
}  // namespace cortado::profile
