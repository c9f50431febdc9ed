#include "services/scheduling/availability/interval_set.h"

#include <bitset>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kTicks = 64;
using Ticks = std::bitset<kTicks>;  // The oracle: one bit per minute.

absl::Time At(int tick) { return absl::UnixEpoch() + absl::Minutes(tick); }
Interval Span(int start, int end) { return {At(start), At(end)}; }

std::vector<Interval> RandomIntervals(std::mt19937& random) {
  std::vector<Interval> intervals;
  const int count = random() % 8;
  for (int i = 0; i < count; ++i) {
    const int start = random() % kTicks;
    intervals.push_back(Span(start, std::min<int>(kTicks, start + random() % 12 - 1)));
  }
  return intervals;
}

Ticks TicksOf(const std::vector<Interval>& intervals) {
  Ticks ticks;
  for (int t = 0; t < kTicks; ++t) {
    for (const Interval& interval : intervals) {
      if (interval.start <= At(t) && At(t) < interval.end) ticks.set(t);
    }
  }
  return ticks;
}

// Sorted, none empty, none touching: what the header promises of every set.
bool IsNormal(const IntervalSet& set) {
  bool normal = true;
  for (size_t i = 0; i < set.intervals().size(); ++i) {
    normal = normal && !set.intervals()[i].IsEmpty();
    normal = normal && (i == 0 || set.intervals()[i - 1].end < set.intervals()[i].start);
  }
  return normal;
}

TEST(IntervalSetTest, JoinsTouchingAndOverlappingIntervals) {
  EXPECT_THAT(IntervalSet({Span(5, 7), Span(1, 3), Span(3, 4), Span(6, 9)}).intervals(),
              ElementsAre(Span(1, 4), Span(5, 9)));
}

TEST(IntervalSetTest, DropsEmptyAndBackwardIntervals) {
  EXPECT_THAT(IntervalSet({Span(3, 3), Span(9, 4)}).intervals(), IsEmpty());
}

TEST(IntervalSetTest, IntervalsThatOnlyTouchDoNotOverlap) {
  EXPECT_FALSE(Overlap(Span(1, 2), Span(2, 3)));
  EXPECT_FALSE(IntervalSet({Span(1, 2)}).Overlaps(Span(2, 3)));
  EXPECT_TRUE(IntervalSet({Span(1, 3)}).Overlaps(Span(2, 4)));
}

TEST(IntervalSetTest, PartialCoverIsNotContained) {
  const IntervalSet set({Span(1, 5), Span(6, 9)});
  EXPECT_TRUE(set.Contains(Span(1, 5)));
  EXPECT_FALSE(set.Contains(Span(4, 7)));
  EXPECT_FALSE(set.Contains(Span(0, 2)));
}

TEST(IntervalSetTest, OneLongIntervalCutsSeveral) {
  EXPECT_THAT(Subtract(IntervalSet({Span(0, 4), Span(6, 8), Span(10, 14)}), IntervalSet({Span(2, 12)})).intervals(),
              ElementsAre(Span(0, 2), Span(12, 14)));
}

TEST(IntervalSetTest, OperationsAgreeWithBitsOnRandomInput) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int trial = 0; trial < 20000; ++trial) {
    const std::vector<Interval> left = RandomIntervals(random);
    const std::vector<Interval> right = RandomIntervals(random);
    const IntervalSet a(left);
    const IntervalSet b(right);
    const Ticks bits_a = TicksOf(left);
    const Ticks bits_b = TicksOf(right);
    ASSERT_EQ(TicksOf(a.intervals()), bits_a);
    ASSERT_EQ(TicksOf(Union(a, b).intervals()), bits_a | bits_b);
    ASSERT_EQ(TicksOf(Intersect(a, b).intervals()), bits_a & bits_b);
    ASSERT_EQ(TicksOf(Subtract(a, b).intervals()), bits_a & ~bits_b);
    ASSERT_EQ(a.Length(), absl::Minutes(static_cast<int>(bits_a.count())));
    ASSERT_TRUE(IsNormal(a) && IsNormal(Union(a, b)) && IsNormal(Intersect(a, b)) && IsNormal(Subtract(a, b)));
    const int start = random() % kTicks;
    const Interval probe = Span(start, std::min<int>(kTicks, start + random() % 6));
    const Ticks bits_probe = TicksOf({probe});
    ASSERT_EQ(a.Contains(probe), (bits_probe & ~bits_a).none());
    ASSERT_EQ(a.Overlaps(probe), (bits_probe & bits_a).any());
  }
}

}  // namespace
}  // namespace cortado::scheduling
