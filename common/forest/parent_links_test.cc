#include "common/forest/parent_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"

namespace cortado::forest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Links as pairs of child and parent.
ParentLinks Lines(const std::vector<std::pair<std::string, std::string>>& pairs) {
  ParentLinks lines;
  for (const auto& [child, parent] : pairs) lines.Set(child, parent);
  return lines;
}

TEST(ParentLinksTest, TheChainGoesUpFromTheNearestParent) {
  const ParentLinks lines = Lines({{"ada", "bo"}, {"bo", "cy"}, {"cy", ""}});
  EXPECT_THAT(lines.Chain("ada"), ElementsAre("bo", "cy"));
  EXPECT_THAT(lines.Chain("cy"), IsEmpty());
  EXPECT_THAT(lines.Chain("nobody"), IsEmpty());
}

TEST(ParentLinksTest, TheChainEndsWhereAParentDoesNotExist) {
  EXPECT_THAT(Lines({{"ada", "bo"}, {"bo", "gone"}}).Chain("ada"), ElementsAre("bo"));
}

TEST(ParentLinksTest, TheChainOfARingNamesEverythingOnce) {
  EXPECT_THAT(Lines({{"ada", "bo"}, {"bo", "cy"}, {"cy", "bo"}}).Chain("ada"), ElementsAre("bo", "cy"));
}

TEST(ParentLinksTest, NamesEveryRingFromItsFirstName) {
  const ParentLinks lines =
      Lines({{"c", "a"}, {"a", "b"}, {"b", "c"}, {"z", "z"}, {"below", "a"}, {"top", ""}, {"fine", "top"}});
  EXPECT_THAT(lines.Cycles(), ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("z")));
}

TEST(ParentLinksTest, NamesWhatHasAParentThatDoesNotExist) {
  const ParentLinks lines = Lines({{"b", "gone"}, {"a", "gone too"}, {"c", ""}, {"d", "c"}});
  EXPECT_THAT(lines.Orphans(), ElementsAre(ParentLinks::Orphan{"a", "gone too"}, ParentLinks::Orphan{"b", "gone"}));
}

TEST(ParentLinksTest, TheLastWordAboutAChildCounts) {
  EXPECT_THAT(Lines({{"a", "a"}, {"b", ""}, {"a", "b"}}).Cycles(), IsEmpty());
}

TEST(ParentLinksTest, AParentFromBelowWouldCloseTheRing) {
  const ParentLinks lines = Lines({{"ada", "bo"}, {"bo", ""}, {"cy", "bo"}});
  EXPECT_TRUE(lines.WouldClose("bo", "ada"));
  EXPECT_TRUE(lines.WouldClose("bo", "bo"));
  EXPECT_FALSE(lines.WouldClose("ada", "cy"));
}

TEST(ParentLinksTest, AgreesWithWalkingUpFromEverything) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    const int count = 1 + static_cast<int>(random() % 9);
    std::vector<int> parent(count);
    ParentLinks lines;
    for (int i = 0; i < count; ++i) {
      parent[i] = static_cast<int>(random() % (count + 1)) - 1;
      lines.Set(absl::StrCat(i), parent[i] < 0 ? "" : absl::StrCat(parent[i]));
    }
    std::set<std::string> slow, fast;
    for (int i = 0; i < count; ++i) {
      int at = parent[i];
      for (int step = 0; step < count && at >= 0 && at != i; ++step) at = parent[at];
      if (at == i) slow.insert(absl::StrCat(i));
    }
    for (const auto& cycle : lines.Cycles()) {
      for (const std::string& child : cycle) ASSERT_TRUE(fast.insert(child).second);
    }
    ASSERT_EQ(fast, slow);
  }
}

}  // namespace
}  // namespace cortado::forest
