#include "services/matching/people_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "services/matching/testing/snapshots.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::IsOk;
using ::testing::ElementsAre;
using testing::Somebody;

// A profile service whose feed loses what the test changes behind its back, until it is read from the start.
class PeopleCheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* id : {"ada", "bob", "eve"}) source_[id] = Somebody(id);
    ASSERT_THAT(SyncWait(views_.Get(rpc::InternalCall("acme", "ada", absl::Now() + absl::Seconds(10)))), IsOk());
  }
  void TearDown() override { views_.Stop(); }

  Task<absl::StatusOr<PeoplePage>> Fetch(std::string token) {
    PeoplePage page;
    {
      std::lock_guard lock(mutex_);
      page.set_resume_token("end");
      page.set_snapshot_complete(true);
      for (auto at = source_.upper_bound(token); token != "end" && at != source_.end(); ++at) {
        *page.add_changes()->mutable_person() = at->second;
        if (page.changes_size() < 2) continue;
        page.set_resume_token(at->first);
        page.set_snapshot_complete(false);
        break;
      }
    }
    if (token == "end") co_await loop_.Sleep(absl::Milliseconds(5));
    co_return page;
  }
  int64_t Check() {
    const absl::StatusOr<int64_t> found = SyncWait(check_.Check("acme"));
    EXPECT_THAT(found, IsOk());
    return found.value_or(-1);
  }
  std::vector<std::string> People() {
    return views_.FindReady("acme")->Read([](const OrganizationView& view) {
      std::vector<std::string> ids;
      for (int32_t i = 0; i < view.organization().size(); ++i) {
        if (view.facts(i).present) ids.push_back(view.person_id(i));
      }
      return ids;
    });
  }
  bool Counted(const std::string& kind) {
    return absl::StrContains(registry_.Text(), absl::StrCat("{kind=\"", kind, "\",service=\"matching\"} 1"));
  }

  std::mutex mutex_;
  std::map<std::string, profile::v1::PersonSnapshot> source_;  // Guarded by mutex_.
  cortado::testing::RedisServer server_;
  EventLoop loop_;
  Executors executors_;
  redis::Client client_{server_.address(), loop_};
  store::Store writes_{client_, "matching", RealClock()};
  RequestStore store_{client_, writes_};
  MatchStore matches_{writes_};
  LifeCycle life_cycle_{store_, matches_, RealClock()};
  Reactions reactions_{store_, life_cycle_, RealClock()};
  LiveViews views_{loop_,  executors_, RealClock(),
                   store_, reactions_, [this](std::string, std::string token) { return Fetch(std::move(token)); }};
  metrics::Registry registry_;
  PeopleCheck check_{views_, loop_, executors_, &registry_, absl::Milliseconds(20)};
};

TEST_F(PeopleCheckTest, FindsNothingWhereNothingIsWrong) { EXPECT_EQ(Check(), 0); }

TEST_F(PeopleCheckTest, WhatIsWrongIsCountedAndReadAnew) {
  {
    std::lock_guard lock(mutex_);
    source_["ada"] = Somebody("ada").Likes("Chess");
    source_.erase("bob");
    source_["zoe"] = Somebody("zoe");
  }
  EXPECT_EQ(Check(), 3);
  EXPECT_TRUE(Counted("different") && Counted("extra") && Counted("missing")) << registry_.Text();
  const absl::Time limit = absl::Now() + absl::Seconds(10);
  while (Check() != 0 && absl::Now() < limit) {
  }
  EXPECT_THAT(People(), ElementsAre("ada", "eve", "zoe"));
}

TEST_F(PeopleCheckTest, WhatIsNotFollowedIsNotCompared) { EXPECT_EQ(*SyncWait(check_.Check("globex")), 0); }

}  // namespace
}  // namespace cortado::matching
