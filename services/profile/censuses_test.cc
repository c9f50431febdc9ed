// The census as whoever counts people uses it: how fresh it is, when it goes, and whom it does not hold up.
#include "services/profile/censuses.h"

#include <chrono>
#include <future>

#include "common/status/error.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;

class CensusesTest : public ProfileFixture {
 protected:
  void AddEngineer(const std::string& id) {
    ASSERT_THAT(Create(id), IsOk());
    v1::Person person = *Get(Hr(), id);
    person.set_title("Engineer");
    ASSERT_THAT(Update(Hr(), person, {"title"}), IsOk());
  }
  static absl::StatusOr<int> Engineers(Profile& profile, rpc::Call call) {
    int people = 0;
    const absl::Status status = SyncWait(profile.censuses().Read(
        std::move(call), [&people](const Census& census) { people = census.ListedAs("Engineer", "").people; }));
    if (!status.ok()) return status;
    return people;
  }
  absl::StatusOr<int> Engineers() { return Engineers(profile_, As("bob")); }
  // Begins to look where it is called, and tells once that is over.
  Detached Look(std::promise<absl::Status>& looked) {
    looked.set_value(co_await profile_.censuses().Read(As("bob"), [](const Census&) {}));
  }
};

TEST_F(CensusesTest, SomebodyIsCountedAsSoonAsTheyAreWritten) {
  EXPECT_EQ(Engineers().value_or(-1), 0);
  AddEngineer("ada");
  EXPECT_EQ(Engineers().value_or(-1), 1);
  Profile other({server_.address(), loop_, executors_, clock_, keys_});
  EXPECT_EQ(Engineers(other, As("bob")).value_or(-1), 1);
  AddEngineer("eve");
  EXPECT_EQ(Engineers(other, As("bob")).value_or(-1), 2);
}

TEST_F(CensusesTest, AfterATrimItIsReadAnew) {
  AddEngineer("ada");
  EXPECT_EQ(Engineers().value_or(-1), 1);
  AddEngineer("eve");
  Ask({"XTRIM", "cortado:{acme}:profile:feed", "MAXLEN", "1"});
  EXPECT_EQ(Engineers().value_or(-1), 2);
}

TEST_F(CensusesTest, ItSaysHowFarItIsWhileItLoads) {
  AddEngineer("ada");
  const auto refused = Engineers(profile_, CallOf("bob", {api::v1::ROLE_EMPLOYEE}, "acme", absl::Milliseconds(100)));
  ASSERT_THAT(refused, FailsWith(absl::StatusCode::kUnavailable, "LOADING"));
  EXPECT_NE(MetadataOf(refused.status(), "people"), "");
  EXPECT_NE(MetadataOf(refused.status(), "of"), "");
  EXPECT_GT(RetryAfterOf(refused.status()), absl::ZeroDuration());
  EXPECT_EQ(Engineers().value_or(-1), 1);
}

TEST_F(CensusesTest, WhatNobodyAsksForHalfAnHourIsLetGo) {
  AddEngineer("ada");
  EXPECT_EQ(Engineers().value_or(-1), 1);
  clock_.Advance(absl::Minutes(29));
  profile_.censuses().Sweep();
  EXPECT_EQ(profile_.censuses().held_count(), 1u);
  clock_.Advance(absl::Minutes(1));
  profile_.censuses().Sweep();
  EXPECT_EQ(profile_.censuses().held_count(), 0u);
  EXPECT_EQ(Engineers().value_or(-1), 1);
}

TEST_F(CensusesTest, WhoeverLooksLongHoldsUpNobodyElsesCalls) {
  AddEngineer("ada");
  std::promise<void> turned;
  std::promise<absl::Status> looked;
  const absl::Status status = SyncWait(profile_.censuses().Read(As("bob"), [&](const Census&) {
    AddEngineer("eve");
    loop_.Post([&] {
      Look(looked);
      turned.set_value();
    });
    const bool is_free = turned.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready;
    EXPECT_TRUE(is_free) << "the loop waits for whoever looks";
    // The other one finds something to take over by now, and waits on a worker for its turn.
    if (is_free) {
      EXPECT_THAT(Create("fay"), IsOk());
    }
  }));
  EXPECT_THAT(status, IsOk());
  EXPECT_THAT(looked.get_future().get(), IsOk());
  EXPECT_EQ(Engineers().value_or(-1), 2);
}

}  // namespace
}  // namespace cortado::profile
