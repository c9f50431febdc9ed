// A coffee draw: who has coffee with whom this time, two by two, and why somebody is left out. Pure functions, safe
// from any thread; the same pool and seed give the same draw on every machine.
//
// What counts, the most important first: that as many as possible meet somebody; that those left out before are not
// again; that people meet whom they never met; how well they suit; chance, by the seed.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

namespace cortado::matching {

inline constexpr int32_t kNeverMet = -1;
inline constexpr int32_t kMaxWeeks = 520;
inline constexpr int32_t kMaxDrawScore = 1'000'000;

// Two people who may meet.
struct DrawEdge {
  int32_t a = 0;
  int32_t b = 0;
  int32_t score = 0;                // How well they suit: 0..kMaxDrawScore.
  int32_t weeks_since = kNeverMet;  // Since they last met in any programme: 0..kMaxWeeks.
};

struct DrawPool {
  int32_t people = 0;
  std::vector<DrawEdge> edges;       // Each pair once; who is not here with somebody does not meet them.
  std::vector<int32_t> passed_over;  // By person: draws in a row they were left out, 0 or more; empty: nobody was.
  bool trios = true;                 // Whoever remains may join a pair that they may meet both of.
  int32_t cooldown_weeks = 12;       // Two meet again after that many weeks, 0..kMaxWeeks ...
  int32_t least_cooldown_weeks = 0;  // ... or sooner, not below this, where more people then meet somebody.
  uint64_t seed = 0;
};

enum class LeftOutReason : uint8_t {
  kNobodyToMeet,  // They may meet nobody of the pool at all.
  kMetRecently,   // Everybody they may meet they met more recently than the least cooldown.
  kNobodyLeft,    // Everybody they may meet meets somebody else, in a pair that they may not join.
};

struct LeftOut {
  int32_t person = 0;
  LeftOutReason reason = LeftOutReason::kNobodyToMeet;
};

struct Draw {
  std::vector<std::vector<int32_t>> groups;  // Of two, some of three; members and groups by number.
  std::vector<LeftOut> left_out;             // By number.
  int32_t cooldown_weeks = 0;                // The cooldown kept by all; less than asked for when it had to be relaxed.
  int32_t first_meetings = 0;                // Pairs of people in one group who never met.
  int32_t meetings = 0;                      // Pairs of people in one group.
  bool proved = false;                       // The pairs (before anybody joined one) are proved to be the best.
};

// Returns the draw. The cooldown is relaxed no further than needed to pair as many as the least cooldown would, and for
// whoever joins a pair no further than that pair needs.
//
// INVALID_ARGUMENT: a person, score or number of weeks out of range, or least_cooldown_weeks above cooldown_weeks. A
// pool without people is not an error.
absl::StatusOr<Draw> DrawPairs(const DrawPool& pool);

}  // namespace cortado::matching
