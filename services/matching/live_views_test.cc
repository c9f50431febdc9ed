#include "services/matching/live_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "services/matching/index/ranking.h"
#include "services/matching/testing/snapshots.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using testing::Somebody;

PeoplePage PageOf(std::vector<profile::v1::PersonSnapshot> people, bool complete) {
  PeoplePage page;
  for (profile::v1::PersonSnapshot& person : people) *page.add_changes()->mutable_person() = std::move(person);
  page.set_snapshot_complete(complete);
  return page;
}

class LiveViewTest : public ::testing::Test {
 protected:
  absl::Status Apply(const PeoplePage& page, bool restart = false) { return SyncWait(view_.Apply(page, restart)); }
  std::vector<std::string> People() {
    return view_.Read([](const OrganizationView& view) {
      std::vector<std::string> ids;
      for (int32_t i = 0; i < view.organization().size(); ++i) {
        if (view.organization().people()[i].active) ids.push_back(view.person_id(i));
      }
      return ids;
    });
  }

  Executors executors_;
  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  LiveView view_{executors_, clock_};
};

TEST_F(LiveViewTest, IsNotReadyBeforeTheSnapshotIsWhole) {
  ASSERT_THAT(Apply(PageOf({Somebody("ada")}, /*complete=*/false), /*restart=*/true), IsOk());
  EXPECT_FALSE(view_.Ready());
  EXPECT_EQ(view_.people_read(), 1);
  ASSERT_THAT(Apply(PageOf({Somebody("bob")}, true)), IsOk());
  EXPECT_TRUE(view_.Ready());
  EXPECT_THAT(People(), ::testing::ElementsAre("ada", "bob"));
}

TEST_F(LiveViewTest, TheOldViewServesUntilTheNewOneIsWhole) {
  ASSERT_THAT(Apply(PageOf({Somebody("ada"), Somebody("bob")}, true), true), IsOk());
  ASSERT_THAT(Apply(PageOf({Somebody("eve")}, false), true), IsOk());
  EXPECT_THAT(People(), ::testing::ElementsAre("ada", "bob"));
  ASSERT_THAT(Apply(PageOf({}, true)), IsOk());
  EXPECT_THAT(People(), ::testing::ElementsAre("eve"));
}

TEST_F(LiveViewTest, ARepeatOfAPageChangesNothing) {
  const PeoplePage page = PageOf({Somebody("ada").Likes("Chess"), Somebody("bob").Likes("Chess")}, true);
  ASSERT_THAT(Apply(page, true), IsOk());
  ASSERT_THAT(Apply(page), IsOk());
  view_.Read([](const OrganizationView& view) {
    EXPECT_EQ(view.people_count(), 2);
    EXPECT_EQ(view.organization().interest_holders(0), 2);
  });
}

TEST_F(LiveViewTest, SomebodyDeletedIsNobody) {
  ASSERT_THAT(Apply(PageOf({Somebody("ada"), Somebody("bob").Under("ada")}, true), true), IsOk());
  PeoplePage page;
  page.add_changes()->set_deleted_person("people/ada");
  page.set_snapshot_complete(true);
  ASSERT_THAT(Apply(page), IsOk());
  view_.Read([](const OrganizationView& view) {
    EXPECT_FALSE(view.Find("ada").has_value());
    EXPECT_EQ(view.people_count(), 1);
  });
}

TEST_F(LiveViewTest, ReadersSeeEachChangeWholeOrNotAtAll) {
  constexpr int kChanges = 200;
  ASSERT_THAT(Apply(PageOf({Somebody("ada").Wants("Go"), Somebody("bob").Has("Go")}, true), true), IsOk());
  std::atomic<bool> done{false};
  std::atomic<int64_t> reads{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!done.load()) {
        view_.Read([&](const OrganizationView& view) {
          Query query;
          query.asker = *view.Find("ada");
          query.limit = 100;
          const Ranking ranking = SuggestExact(view.organization(), query);
          EXPECT_EQ(ranking.fitting % 2, 1) << "bob, and pairs that come and go together";
        });
        reads.fetch_add(1);
      }
    });
  }
  for (int i = 0; i < kChanges; ++i) {
    const std::string left = absl::StrCat("left-", i % 7);
    const std::string right = absl::StrCat("right-", i % 7);
    const bool here = i % 3 != 0;
    ASSERT_THAT(Apply(here ? PageOf({Somebody(left).Has("Go"), Somebody(right).Has("Go")}, true)
                           : PageOf({Somebody(left).Gone(), Somebody(right).Gone()}, true)),
                IsOk());
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(reads.load(), 0);
}

class LiveViewsTest : public ::testing::Test {
 protected:
  rpc::Call Call(absl::Duration timeout = absl::Seconds(10)) {
    return rpc::InternalCall("acme", "ada", absl::Now() + timeout);
  }

