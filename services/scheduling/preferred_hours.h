// How far a chat lies from the hours somebody likes best, for the ranking of times. Immutable after construction;
// thread-safe. Looking up is one addition.
//
//   PreferredHours liked(person.preferred_hours, 30);        // For chats of 30 minutes.
//   const int burden = liked.BurdenAt(2 * 1440 + 14 * 60);   // Begins on a Wednesday at 14:00.
#pragma once

#include <cstddef>
#include <vector>

#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {

inline constexpr int kMinutesPerWeek = 7 * kMinutesPerDay;
inline constexpr int kHeaviestBurden = 8 * 60;
// Every wall clock shows a quarter of an hour when a chat begins.
inline constexpr int kMinutesPerQuarter = 15;

class PreferredHours {
 public:
  // For chats of `minutes`, at least one. `hours` are valid by ValidateHours; none: 09:00 to 17:00 every day.
  PreferredHours(const std::vector<WeeklyHours>& hours, int minutes);

  // How many minutes the chat that begins then, counted from Monday 00:00 on the person's wall clock, reaches out of
  // the nearest of the stretches; at most kHeaviestBurden, so that a day without any is no worse than a night.
  // `minute` is in [0, kMinutesPerWeek) and a multiple of kMinutesPerQuarter.
  int BurdenAt(int minute) const {
    return burdens_[static_cast<size_t>(minute / kMinutesPerQuarter) % burdens_.size()];
  }

 private:
  std::vector<int> burdens_;  // By the quarter of an hour at which the chat begins; of a day where all are alike.
};

}  // namespace cortado::scheduling
