#include "common/forest/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"

namespace cortado::forest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Links = std::vector<std::pair<std::string, std::string>>;

TEST(ShapeTest, CountsWhoStandsBelow) {
  const Shape shape(Links{{"top", ""}, {"a", "top"}, {"b", "top"}, {"a1", "a"}, {"a2", "a"}, {"a3", "a"}});
  EXPECT_EQ(shape.size(), 6);
  EXPECT_EQ(shape.depth(), 3);
  EXPECT_EQ(shape.branch_count(), 2);
  EXPECT_EQ(shape.median_children(), 2);
  EXPECT_THAT(shape.Roots(10), ElementsAre(Branch{"top", 2, 5}));
  EXPECT_THAT(shape.Widest(10), ElementsAre(Branch{"a", 3, 3}, Branch{"top", 2, 5}));
  EXPECT_THAT(shape.Widest(1), ElementsAre(Branch{"a", 3, 3}));
}

TEST(ShapeTest, TheRootWithTheMostBelowComesFirst) {
  const Shape shape(Links{{"a", ""}, {"b", ""}, {"x", "a"}, {"y", "b"}, {"z", "y"}});
  EXPECT_THAT(shape.Roots(10), ElementsAre(Branch{"b", 1, 2}, Branch{"a", 1, 1}));
}

TEST(ShapeTest, WhoeverHasNeitherParentNorChildrenIsAlone) {
  const Shape shape(Links{{"b", ""}, {"a", ""}, {"m", ""}, {"n", "m"}, {"lost", "gone"}});
  EXPECT_THAT(shape.Alone(), ElementsAre("a", "b"));
  EXPECT_THAT(shape.Roots(10), ElementsAre(Branch{"m", 1, 1}));
}

TEST(ShapeTest, ARingHangsOnNothingAndMakesNoDepth) {
  const Shape shape(Links{{"a", "b"}, {"b", "a"}, {"below", "a"}, {"top", ""}});
  EXPECT_EQ(shape.depth(), 1);
  EXPECT_THAT(shape.Roots(10), IsEmpty());
  EXPECT_EQ(shape.branch_count(), 2);
}

TEST(ShapeTest, NobodyHasNoShape) {
  const Shape shape(Links{});
  EXPECT_EQ(shape.size(), 0);
  EXPECT_EQ(shape.depth(), 0);
  EXPECT_EQ(shape.median_children(), 0);
}

TEST(ShapeTest, AgreesWithWalkingUpFromEverything) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 1000; ++round) {
    const int count = 1 + static_cast<int>(random() % 12);
    // A parent of a lower number, or none: a forest.
    std::vector<int> parent(count);
    Links links;
    for (int i = 0; i < count; ++i) {
      parent[i] = static_cast<int>(random() % (i + 1)) - 1;
      links.emplace_back(absl::StrCat(i), parent[i] < 0 ? "" : absl::StrCat(parent[i]));
    }
    std::vector<int> below(count);
    int depth = 0;
    for (int i = 0; i < count; ++i) {
      int level = 1;
      for (int at = parent[i]; at >= 0; at = parent[at], ++level) ++below[at];
      depth = std::max(depth, level);
    }
    const Shape shape(links);
    ASSERT_EQ(shape.depth(), depth);
    for (const Branch& branch : shape.Widest(count)) ASSERT_EQ(branch.below, below[std::stoi(branch.id)]);
  }
}

}  // namespace
}  // namespace cortado::forest
