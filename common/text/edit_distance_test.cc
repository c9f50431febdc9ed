#include "common/text/edit_distance.h"

#include "gtest/gtest.h"

namespace cortado::text {
namespace {

TEST(EditDistanceTest, CountsInsertionsRemovalsAndReplacements) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("abc", ""), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(EditDistance("kubernetes", "kubernets"), 1);
  EXPECT_EQ(EditDistance("flaw", "lawn"), 2);
  EXPECT_EQ(EditDistance("same", "same"), 0);
}

TEST(EditDistanceTest, TheNearestIsTheFirstOfEquals) {
  EXPECT_EQ(Nearest("analist", {"baker", "analyst", "analiste"}), "analyst");
  EXPECT_EQ(Nearest("x", {}), "");
}

}  // namespace
}  // namespace cortado::text
