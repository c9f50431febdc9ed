#include "common/store/store.h"

#include <thread>

#include "common/status/error.h"
#include "common/store/feed.h"
#include "common/task/sync_wait.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"

namespace cortado::store {
namespace {

const WriteScript kPut("test.put", R"lua(
  local held = redis.call('GET', K[1])
  if held and A[3] ~= '' and revision_of(held) ~= A[3] then return refuse('ETAG', revision_of(held)) end
  if held and body_of(held) == A[2] then return unchanged('things/' .. A[1]) end
  redis.call('SET', K[1], record(A[2]))
  changed('thing', A[1], 'u')
  event('thing.put', A[1], 'size', #A[2])
  resource = 'things/' .. A[1]
  out = {held or false, rev}
)lua");

class StoreTest : public ::testing::Test {
 protected:
  rpc::Call CallAs(const std::string& subject) {
    return rpc::InternalCall("acme", subject, absl::Now() + absl::Seconds(5));
  }
  absl::StatusOr<Outcome> Put(const std::string& id, const std::string& value, const std::string& request_id = "",
                              const std::string& etag = "") {
    store::Write write;
    write.script = &kPut;
    write.keys = {store_.Key("acme", "thing:" + id)};
    write.arguments = {id, value, etag};
    write.request_id = request_id;
    write.fingerprint = id + "=" + value;
    return SyncWait(store_.Write(CallAs("ada"), std::move(write)));
  }
  std::string Ask(std::vector<std::string> command) { return server_.Ask(command); }

  testing::RedisServer server_;
  EventLoop loop_;
  redis::Client client_{server_.address(), loop_};
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  Store store_{client_, "profile", clock_};
};

TEST_F(StoreTest, AWriteLeavesRecordFeedEventAuditAndRequestId) {
  ASSERT_EQ(Put("a", "one", "request-1")->kind, Outcome::Kind::kWritten);
  EXPECT_EQ(Ask({"GET", "cortado:{acme}:profile:thing:a"}), "1:one");
  EXPECT_EQ(Ask({"XLEN", "cortado:{acme}:profile:feed"}), "1");
  EXPECT_EQ(Ask({"XLEN", "cortado:{acme}:profile:events"}), "1");
  EXPECT_EQ(Ask({"XLEN", "cortado:{acme}:profile:audit"}), "1");
  EXPECT_EQ(Ask({"HGET", "cortado:{acme}:profile:idem:ada:request-1", "res"}), "things/a");
}

TEST_F(StoreTest, ARepeatOfTheRequestIdHasNoSecondEffect) {
  ASSERT_EQ(Put("a", "one", "request-1")->kind, Outcome::Kind::kWritten);
  absl::StatusOr<Outcome> again = Put("a", "one", "request-1");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->kind, Outcome::Kind::kReplayed);
  EXPECT_EQ(again->resource, "things/a");
  EXPECT_EQ(again->revision, 1);
  EXPECT_EQ(Ask({"GET", "cortado:{acme}:profile:rev"}), "1");
}

TEST_F(StoreTest, ARequestIdWithAnotherBodyIsRefusedAndChangesNothing) {
  ASSERT_TRUE(Put("a", "one", "request-1").ok());
  EXPECT_EQ(ReasonOf(Put("b", "two", "request-1").status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(Ask({"GET", "cortado:{acme}:profile:thing:b"}), "");
}

TEST_F(StoreTest, ARefusalWritesNothingAndSavesNoRequestId) {
  ASSERT_TRUE(Put("a", "one").ok());
  absl::StatusOr<Outcome> refused = Put("a", "two", "request-2", "77");
  ASSERT_TRUE(refused.ok());
  EXPECT_EQ(refused->refusal, "ETAG");
  EXPECT_EQ(refused->values.at(0).text, "1");
  EXPECT_EQ(Ask({"GET", "cortado:{acme}:profile:rev"}), "1");
  EXPECT_EQ(Ask({"EXISTS", "cortado:{acme}:profile:idem:ada:request-2"}), "0");
}

TEST_F(StoreTest, WhatIsAsAskedIsNotWritten) {
  ASSERT_TRUE(Put("a", "one").ok());
  EXPECT_EQ(Put("a", "one")->kind, Outcome::Kind::kUnchanged);
  EXPECT_EQ(Ask({"XLEN", "cortado:{acme}:profile:audit"}), "1");
}

TEST_F(StoreTest, RecordsComeBackInOrderAndAbsentOnesAsNothing) {
  ASSERT_TRUE(Put("a", "one").ok());
  ASSERT_TRUE(Put("c", "three").ok());
  auto records = SyncWait(store_.FindAll(
      CallAs("ada"), {store_.Key("acme", "thing:a"), store_.Key("acme", "thing:b"), store_.Key("acme", "thing:c")}));
  ASSERT_TRUE(records.ok());
  EXPECT_EQ((*records)[0]->bytes, "one");
  EXPECT_FALSE((*records)[1].has_value());
  EXPECT_EQ((*records)[2]->revision, 2);
}

class FeedTest : public StoreTest {
 protected:
  std::string End() { return *SyncWait(FeedEnd(store_, client_, CallAs("follower"))); }
  absl::StatusOr<FeedPage> ReadAfter(const std::string& position, int limit = 10) {
    return SyncWait(ReadFeed(store_, client_, CallAs("follower"), position, limit));
  }
};

TEST_F(FeedTest, AReaderSeesEveryChangeBehindItsPositionOnce) {
  ASSERT_TRUE(Put("a", "one").ok());
  std::string position = End();
  ASSERT_TRUE(Put("b", "two").ok());
  ASSERT_TRUE(Put("c", "three").ok());
  absl::StatusOr<FeedPage> page = ReadAfter(position, 1);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].id, "b");
  page = ReadAfter(page->position);
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].id, "c");
  EXPECT_EQ(page->entries[0].revision, 3);
  EXPECT_TRUE(ReadAfter(page->position)->entries.empty());
}

TEST_F(FeedTest, APositionBeforeTheFirstChangeSeesThem) {
  std::string position = End();
  ASSERT_TRUE(Put("a", "one").ok());
  EXPECT_EQ(ReadAfter(position)->entries.size(), 1u);
}

TEST_F(FeedTest, ATrimmedPositionMustResync) {
  ASSERT_TRUE(Put("a", "one").ok());
  std::string position = End();
  ASSERT_TRUE(Put("b", "two").ok());
  Ask({"XTRIM", "cortado:{acme}:profile:feed", "MAXLEN", "1"});
  EXPECT_EQ(ReasonOf(ReadAfter(position).status()), "RESYNC_REQUIRED");
}

TEST_F(FeedTest, APositionOfAnotherHistoryMustResync) {
  ASSERT_TRUE(Put("a", "one").ok());
  std::string position = End();
  Ask({"FLUSHALL"});
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(Put("a", "one").ok());
  EXPECT_EQ(ReasonOf(ReadAfter(position).status()), "RESYNC_REQUIRED");
  EXPECT_EQ(ReasonOf(ReadAfter("garbage").status()), "RESYNC_REQUIRED");
}

}  // namespace
}  // namespace cortado::store
