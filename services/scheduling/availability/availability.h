// What is free for one person. Listing and booking ask the same `Fits`, so that no time is ever listed and then refused
// by another rule (reliability.md section 4, R4). Immutable after construction; thread-safe.
//
//   Availability ada(time, {now, now + absl::Hours(24 * 14)}, now);
//   if (ada.Fits(chat)) ...                              // Booking.
//   const IntervalSet free = ada.Free(length);           // Listing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/scheduling/availability/interval_set.h"
#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {

inline constexpr absl::Duration kShortestChat = absl::Minutes(10);
inline constexpr absl::Duration kLongestChat = absl::Minutes(240);

// A week of ISO 8601: Monday to Sunday; week 1 holds the year's first Thursday.
struct IsoWeek {
  int year = 0;  // May differ from the calendar year around New Year.
  int week = 0;  // 1..53

  friend auto operator<=>(const IsoWeek&, const IsoWeek&) = default;
};

// The week in which `time` lies on the wall calendar of `zone`.
IsoWeek WeekOf(absl::Time time, absl::TimeZone zone);

// Returns "2026-W43".
std::string FormatWeek(const IsoWeek& week);

// Everything that decides when a person is free.
struct PersonTime {
  absl::TimeZone zone;
  std::vector<WeeklyHours> working_hours;     // Valid by ValidateHours; none: never free.
  std::vector<WeeklyHours> protected_blocks;  // Valid by ValidateHours.
  std::vector<WeeklyHours> preferred_hours;   // Valid by ValidateHours. Rank times, never rule one out; none: see
                                              // preferred_hours.h.
  int weekly_minutes = 60;                    // Budget for chats in each ISO week of `zone`; 0: none at all.
  int follow_up_minutes = 0;                  // What each chat takes of the budget besides its length.
  absl::Duration notice;                      // No chat starts sooner than this from now.
  absl::Duration buffer;                      // Kept free after each chat; may run past the working hours.
  IntervalSet busy;                           // Chats with the buffer behind them, holds, calendars.
  std::map<IsoWeek, int> minutes_spent;       // Minutes booked, by week; a week that is missing has none.
};

// The whole minutes that a chat takes from the person's budget of the week it starts in: its length, where a started
// minute counts, and what they need around it. What says so to a script and what lists times ask this alone.
int ChatMinutes(const Interval& chat, const PersonTime& person);

// Returns InvalidArgument if the chat is not 10 to 240 whole minutes long, does not start on a whole minute, or lies
// outside the years 1970 to 2100. A chat in the past is not an error here: Fits refuses it.
absl::Status ValidateChat(const Interval& chat);

class Availability {
 public:
  // Knows the stretches of `window` (at most some months: the work grows with its days) as they are at `now`.
  Availability(const PersonTime& person, const Interval& window, absl::Time now);

  // True if the person is free for `chat`: it starts no sooner than now and the notice allow, lies inside the window
  // and the working hours, touches no protected block, keeps the buffer to whatever comes next, overlaps nothing busy,
  // and the budget of the week it starts in has its minutes left. O(log n).
  bool Fits(const Interval& chat) const;

  // Every instant that some chat of that length, starting on a whole minute, could cover: the union of all that Fits.
  // `length` must be positive.
  IntervalSet Free(absl::Duration length) const;

  // Where a chat may lie if minutes did not matter. Every chat that Fits is inside one of these.
  const IntervalSet& open() const { return open_; }

  // Whether the budget of the week that `chat` starts in has the minutes it takes.
  bool HasMinutes(const Interval& chat) const;

  // What is left of the budget in the week of `time`; never negative.
  int MinutesLeft(absl::Time time) const;

 private:
  absl::TimeZone zone_;
  int weekly_minutes_;
  int follow_up_minutes_;
  std::map<IsoWeek, int> minutes_spent_;
  IntervalSet open_;
};

}  // namespace cortado::scheduling
