#include "services/profile/feed_trim.h"

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/store/feed.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"

namespace cortado::profile {
namespace {

const store::WriteScript kTouch("test.touch", R"lua(
  changed('person', A[1], 'u')
  resource = 'people/' .. A[1]
)lua");

class FeedTrimTest : public ::testing::Test {
 protected:
  rpc::Call CallOf() { return rpc::InternalCall("acme", "test", absl::Now() + absl::Seconds(10)); }
  void Touch(int times) {
    for (int i = 0; i < times; ++i) {
      store::Write write;
      write.script = &kTouch;
      write.arguments = {"ada"};
      ASSERT_THAT(SyncWait(store_.Write(CallOf(), std::move(write))), testing::IsOk());
    }
  }
  void AddPeople(int count) {
    for (int i = 0; i < count; ++i) server_.Ask({"ZADD", "cortado:{acme}:profile:people", "0", absl::StrCat("p", i)});
  }
  void Trim() {
    runner_.Add({FeedTrim::kJob, absl::Hours(1),
                 [this](rpc::Call call, jobs::Fence fence) { return trim_.Run(std::move(call), std::move(fence)); }});
    ASSERT_THAT(SyncWait(runner_.Schedule(CallOf(), FeedTrim::kJob, clock_.Now())), testing::IsOk());
    ASSERT_EQ(*SyncWait(runner_.RunDue()), 1);
  }
  std::string Length() { return server_.Ask({"XLEN", "cortado:{acme}:profile:feed"}); }

  testing::RedisServer server_;
  EventLoop loop_;
  redis::Client client_{server_.address(), loop_};
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  store::Store store_{client_, "profile", clock_};
  FeedTrim trim_{store_, client_, clock_};
  jobs::Runner runner_{store_, client_, loop_, clock_};
};

TEST_F(FeedTrimTest, WhatIsYoungerThanADayStays) {
  Touch(30);
  clock_.Advance(absl::Hours(23));
  Trim();
  EXPECT_EQ(Length(), "30");
}

TEST_F(FeedTrimTest, WhatIsOlderThanADayGoesAndTheReaderBehindItResyncs) {
  Touch(30);
  std::string position = *SyncWait(store::FeedEnd(store_, client_, CallOf()));
  clock_.Advance(absl::Hours(25));
  Touch(5);
  Trim();
  EXPECT_EQ(Length(), "5");
  EXPECT_EQ(ReasonOf(SyncWait(store::ReadFeed(store_, client_, CallOf(), position, 10)).status()), "RESYNC_REQUIRED");
}

// The bug: trimming leaves no trace in the stream's highest deleted id, and whoever had read an empty feed was told
// nothing of what went.
TEST_F(FeedTrimTest, AReaderFromTheVeryBeginningResyncsToo) {
  const std::string beginning = *SyncWait(store::FeedEnd(store_, client_, CallOf()));
  Touch(30);
  EXPECT_EQ(SyncWait(store::ReadFeed(store_, client_, CallOf(), beginning, 100))->entries.size(), 30u);
  clock_.Advance(absl::Hours(25));
  Touch(1);
  Trim();
  EXPECT_EQ(ReasonOf(SyncWait(store::ReadFeed(store_, client_, CallOf(), beginning, 10)).status()), "RESYNC_REQUIRED");
}

TEST_F(FeedTrimTest, TheLastEntryStaysSoThatThereIsAnEndToReadFrom) {
  Touch(3);
  clock_.Advance(absl::Hours(25));
  Trim();
  EXPECT_EQ(Length(), "1");
  const std::string end = *SyncWait(store::FeedEnd(store_, client_, CallOf()));
  Touch(1);
  EXPECT_EQ(SyncWait(store::ReadFeed(store_, client_, CallOf(), end, 10))->entries.size(), 1u);
}

TEST_F(FeedTrimTest, TwiceAsManyEntriesStayAsThereArePeople) {
  AddPeople(10);
  Touch(30);
  clock_.Advance(absl::Hours(25));
  Trim();
  EXPECT_EQ(Length(), "20");
}

TEST_F(FeedTrimTest, AJobThatWasTakenOverTrimsNothing) {
  Touch(30);
  clock_.Advance(absl::Hours(25));
  jobs::Fence stale{"cortado:{acme}:profile:jobs:tokens", FeedTrim::kJob, "1"};
  server_.Ask({"HSET", stale.key, stale.name, "2"});
  ASSERT_THAT(SyncWait(trim_.Run(CallOf(), stale)), testing::IsOk());
  EXPECT_EQ(Length(), "30");
}

}  // namespace
}  // namespace cortado::profile
