#include "common/store/freeze.h"

#include <string>
#include <vector>

#include "common/status/error.h"
#include "common/store/side_write.h"
#include "common/task/sync_wait.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"

namespace cortado::store {
namespace {

const WriteScript kSet("test.freeze.set", R"lua(
  redis.call('SET', K[1], record(A[1]))
  resource = 'things/a'
)lua");

const SideScript kPush("test.freeze.push", R"lua(
return redis.call('RPUSH', KEYS[1], ARGV[1])
)lua");

constexpr char kId[] = "backup-1";
constexpr absl::Duration kLong = absl::Seconds(60);

class FreezeTest : public ::testing::Test {
 protected:
  rpc::Call Call() { return rpc::InternalCall("acme", "ada", absl::Now() + absl::Seconds(5)); }
  absl::StatusOr<Outcome> Set(const std::string& value, const std::string& request_id = "") {
    store::Write write;
    write.script = &kSet;
    write.keys = {store_.Key("acme", "thing")};
    write.arguments = {value};
    write.request_id = request_id;
    write.fingerprint = value;
    return SyncWait(store_.Write(Call(), std::move(write)));
  }
  absl::StatusOr<Freeze> Begin(const std::string& id = kId, absl::Duration span = kLong) {
    return SyncWait(FreezeRecords(store_, client_, Call(), id, span));
  }
  absl::Status End(const std::string& id = kId) { return SyncWait(ThawRecords(store_, client_, Call(), id)); }
  absl::Status Check(const std::string& id = kId) { return SyncWait(CheckFrozen(store_, Call(), id)).status(); }
  // Ends the freeze as the time that passes would.
  void LetItPass() { server_.Ask({"SET", Key("rev"), "1 frozen backup-1 1000"}); }
  std::string Key(const std::string& rest) { return store_.Key("acme", rest); }
  std::string Ask(std::vector<std::string> command) { return server_.Ask(command); }

