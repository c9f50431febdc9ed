#include "services/scheduling/availability/interval_set.h"

#include <algorithm>
#include <utility>

namespace cortado::scheduling {

bool Overlap(const Interval& a, const Interval& b) {
  return !a.IsEmpty() && !b.IsEmpty() && a.start < b.end && b.start < a.end;
}

IntervalSet::IntervalSet(std::vector<Interval> intervals) {
  const auto by_start = [](const Interval& a, const Interval& b) { return a.start < b.start; };
  if (!std::is_sorted(intervals.begin(), intervals.end(), by_start)) {
    std::sort(intervals.begin(), intervals.end(), by_start);
  }
  intervals_.reserve(intervals.size());
  for (const Interval& next : intervals) {
    if (next.IsEmpty()) continue;
    if (!intervals_.empty() && next.start <= intervals_.back().end) {
      intervals_.back().end = std::max(intervals_.back().end, next.end);
    } else {
      intervals_.push_back(next);
    }
  }
}

absl::Duration IntervalSet::Length() const {
  absl::Duration total;
  for (const Interval& interval : intervals_) total += interval.Length();
  return total;
}

std::vector<Interval>::const_iterator IntervalSet::FirstEndingAfter(absl::Time t) const {
  return std::upper_bound(intervals_.begin(), intervals_.end(), t,
                          [](absl::Time instant, const Interval& interval) { return instant < interval.end; });
}

bool IntervalSet::Contains(const Interval& interval) const {
  if (interval.IsEmpty()) return true;
  const auto found = FirstEndingAfter(interval.start);
  return found != intervals_.end() && found->start <= interval.start && interval.end <= found->end;
}

bool IntervalSet::Overlaps(const Interval& interval) const {
  if (interval.IsEmpty()) return false;
  const auto found = FirstEndingAfter(interval.start);
  return found != intervals_.end() && found->start < interval.end;
}

IntervalSet Union(const IntervalSet& a, const IntervalSet& b) {
  std::vector<Interval> all = a.intervals();
  all.insert(all.end(), b.intervals().begin(), b.intervals().end());
  return IntervalSet(std::move(all));
}

IntervalSet Intersect(const IntervalSet& a, const IntervalSet& b) {
  IntervalSet result;
  auto left = a.intervals_.begin();
  auto right = b.intervals_.begin();
  while (left != a.intervals_.end() && right != b.intervals_.end()) {
    const Interval common = {std::max(left->start, right->start), std::min(left->end, right->end)};
    if (!common.IsEmpty()) result.intervals_.push_back(common);
    if (left->end < right->end) {
      ++left;
    } else {
      ++right;
    }
  }
  return result;
}

IntervalSet Subtract(const IntervalSet& a, const IntervalSet& b) {
  IntervalSet result;
  auto taken = b.intervals_.begin();
  for (Interval rest : a.intervals_) {
    while (taken != b.intervals_.end() && taken->end <= rest.start) ++taken;
    // An interval of `b` may reach into the next one of `a`, so it is looked at without being passed.
    for (auto cut = taken; cut != b.intervals_.end() && cut->start < rest.end; ++cut) {
      if (rest.start < cut->start) result.intervals_.push_back({rest.start, cut->start});
      rest.start = std::max(rest.start, cut->end);
    }
    if (!rest.IsEmpty()) result.intervals_.push_back(rest);
  }
  return result;
}

}  // namespace cortado::scheduling