  cortado::testing::RedisServer server_;
  EventLoop loop_;
  Executors executors_;
  redis::Client client_{server_.address(), loop_};
  store::Store writes_{client_, "matching", RealClock()};
  RequestStore store_{client_, writes_};
  MatchStore matches_{writes_};
  LifeCycle life_cycle_{store_, matches_, RealClock()};
  Reactions reactions_{store_, life_cycle_, RealClock()};
};

TEST_F(LiveViewsTest, OneThatCannotBeLoadedIsLoading) {
  LiveViews views(
      loop_, executors_, RealClock(), store_, reactions_,
      [](std::string, std::string) -> Task<absl::StatusOr<PeoplePage>> { co_return absl::UnavailableError("away"); });
  EXPECT_THAT(SyncWait(views.Get(Call(absl::Milliseconds(200)))), FailsWith(absl::StatusCode::kUnavailable, "LOADING"));
  views.Stop();
}

TEST_F(LiveViewsTest, ALostProfileServiceLeavesTheViewServing) {
  std::atomic<bool> away{false};
  LiveViews views(loop_, executors_, RealClock(), store_, reactions_,
                  [&away](std::string, std::string) -> Task<absl::StatusOr<PeoplePage>> {
                    if (away.exchange(true)) co_return absl::UnavailableError("away");
                    PeoplePage page = PageOf({Somebody("ada")}, true);
                    page.set_resume_token("1");
                    co_return page;
                  });
  ASSERT_THAT(SyncWait(views.Get(Call())), IsOk());
  EXPECT_THAT(SyncWait(views.Get(Call())), IsOk());
  views.Stop();
}

TEST_F(LiveViewsTest, AnIdleOrganisationIsForgottenAndLoadsAnewWhenAskedFor) {
  std::atomic<int> loads{0};
  LiveViews views(loop_, executors_, RealClock(), store_, reactions_,
                  [&loads](std::string, std::string token) -> Task<absl::StatusOr<PeoplePage>> {
                    if (!token.empty()) co_return absl::UnavailableError("nothing new");
                    ++loads;
                    PeoplePage page = PageOf({Somebody("ada")}, true);
                    page.set_resume_token("1");
                    co_return page;
                  });
  const auto first = SyncWait(views.Get(Call()));
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(views.Unload(absl::Now() - absl::Minutes(1)), 0) << "it was asked for just now";
  EXPECT_EQ(views.Unload(absl::Now() + absl::Minutes(1)), 1);
  const auto second = SyncWait(views.Get(Call()));
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(*first, *second);
  EXPECT_EQ(loads.load(), 2);
  // What a call still holds is served all the same.
  EXPECT_TRUE((*first)->Read([](const OrganizationView& view) { return view.Find("ada").has_value(); }));
  views.Stop();
}

TEST_F(LiveViewsTest, OneThatIsForgottenServesNothingOldAnyMore) {
  std::atomic<bool> restored{false};
  LiveViews views(loop_, executors_, RealClock(), store_, reactions_,
                  [&restored](std::string, std::string token) -> Task<absl::StatusOr<PeoplePage>> {
                    if (!token.empty()) co_return absl::UnavailableError("nothing new");
                    PeoplePage page = PageOf({Somebody(restored.load() ? "bob" : "ada")}, true);
                    page.set_resume_token("1");
                    co_return page;
                  });
  ASSERT_EQ(server_.Ask({"HSET", "cortado:{acme}:matching:active", "ada", "1"}), "1");
  ASSERT_THAT(SyncWait(views.Get(Call())), IsOk());
  restored.store(true);
  views.Forget("acme");
  EXPECT_EQ(views.FindReady("acme"), nullptr);
  const auto anew = SyncWait(views.Get(Call()));
  ASSERT_THAT(anew, IsOk());
  EXPECT_FALSE((*anew)->Read([](const OrganizationView& view) { return view.Find("ada").has_value(); }));
  views.Stop();
}

TEST_F(LiveViewsTest, AnOrganisationWithSomethingOpenIsKept) {
  LiveViews views(loop_, executors_, RealClock(), store_, reactions_,
                  [](std::string, std::string token) -> Task<absl::StatusOr<PeoplePage>> {
                    if (!token.empty()) co_return absl::UnavailableError("nothing new");
                    PeoplePage page = PageOf({Somebody("ada"), Somebody("bob")}, true);
                    page.set_resume_token("1");
                    co_return page;
                  });
  ASSERT_EQ(server_.Ask({"HSET", "cortado:{acme}:matching:active", "bob", "1"}), "1");
  ASSERT_THAT(SyncWait(views.Get(Call())), IsOk());
  EXPECT_EQ(views.Unload(absl::Now() + absl::Minutes(1)), 0);
  views.Stop();
}

}  // namespace
}  // namespace cortado::matching
