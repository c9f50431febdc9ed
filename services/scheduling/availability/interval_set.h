// Sets of instants as sorted, disjoint, half-open intervals [start, end), with the three set operations that free and
// busy time need. Values; no clock, no zone. Thread-compatible.
//
//   IntervalSet free = Subtract(hours, busy);
//   if (free.Contains({nine, ten})) ...
#pragma once

#include <vector>

#include "absl/time/time.h"

namespace cortado::scheduling {

// The instants t with start <= t < end. An interval whose end is not after its start holds nothing.
struct Interval {
  absl::Time start;
  absl::Time end;

  bool IsEmpty() const { return end <= start; }
  absl::Duration Length() const { return IsEmpty() ? absl::ZeroDuration() : end - start; }
  friend bool operator==(const Interval& a, const Interval& b) { return a.start == b.start && a.end == b.end; }
};

// True if some instant lies in both. Intervals that only touch do not overlap.
bool Overlap(const Interval& a, const Interval& b);

class IntervalSet {
 public:
  IntervalSet() = default;
  // Takes intervals in any order, overlapping or empty; touching ones are joined. O(n log n).
  explicit IntervalSet(std::vector<Interval> intervals);

  // Sorted by start, none empty, no two overlapping or touching.
  const std::vector<Interval>& intervals() const { return intervals_; }
  bool IsEmpty() const { return intervals_.empty(); }
  // Sum of the lengths.
  absl::Duration Length() const;

  // True if every instant of `interval` is in the set; an empty interval always is. O(log n).
  bool Contains(const Interval& interval) const;
  // True if some instant of `interval` is in the set; never for an empty interval. O(log n).
  bool Overlaps(const Interval& interval) const;

  friend bool operator==(const IntervalSet& a, const IntervalSet& b) { return a.intervals_ == b.intervals_; }

 private:
  friend IntervalSet Intersect(const IntervalSet& a, const IntervalSet& b);
  friend IntervalSet Subtract(const IntervalSet& a, const IntervalSet& b);

  // The first interval that ends after `t`, or end().
  std::vector<Interval>::const_iterator FirstEndingAfter(absl::Time t) const;

  std::vector<Interval> intervals_;
};

// The instants in either, in both, and in `a` but not in `b`. O(n + m), the union O((n + m) log(n + m)).
IntervalSet Union(const IntervalSet& a, const IntervalSet& b);
IntervalSet Intersect(const IntervalSet& a, const IntervalSet& b);
IntervalSet Subtract(const IntervalSet& a, const IntervalSet& b);

}  // namespace cortado::scheduling
