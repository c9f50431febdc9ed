// The three servers over a Redis Cluster whose slots move while people book, and with many organisations.
// CORTADO_TEST_SCALE multiplies the moves and the organisations (1 by default: 3 moves, 100 organisations).
#include <cmath>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/redis/slots.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_cluster.h"
#include "common/testing/scale.h"
#include "tests/faults/booking_load.h"
#include "tests/faults/running_servers.h"

namespace cortado::testing {
namespace {

constexpr uint64_t kSeed = 20261001;
constexpr int kMasters = 3;
constexpr int kPortion = 1000;  // As docs/redis.md advises: writes wait while their slot moves, up to their deadline.
// Slow to miss a node: nobody dies here, and the machine may be busy.
constexpr absl::Duration kMissedAfter = absl::Seconds(5);

// All keys of an organisation, of every service, live in its slot.
TEST(ReshardTest, BookingsGoOnWithoutAnErrorWhileTheirSlotMoves) {
  auto owned = std::make_unique<RedisCluster>(kMasters, 0, kMissedAfter);
  RedisCluster& cluster = *owned;
  RunningServers servers(std::move(owned));
  const uint16_t slot = redis::SlotOf(servers.organization());
  BookingLoad load(servers, 12, 8, kSeed);
  load.Start();
  for (int64_t move = 0; move < Scaled(3); ++move) {
    ASSERT_TRUE(load.AwaitMore(100));
    const int from = cluster.OwnerOf(slot, 0);
    const int to = (from + 1) % kMasters;
    const absl::Time began = absl::Now();
    cluster.BeginMove(slot, from, to);
    int portions = 0;
    while (cluster.MoveKeys(slot, from, to, kPortion)) ++portions;
    cluster.EndMove(slot, from, to);
    std::printf("move %ld: from %d to %d in %.2f s, %d portions of %d keys\n", move + 1, from, to,
                absl::ToDoubleSeconds(absl::Now() - began), portions, kPortion);
    EXPECT_GT(portions, 0);
  }
  ASSERT_TRUE(load.AwaitMore(100));
  load.Finish();
  std::printf("%d writes were sent again\n", load.repeated());
  EXPECT_EQ(load.repeated(), 0);
  load.CheckHistory();
}

// Somebody is brought in, and found.
void MakeItWork(const RunningServers& servers, ProfileStub& stub, const std::string& organization) {
  profile::v1::CreatePersonRequest create;
  create.set_person_id("ada");
  create.mutable_person()->set_external_id("1");
  create.mutable_person()->set_display_name("Ada");
  create.mutable_person()->set_email("ada@acme.example");
  create.mutable_person()->set_time_zone("Etc/UTC");
  create.mutable_person()->set_active(true);
  create.set_request_id("ada-request");
  ASSERT_THAT(Ask(stub, &ProfileStub::CreatePerson, servers.HrOf(organization), create), IsOk());
  profile::v1::GetPersonRequest get;
  get.set_name("people/ada");
  const auto found = Ask(stub, &ProfileStub::GetPerson, servers.HrOf(organization), get);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->display_name(), "Ada");
}

// Organisations are thrown onto slots by their name alone; so each master's share lies around a third as throws do:
// within five standard deviations, which chance exceeds once in two million times.
TEST(SpreadTest, OrganizationsAreSpreadOverTheMastersAndEachWorks) {
  auto owned = std::make_unique<RedisCluster>(kMasters, 0, kMissedAfter);
  RedisCluster& cluster = *owned;
  RunningServers servers(std::move(owned));
  const auto stub = profile::v1::ProfileService::NewStub(servers.DialProfile());
  const int64_t organizations = Scaled(100);
  std::vector<int> shares(kMasters);
  std::set<uint16_t> slots;
  for (int64_t i = 0; i < organizations; ++i) {
    const std::string organization = servers.CreateOrganization(absl::StrCat("organization-", i));
    slots.insert(redis::SlotOf(organization));
    ++shares[static_cast<size_t>(cluster.OwnerOf(redis::SlotOf(organization), 0))];
    ASSERT_NO_FATAL_FAILURE(MakeItWork(servers, *stub, organization));
  }
  const double mean = static_cast<double>(organizations) / kMasters;
  const double spread = 5 * std::sqrt(mean * (1 - 1.0 / kMasters));
  std::printf("%ld organisations on %zu slots: %d, %d and %d on each master; expected %.0f +- %.0f\n", organizations,
              slots.size(), shares[0], shares[1], shares[2], mean, spread);
  for (const int share : shares) EXPECT_NEAR(share, mean, spread);
}

}  // namespace
}  // namespace cortado::testing
