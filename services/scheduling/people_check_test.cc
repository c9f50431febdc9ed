#include "services/scheduling/people_check.h"

#include <mutex>

#include "absl/strings/match.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::IsOk;
using ::testing::UnorderedElementsAre;

// A profile service of two people a page, whose pages behind a token say what it holds by then.
class PeopleCheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* id : {"ada", "eve", "grace", "joan", "mary"}) source_.emplace(id, Colleague(id).snapshot());
    site_.projection.Start([this](std::string, std::string token, absl::Duration) { return Fetch(std::move(token)); });
    ASSERT_THAT(SyncWait(site_.projection.WaitUntilReady(site_.As("ada"))), IsOk());
    AwaitKept(5);
  }
  void TearDown() override { site_.projection.Stop(); }

  Task<absl::StatusOr<PeopleProjection::Page>> Fetch(std::string token) {
    // What the site was told before this service was there is of another history.
    if (absl::StartsWith(token, "token-")) co_return absl::OutOfRangeError("resync");
    PeopleProjection::Page page;
    std::lock_guard lock(mutex_);
    page.set_resume_token("end");
    page.set_snapshot_complete(true);
    if (token == "end") co_return page;
    for (auto at = source_.upper_bound(token); at != source_.end(); ++at) {
      *page.add_changes()->mutable_person() = at->second;
      if (page.changes_size() < 2) continue;
      page.set_resume_token(at->first);
      page.set_snapshot_complete(false);
      break;
    }
    co_return page;
  }
  std::vector<std::string> Kept() { return *SyncWait(site_.people_store.ListIds(site_.As("ada"))); }
  void AwaitKept(size_t count) {
    const absl::Time limit = absl::Now() + absl::Seconds(10);
    while (Kept().size() != count && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(2));
    ASSERT_EQ(Kept().size(), count) << "the projection did not keep what it was told";
  }
  int64_t Run() {
    const absl::StatusOr<int64_t> found = SyncWait(check_.Run(site_.As("ada")));
    EXPECT_THAT(found, IsOk());
    return found.value_or(-1);
  }
  bool Counted(const std::string& kind, int count) {
    return absl::StrContains(registry_.Text(), absl::StrCat("{kind=\"", kind, "\",service=\"scheduling\"} ", count));
  }

  std::mutex mutex_;
  std::map<std::string, profile::v1::PersonSnapshot> source_;  // Guarded by mutex_.
  Site site_;
  metrics::Registry registry_;
  PeopleCheck check_{site_.people_store, site_.projection, site_.executors, site_.clock, &registry_};
};

TEST_F(PeopleCheckTest, FindsNothingWhereNothingIsWrong) {
  EXPECT_EQ(Run(), 0);
  EXPECT_FALSE(absl::StrContains(registry_.Text(), "cortado_people_differences_total{"));
}

TEST_F(PeopleCheckTest, WhatIsWrongIsCountedAndReadAnew) {
  // Behind the projection's back.
  std::vector<profile::v1::PersonSnapshot> wrong;
  wrong.push_back(Colleague("eve").Left().snapshot());
  wrong.push_back(Colleague("nobody").snapshot());
  std::vector<std::string> gone = {"mary"};
  ASSERT_THAT(SyncWait(site_.people_store.Put(site_.As("ada"), wrong, gone)), IsOk());
  EXPECT_THAT(Kept(), UnorderedElementsAre("ada", "eve", "grace", "joan", "nobody"));
  EXPECT_EQ(Run(), 3);
  EXPECT_TRUE(Counted("different", 1)) << registry_.Text();
  EXPECT_TRUE(Counted("extra", 1));
  EXPECT_TRUE(Counted("missing", 1));
  const absl::Time limit = absl::Now() + absl::Seconds(10);
  int64_t wrong_still = Run();
  while (wrong_still != 0 && absl::Now() < limit) wrong_still = Run();
  ASSERT_EQ(wrong_still, 0);
  EXPECT_THAT(Kept(), UnorderedElementsAre("ada", "eve", "grace", "joan", "mary"));
  std::vector<std::string> eve = {"eve"};
  EXPECT_TRUE(SyncWait(site_.people_store.Find(site_.As("ada"), eve))->at("eve").person().active());
}

TEST_F(PeopleCheckTest, BeforeTheFirstSnapshotThereIsNothingToCompare) {
  EXPECT_EQ(*SyncWait(check_.Run(rpc::InternalCall("globex", "test", absl::Now() + absl::Seconds(5)))), 0);
}

}  // namespace
}  // namespace cortado::scheduling
