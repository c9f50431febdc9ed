// What stands in the way of a chat, and what could take its place. Asked before booking, and again to explain a
// refusal. Pure functions; thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/scheduling/availability/interval_set.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {

enum class Obstacle {
  kNone,
  kMinutesOfAnother,  // Somebody else's weekly minutes are spent: nobody learns whose, or that it is this.
  kOwnMinutes,        // Those of the first of the people, who asks.
  kHours,             // Sooner than a notice, outside working hours, or inside a protected block.
  kBusy,              // Somebody has a chat then, or one too close.
};

// The first obstacle in the order above. The people's busy times around the chat must be known. Consent is not looked
// at.
Obstacle ObstacleTo(const Interval& chat, const std::vector<Participant>& people, absl::Time now);

// Three other times of the same length, best first by SlotFinder, from a day before the chat to two weeks later: the
// window that the people's busy times must be known for. None touches `before`, where a chat that moves is already.
// Fewer where there are no three. Takes up to a millisecond.
std::vector<absl::Time> TimesInstead(const Interval& chat, const std::optional<Interval>& before,
                                     const std::vector<Participant>& people, absl::Time now);
Interval WindowAround(const Interval& chat, absl::Time now);

// The error that tells the caller. FAILED_PRECONDITION (NOT_AVAILABLE, WEEKLY_MINUTES_SPENT, OUTSIDE_HOURS) or
// ALREADY_EXISTS (SLOT_TAKEN); the latter two with `times` in their metadata, and `times_text`: the same as they read
// in `zone` and `language` ("en" or "de"). OK for kNone.
absl::Status ErrorFor(Obstacle obstacle, const std::vector<absl::Time>& times = {}, absl::TimeZone zone = {},
                      absl::string_view language = "en");

}  // namespace cortado::scheduling
