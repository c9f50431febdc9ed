// One person as scheduling keeps them, and what follows from it: when they have time, and whether somebody may meet
// them. The one adapter between the profile's messages and the pure rooms. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/scheduling/availability/availability.h"
#include "services/scheduling/availability/calendar_reading.h"

namespace cortado::scheduling {

struct Participant {
  std::string id;  // `p1` of `people/p1`.
  int64_t revision = 0;
  profile::v1::PersonSnapshot snapshot;
  PersonTime time;                          // With what the calendar takes among the busy.
  std::optional<CalendarReading> calendar;  // What of it touches the window that was asked for; none: not connected.
};

// What scheduling keeps of a person: who they are on a screen, their address, their offer's door and pause, their time
// and their blocks. No skills, interests, journey or destination.
profile::v1::PersonSnapshot Keep(const profile::v1::PersonSnapshot& snapshot);

// The zone the person lives in; UTC where it is unknown here.
absl::TimeZone ZoneOf(const profile::v1::PersonSnapshot& snapshot);

// The rules of `snapshot`, without anything busy or spent. A person who never said when they have time works Monday to
// Friday, 09:00 to 17:00, and gives 60 minutes a week.
PersonTime TimeOf(const profile::v1::PersonSnapshot& snapshot);

// The length of chat the person prefers.
absl::Duration ChatLengthOf(const profile::v1::PersonSnapshot& snapshot);

// True if the person left, or takes a break that is not over at `time`.
bool IsAway(const profile::v1::PersonSnapshot& snapshot, absl::Time time);

// True if either blocked the other.
bool IsBlocked(const Participant& one, const Participant& other);

enum class Consent {
  kGiven,
  kNotAvailable,  // One neutral answer, looked at first (product rules 1.5).
  kRequired,      // They decide about each chat and have not said yes.
};

// Whether `caller` may book `other` (product rules 1.2). `is_matched`: the two have an accepted match that stands.
// Spent weekly minutes are not looked at.
Consent ConsentOf(const Participant& caller, const Participant& other, bool is_matched, absl::Time now);

}  // namespace cortado::scheduling
