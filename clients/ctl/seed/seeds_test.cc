#include "clients/ctl/seed/seeds.h"

#include <set>
#include <string>
#include <vector>

#include "common/id/id.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"

namespace cortado::ctl {
namespace {

using ::cortado::testing::IsOk;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::Not;

std::vector<std::string> IdsOf(const Seed& seed) {
  std::vector<std::string> ids;
  const absl::StatusOr<std::vector<ImportRow>> rows = PeopleOf(seed);
  EXPECT_THAT(rows, IsOk());
  if (!rows.ok()) return ids;
  for (const ImportRow& row : *rows) ids.push_back(row.person().external_id());
  return ids;
}

class SeedTest : public ::testing::TestWithParam<std::string> {
 protected:
  const Seed& seed() const { return *FindSeed(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Every, SeedTest, ::testing::ValuesIn(SeedNames()),
                         [](const auto& name) { return name.param; });

TEST_P(SeedTest, IsAFileOfPeopleWithoutAProblem) { EXPECT_THAT(IdsOf(seed()), Not(IsEmpty())); }

TEST_P(SeedTest, ThoseWhoActAreItsPeople) {
  const std::vector<std::string> people = IdsOf(seed());
  std::set<std::string> known(people.begin(), people.end());
  for (const Act& act : seed().acts) {
    if (act.deed == Deed::kRole) known.insert(act.who);
    EXPECT_THAT(known, Contains(act.who));
    const bool is_named = *act.whom != '\0' && act.deed != Deed::kRole;
    EXPECT_TRUE(!is_named || known.count(act.whom) > 0) << act.whom;
  }
}

TEST_P(SeedTest, IdsFitIntoResourceNamesAsTheyStand) {
  for (const std::string& id : IdsOf(seed())) EXPECT_TRUE(id::IsResourceId(id)) << id;
}

TEST(SeedsTest, AreTheseAndNoOthers) {
  EXPECT_THAT(SeedNames(), ElementsAre("duo", "house"));
  EXPECT_THAT(FindSeed("garden"), IsNull());
}

TEST(SeedsTest, TheHouseHasThirtyToFiftyPeople) {
  const size_t size = IdsOf(*FindSeed("house")).size();
  EXPECT_GE(size, 30u);
  EXPECT_LE(size, 50u);
}

TEST(SeedsTest, ShareNoPersonSoThatBothFitIntoOneOrganisation) {
  std::set<std::string> seen;
  size_t people = 0;
  for (const std::string& name : SeedNames()) {
    const std::vector<std::string> ids = IdsOf(*FindSeed(name));
    seen.insert(ids.begin(), ids.end());
    people += ids.size();
  }
  EXPECT_EQ(seen.size(), people);
}

}  // namespace
}  // namespace cortado::ctl