  testing::RedisServer server_;
  EventLoop loop_;
  redis::Client client_{server_.address(), loop_};
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  Store store_{client_, "profile", clock_};
};

TEST_F(FreezeTest, AWriteIsAskedToComeAgainAndChangesNothing) {
  ASSERT_TRUE(Set("one").ok());
  const absl::StatusOr<Freeze> freeze = Begin();
  ASSERT_TRUE(freeze.ok()) << freeze.status();
  EXPECT_EQ(freeze->revision, 1);
  const absl::Status refused = Set("two", "request-1").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(refused), "ORGANIZATION_FROZEN");
  EXPECT_GT(RetryAfterOf(refused), absl::ZeroDuration());
  EXPECT_EQ(Ask({"GET", Key("thing")}), "1:one");
  EXPECT_EQ(Ask({"XLEN", Key("audit")}), "1");
}

TEST_F(FreezeTest, AfterTheThawTheSameRequestIsDoneOnce) {
  ASSERT_TRUE(Set("one").ok());
  ASSERT_TRUE(Begin().ok());
  ASSERT_FALSE(Set("two", "request-1").ok());
  ASSERT_TRUE(End().ok());
  EXPECT_EQ(Set("two", "request-1")->revision, 2);
  EXPECT_EQ(Set("two", "request-1")->kind, Outcome::Kind::kReplayed);
}

TEST_F(FreezeTest, WhatWasDoneBeforeIsStillReplayed) {
  ASSERT_TRUE(Set("one", "request-1").ok());
  ASSERT_TRUE(Begin().ok());
  EXPECT_EQ(Set("one", "request-1")->kind, Outcome::Kind::kReplayed);
}

TEST_F(FreezeTest, OneThatHasEndedByItselfHoldsUpNobody) {
  ASSERT_TRUE(Set("one").ok());
  ASSERT_TRUE(Begin().ok());
  LetItPass();
  EXPECT_EQ(Set("two")->revision, 2);
  EXPECT_EQ(Ask({"GET", Key("rev")}), "2");
}

TEST_F(FreezeTest, ItEndsByTheClockOfTheStore) {
  ASSERT_TRUE(Set("one").ok());
  ASSERT_TRUE(Begin(kId, absl::Milliseconds(30)).ok());
  const absl::Time until = absl::Now() + absl::Seconds(10);
  absl::StatusOr<Outcome> written = Set("two");
  while (!written.ok() && absl::Now() < until) written = Set("two");
  EXPECT_TRUE(written.ok()) << written.status();
}

TEST_F(FreezeTest, ThatItEndedBeforeTheThawIsSaid) {
  ASSERT_TRUE(Set("one").ok());
  ASSERT_TRUE(Begin().ok());
  ASSERT_TRUE(Check().ok());
  LetItPass();
  EXPECT_EQ(ReasonOf(Check()), "FREEZE_LOST");
  EXPECT_EQ(ReasonOf(End()), "FREEZE_LOST");
  EXPECT_EQ(ReasonOf(Begin().status()), "FREEZE_LOST") << "what was written beside it in between is not known";
  EXPECT_TRUE(Begin("backup-2").ok());
}

TEST_F(FreezeTest, TheSameIdMakesItLastLonger) {
  ASSERT_TRUE(Set("one").ok());
  const absl::Time first = Begin()->end;
  EXPECT_GE(Begin(kId, 2 * kLong)->end, first + kLong);
}

TEST_F(FreezeTest, AnotherIdHasToWait) {
  ASSERT_TRUE(Set("one").ok());
  ASSERT_TRUE(Begin().ok());
  EXPECT_EQ(ReasonOf(Begin("backup-2").status()), "ORGANIZATION_FROZEN");
  EXPECT_EQ(ReasonOf(End("backup-2")), "FREEZE_LOST");
  EXPECT_TRUE(Check().ok());
}

TEST_F(FreezeTest, AnOrganizationWithoutRecordsLeavesNothingBehind) {
  EXPECT_EQ(Begin()->revision, 0);
  EXPECT_FALSE(Set("one").ok());
  EXPECT_NE(Ask({"PTTL", Key("rev")}), "-1") << "ends with the freeze";
  ASSERT_TRUE(End().ok());
  EXPECT_EQ(Ask({"EXISTS", Key("rev")}), "0");
  EXPECT_EQ(Set("one")->revision, 1);
}

TEST_F(FreezeTest, AReadIsStillRecorded) {
  ASSERT_TRUE(Set("one").ok());
  ASSERT_TRUE(Begin().ok());
  ASSERT_TRUE(SyncWait(store_.RecordRead(Call(), "people/ada", {"ada"})).ok());
  EXPECT_THAT(Ask({"XREVRANGE", Key("audit"), "+", "-", "COUNT", "1"}), ::testing::StartsWith("1-1"));
}

TEST_F(FreezeTest, WhatIsWrittenBesideTheRecordsWaitsToo) {
  ASSERT_TRUE(Set("one").ok());
  const auto push = [this] { return SyncWait(WriteBeside(store_, client_, Call(), kPush, {Key("queue")}, {"mail"})); };
  const auto note = [this] { return SyncWait(WriteBeside(store_, client_, Call(), {"SET", Key("position"), "7"})); };
  ASSERT_TRUE(push().ok());
  ASSERT_TRUE(Begin().ok());
  EXPECT_EQ(ReasonOf(push().status()), "ORGANIZATION_FROZEN");
  EXPECT_EQ(ReasonOf(note().status()), "ORGANIZATION_FROZEN");
  EXPECT_EQ(Ask({"LLEN", Key("queue")}), "1");
  EXPECT_EQ(ReasonOf(SyncWait(CheckWritable(store_, Call()))), "ORGANIZATION_FROZEN");
  ASSERT_TRUE(End().ok());
  EXPECT_EQ(push()->integer, 2);
  EXPECT_TRUE(note().ok());
  EXPECT_EQ(Ask({"GET", Key("position")}), "7");
  EXPECT_TRUE(SyncWait(CheckWritable(store_, Call())).ok());
}

TEST_F(FreezeTest, AnotherOrganizationGoesOn) {
  ASSERT_TRUE(Begin().ok());
  store::Write write;
  write.script = &kSet;
  write.keys = {store_.Key("other", "thing")};
  write.arguments = {"one"};
  EXPECT_TRUE(
      SyncWait(store_.Write(rpc::InternalCall("other", "ada", absl::Now() + absl::Seconds(5)), std::move(write))).ok());
}

}  // namespace
}  // namespace cortado::store
