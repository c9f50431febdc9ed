// A coffee draw in groups of three to eight: everybody in a group may meet everybody else in it. Pure functions, safe
// from any thread; the same pool and seed give the same groups on every machine.
//
// The best groups are beyond exact search (already groups of three are NP-hard: Garey and Johnson 1979, partition into
// triangles), so groups are filled greedily and then improved by exchanging members, as Kernighan and Lin (1970) do for
// graphs.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/matching/draw/draw.h"

namespace cortado::matching {

inline constexpr int32_t kSmallestGroup = 3;
inline constexpr int32_t kLargestGroup = 8;

// What is known of two people.
struct Meeting {
  bool may_meet = false;
  int32_t score = 0;  // 0..kMaxDrawScore.
  int32_t weeks_since = kNeverMet;
};

struct GroupPool {
  int32_t people = 0;
  std::function<Meeting(int32_t a, int32_t b)> meeting;  // Whichever is named first.
  int32_t group_size = 4;                                // kSmallestGroup..kLargestGroup.
  int32_t cooldown_weeks = 12;
  int32_t least_cooldown_weeks = 0;
  uint64_t seed = 0;
};

// Returns the draw, in groups of nearly the size asked for (never less than three nor more than eight). The cooldown is
// relaxed in quarters of the way to the least while that leaves fewer people out. Draw::proved stays false.
//
// INVALID_ARGUMENT: a size or number of weeks out of range. Fewer than three people are all left out.
absl::StatusOr<Draw> DrawGroups(const GroupPool& pool);

// Returns how many groups `people` make when each shall have nearly `size`: at least kSmallestGroup and at most
// kLargestGroup in each; 0 for fewer than three people.
int32_t GroupCount(int32_t people, int32_t size);

}  // namespace cortado::matching
