// Finds times that suit 2 to 8 people, best first. Immutable after construction; thread-safe. Two people over four
// weeks take well under a millisecond.
//
//   ASSIGN_OR_RETURN(SlotFinder finder, SlotFinder::Make({organizer, mentor}, window, now));
//   std::vector<Slot> slots = finder.Find(absl::Minutes(30), 3);
//
// Candidates start every 15 minutes of the organiser's wall clock, so that a slot reads :00, :15, :30 or :45 there in
// every zone, and every one passes Availability::Fits for everybody. They are chosen one by one, each time the
// cheapest, ties to the earlier; slots never overlap one another. The price of a slot, in minutes:
//   2 * the worst burden + the sum of the burdens         a burden is how far the chat reaches out of the hours that
//                                                         one person prefers, 09:00 to 17:00 unless they said
//                                                         (preferred_hours.h): the odd hour is shared, not always the
//                                                         same person's
//   + 20 for each day after the first one searched        sooner is better, but not at the cost of a night
//   + 120 for each slot chosen on the same day            a choice of days (days are the organiser's)
//   + 60 for each of those within two hours               and of morning and afternoon
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/scheduling/availability/availability.h"

namespace cortado::scheduling {

inline constexpr size_t kFewestPeople = 2;
inline constexpr size_t kMostPeople = 8;
inline constexpr size_t kMostSlots = 20;
inline constexpr absl::Duration kLongestSearch = absl::Hours(28 * 24);  // That people may ask for.
inline constexpr absl::Duration kLongestWindow = absl::Hours(56 * 24);

struct Slot {
  Interval when;
  int price = 0;  // As chosen, see above; never shown to people.
};

// What would make room when nothing fits. One of the three.
struct Relief {
  enum class Kind { kShorterChat, kLaterEnd, kFewerPeople };

  Kind kind;
  absl::Duration length;  // kShorterChat: the longest that fits, a multiple of five minutes.
  absl::Time end;         // kLaterEnd: search until then, at most kLongestSearch after the start.
  size_t person = 0;      // kFewerPeople: who to meet another time, by position; never the organiser.
  Interval when;          // The best time there is then.
};

class SlotFinder {
 public:
  // `people` are 2 to 8, the organiser first; `window` is not empty and at most eight weeks long, what of it has passed
  // at `now` is left out. Returns InvalidArgument if one of these does not hold. Their busy times are to be known for
  // the window, and for four weeks from its start, for the sake of WhatToDrop.
  static absl::StatusOr<SlotFinder> Make(std::vector<PersonTime> people, const Interval& window, absl::Time now);

  // At most `limit` (itself at most 20) times of that length, best first. Nothing that fits is no error.
  // Returns InvalidArgument if the length is not 10 to 240 whole minutes.
  absl::StatusOr<std::vector<Slot>> Find(absl::Duration length, size_t limit) const;

  // Where Find gives nothing: the mildest change that helps (a shorter chat, then a longer search, then one person
  // less), or nothing if none of them alone does. Tells no more than the same questions asked one by one would.
  std::optional<Relief> WhatToDrop(absl::Duration length) const;

 private:
  SlotFinder(std::vector<PersonTime> people, const Interval& window, absl::Time now);

  // Calls `visit` with the start of every time that fits everybody, in order, and what each one's diary says of it,
  // until it returns false.
  template <typename Visit>
  void ForEachFit(absl::Duration length, const Visit& visit) const;
  // The best time of that length, valid by ValidateChat.
  std::optional<Interval> Best(absl::Duration length) const;
  bool AnyFits(absl::Duration length) const;

  std::vector<PersonTime> people_;
  Interval window_;
  absl::Time now_;
  absl::CivilDay first_day_;
  std::vector<Availability> availability_;
  IntervalSet common_;  // Open for everybody.
};

}  // namespace cortado::scheduling
